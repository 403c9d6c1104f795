import io.awspring.cloud.sns.annotation.endpoint.NotificationMessageMapping;
import io.awspring.cloud.sns.annotation.endpoint.NotificationSubscriptionMapping;
import io.awspring.cloud.sns.annotation.handlers.NotificationMessage;
import io.awspring.cloud.sns.annotation.handlers.NotificationSubject;
import io.awspring.cloud.sns.core.SnsTemplate;
import io.awspring.cloud.sns.handlers.NotificationStatus;
import io.awspring.cloud.sqs.annotation.SnsNotificationMessage;
import io.awspring.cloud.sqs.annotation.SqsListener;
import io.awspring.cloud.sqs.annotation.SqsListenerAcknowledgementMode;
import io.awspring.cloud.sqs.listener.SqsHeaders;
import io.awspring.cloud.sqs.listener.acknowledgement.Acknowledgement;
import io.awspring.cloud.sqs.operations.SqsTemplate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.messaging.Message;
import org.springframework.messaging.handler.annotation.Header;
import org.springframework.messaging.support.MessageBuilder;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.RequestMapping;
import software.amazon.awssdk.services.sns.SnsClient;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/** An application of Spring Boot with Spring Cloud AWS: templates, listeners, and an HTTP endpoint of SNS. */
@EnableAutoConfiguration
public class SpringCloudAws {
    /** What the listeners and the endpoint have handled. */
    private static final Collection<String> HANDLED = new ConcurrentLinkedQueue<>();

    private static SqsTemplate sqsTemplate;
    private static SnsTemplate snsTemplate;
    private static SqsAsyncClient sqs;
    private static SnsClient sns;
    private static String port;

    public static void main(String[] args) {
        Class<?>[] parts = {SpringCloudAws.class, Listeners.class, Endpoint.class};
        ConfigurableApplicationContext context = new SpringApplicationBuilder(parts)
                .properties(
                        "spring.cloud.aws.endpoint=${AWS_ENDPOINT_URL}",
                        "spring.cloud.aws.region.static=us-east-1",
                        "spring.cloud.aws.credentials.access-key=test",
                        "spring.cloud.aws.credentials.secret-key=test",
                        "server.address=127.0.0.1",
                        "server.port=0",
                        "logging.level.root=off",
                        "spring.main.banner-mode=off")
                .run(args);
        sqsTemplate = context.getBean(SqsTemplate.class);
        snsTemplate = context.getBean(SnsTemplate.class);
        sqs = context.getBean(SqsAsyncClient.class);
        sns = context.getBean(SnsClient.class);
        port = context.getEnvironment().getProperty("local.server.port");

        Program.version(SqsTemplate.class.getPackage().getImplementationVersion());
        Program.check("messages", SpringCloudAws::messages);
        Program.check("batches", SpringCloudAws::batches);
        Program.check("FIFO", SpringCloudAws::fifo);
        Program.check("topics", SpringCloudAws::topics);
        Program.check("consumer", SpringCloudAws::consumer);
        Program.check("endpoint", SpringCloudAws::endpoint);
        Program.end();
    }

    /** Listens to queues, which Spring makes when it starts. */
    static class Listeners {
        @SqsListener("jobs")
        void job(String job, @Header(SqsHeaders.MessageSystemAttributes.SQS_APPROXIMATE_RECEIVE_COUNT) String count) {
            HANDLED.add(job + " " + count);
            if ((job + count).equals("hard1")) {
                throw new IllegalStateException("hard jobs need a second attempt");
            }
        }

        @SqsListener(value = "careful", acknowledgementMode = SqsListenerAcknowledgementMode.MANUAL)
        void acknowledge(String job, Acknowledgement acknowledgement) {
            HANDLED.add(job);
            acknowledgement.acknowledge();
        }

        @SqsListener("many")
        void many(List<Message<String>> messages) {
            messages.forEach(message -> HANDLED.add(message.getPayload()));
        }

        @SqsListener("coffee")
        void notification(@SnsNotificationMessage String text) {
            HANDLED.add("notified of " + text);
        }
    }

    /** What SNS calls. */
    @Controller
    @RequestMapping("/sales")
    static class Endpoint {
        @NotificationSubscriptionMapping
        void confirm(NotificationStatus status) {
            status.confirmSubscription();
        }

