import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.services.sns.SnsClient;
import software.amazon.awssdk.services.sqs.SqsClient;

/** The AWS SDK for Java 2 with Apache's HTTP client 4. */
public class Apache4 {
    public static void main(String[] args) {
        SqsClient sqs = SqsClient.builder().httpClient(ApacheHttpClient.create()).build();
        SnsClient sns = SnsClient.builder().httpClient(ApacheHttpClient.create()).build();
        new Sdk2Checks(sqs, sns).run();
    }
}
