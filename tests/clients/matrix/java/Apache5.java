import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.services.sns.SnsClient;
import software.amazon.awssdk.services.sqs.SqsClient;

/** The AWS SDK for Java 2 with Apache's HTTP client 5. */
public class Apache5 {
    public static void main(String[] args) {
        SqsClient sqs = SqsClient.builder().httpClient(Apache5HttpClient.create()).build();
        SnsClient sns = SnsClient.builder().httpClient(Apache5HttpClient.create()).build();
        new Sdk2Checks(sqs, sns).run();
    }
}
