import java.net.URI;
import java.util.List;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.util.VersionInfo;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.messagemanager.sns.SnsMessageManager;
import software.amazon.awssdk.messagemanager.sns.model.SnsNotification;
import software.amazon.awssdk.messagemanager.sns.model.SnsSubscriptionConfirmation;
import software.amazon.awssdk.messagemanager.sns.model.SnsUnsubscribeConfirmation;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sns.SnsClient;

/** SnsMessageManager of the AWS SDK for Java 2. */
public class MessageManager {
    /** Gets the certificate of signatures from the emulator, whatever host its URL has. */
    static class Certificates implements SdkHttpClient {
        private final SdkHttpClient client = Apache5HttpClient.create();

        @Override
        public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
            String path = request.httpRequest().getUri().getPath();
            SdkHttpRequest certificate = SdkHttpRequest.builder()
                    .method(SdkHttpMethod.GET)
                    .uri(URI.create(System.getenv("AWS_ENDPOINT_URL") + path))
                    .build();
            return client.prepareRequest(HttpExecuteRequest.builder().request(certificate).build());
        }

        @Override
        public void close() {
            client.close();
        }
    }

    private final SnsClient sns = SnsClient.create();
    private final SnsMessageManager manager = SnsMessageManager.builder()
            .region(Region.US_EAST_1)
            .httpClient(new Certificates())
            .build();

    public static void main(String[] args) {
        Program.version(VersionInfo.SDK_VERSION);
        Program.check("signatures", new MessageManager()::signatures);
        Program.end();
    }

    private void signatures() throws Exception {
        try (Webhook webhook = new Webhook()) {
            for (String version : List.of("1", "2")) {
                String topic = sns.createTopic(r -> r.name("signed-" + version)).topicArn();
                sns.setTopicAttributes(r -> r.topicArn(topic).attributeName("SignatureVersion").attributeValue(version));
                sns.subscribe(r -> r.topicArn(topic).protocol("http").endpoint(webhook.url()));
                String request = webhook.next();
                var confirmation = (SnsSubscriptionConfirmation) manager.parseMessage(request);
                sns.confirmSubscription(r -> r.topicArn(confirmation.topicArn()).token(confirmation.token()));

                sns.publish(r -> r.topicArn(topic).message("signed: \"é\"").subject("Subject " + version));
                String message = webhook.next();
                var notification = (SnsNotification) manager.parseMessage(message);
                Program.same("signed: \"é\"", notification.message());
                Program.same("Subject " + version, notification.subject());
                String forged = message.replace("signed: ", "forged: ");
                Program.failure(SdkClientException.class, () -> manager.parseMessage(forged));

                notification.unsubscribeUrl().toURL().openStream().close();
                var farewell = (SnsUnsubscribeConfirmation) manager.parseMessage(webhook.next());
                Program.same(topic, farewell.topicArn());
            }
        }
    }
}