        @NotificationMessageMapping
        void handle(@NotificationSubject String subject, @NotificationMessage String message) {
            HANDLED.add(subject + ": " + message);
        }
    }

    private static String url(String queue) {
        return sqs.getQueueUrl(r -> r.queueName(queue)).join().queueUrl();
    }

    private static String attribute(String queue, QueueAttributeName name) {
        String url = url(queue);
        return sqs.getQueueAttributes(r -> r.queueUrl(url).attributeNames(name)).join().attributes().get(name);
    }

    /** Wait until the queue is empty: the listener has deleted what it handled. */
    private static void isEmpty(String queue) throws InterruptedException {
        Program.eventually("0", () -> attribute(queue, QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES));
        Program.eventually("0", () -> attribute(queue, QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_NOT_VISIBLE));
    }

    private static void handled(String... expected) throws InterruptedException {
        Program.eventually(Set.of(expected), () -> Set.copyOf(HANDLED));
        Program.same(expected.length, HANDLED.size());
        HANDLED.clear();
    }

    private static void messages() throws InterruptedException {
        sqsTemplate.send(to -> to.queue("orders").payload("coffee & tea")
                .header("customer", "Zoë").header("total", 12));
        Message<String> message = sqsTemplate.receive("orders", String.class).orElseThrow();
        Program.same("coffee & tea", message.getPayload());
        Program.same("Zoë", message.getHeaders().get("customer"));
        Program.same(12, message.getHeaders().get("total"));
        isEmpty("orders");
    }

    /** The template sends a batch, and a listener gets the messages as a list. */
    private static void batches() throws Exception {
        String[] bodies = IntStream.range(0, 10).mapToObj(number -> "order " + number).toArray(String[]::new);
        List<Message<String>> messages = IntStream.range(0, 10)
                .mapToObj(number -> MessageBuilder.withPayload(bodies[number]).build())
                .toList();
        int before = Program.requests("SendMessageBatch");
        Program.same(10, sqsTemplate.sendMany("many", messages).successful().size());
        Program.same(before + 1, Program.requests("SendMessageBatch"));
        handled(bodies);
        isEmpty("many");
    }

    private static void fifo() throws InterruptedException {
        for (String body : List.of("first", "second", "second", "third")) {
            sqsTemplate.send(to -> to.queue("line.fifo").payload(body)
                    .messageGroupId("g").messageDeduplicationId(body));
        }
        List<String> bodies = new ArrayList<>();
        List<String> numbers = new ArrayList<>();
        for (Message<String> message : sqsTemplate.receiveMany("line.fifo", String.class)) {
            bodies.add(message.getPayload());
            numbers.add((String) message.getHeaders().get(SqsHeaders.MessageSystemAttributes.SQS_SEQUENCE_NUMBER));
        }
        Program.same(List.of("first", "second", "third"), bodies);
        Program.same(List.copyOf(new TreeSet<>(numbers)), numbers);
        isEmpty("line.fifo");
    }

    private static void topics() throws InterruptedException {
        String topic = sns.createTopic(r -> r.name("sales")).topicArn();
        sns.subscribe(r -> r.topicArn(topic).protocol("sqs").endpoint(attribute("coffee", QueueAttributeName.QUEUE_ARN))
                .attributes(Map.of("FilterPolicy", "{\"drink\": [\"coffee\"]}")));
        for (String drink : List.of("tea", "coffee")) {
            snsTemplate.convertAndSend("sales", "one " + drink, Map.of("drink", drink));
        }
        handled("notified of one coffee");
        isEmpty("coffee");
    }

    private static void consumer() throws Exception {
        sqsTemplate.send("jobs", "hard");
        sqsTemplate.send("jobs", "easy");
        sqsTemplate.send("careful", "slow");
        handled("hard 1", "easy 1", "slow");
        isEmpty("careful");
        Program.eventually("1", () -> attribute("jobs", QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_NOT_VISIBLE));
        Program.control("clock", "{\"advance\": 30}");
        handled("hard 2");
        isEmpty("jobs");
    }

    private static void endpoint() throws Exception {
        String topic = sns.createTopic(r -> r.name("news")).topicArn();
        sns.subscribe(r -> r.topicArn(topic).protocol("http").endpoint("http://127.0.0.1:" + port + "/sales"));
        Program.control("settle", "{}");
        snsTemplate.sendNotification("news", "one coffee", "Sale");
        handled("Sale: one coffee");
    }
}
