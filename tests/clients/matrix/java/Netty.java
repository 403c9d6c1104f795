import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.services.sns.SnsAsyncClient;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;

/** The AWS SDK for Java 2 with its asynchronous clients and Netty. */
public class Netty {
    public static void main(String[] args) {
        SqsAsyncClient sqs = SqsAsyncClient.builder().httpClient(NettyNioAsyncHttpClient.create()).build();
        SnsAsyncClient sns = SnsAsyncClient.builder().httpClient(NettyNioAsyncHttpClient.create()).build();
        new Sdk2AsyncChecks(sqs, sns).run();
    }
}
