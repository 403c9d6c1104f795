import software.amazon.awssdk.http.crt.AwsCrtHttpClient;
import software.amazon.awssdk.services.sns.SnsClient;
import software.amazon.awssdk.services.sqs.SqsClient;

/** The AWS SDK for Java 2 with the HTTP client of AWS's common runtime. */
public class Crt {
    public static void main(String[] args) {
        SqsClient sqs = SqsClient.builder().httpClient(AwsCrtHttpClient.create()).build();
        SnsClient sns = SnsClient.builder().httpClient(AwsCrtHttpClient.create()).build();
        new Sdk2Checks(sqs, sns).run();
    }
}
