import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.sns.SnsClient;
import software.amazon.awssdk.services.sqs.SqsClient;

/** The AWS SDK for Java 2 with the HTTP client of Java's own library. */
public class UrlConnection {
    public static void main(String[] args) {
        SqsClient sqs = SqsClient.builder().httpClient(UrlConnectionHttpClient.create()).build();
        SnsClient sns = SnsClient.builder().httpClient(UrlConnectionHttpClient.create()).build();
        new Sdk2Checks(sqs, sns).run();
    }
}
