import software.amazon.awssdk.http.crt.AwsCrtAsyncHttpClient;
import software.amazon.awssdk.services.sns.SnsAsyncClient;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;

/** The AWS SDK for Java 2 with its asynchronous clients and the HTTP client of AWS's common runtime. */
public class CrtAsync {
    public static void main(String[] args) {
        SqsAsyncClient sqs = SqsAsyncClient.builder().httpClient(AwsCrtAsyncHttpClient.create()).build();
        SnsAsyncClient sns = SnsAsyncClient.builder().httpClient(AwsCrtAsyncHttpClient.create()).build();
        new Sdk2AsyncChecks(sqs, sns).run();
    }
}
