import com.amazon.sqs.javamessaging.AmazonSQSMessagingClientWrapper;
import com.amazon.sqs.javamessaging.ProviderConfiguration;
import com.amazon.sqs.javamessaging.SQSConnection;
import com.amazon.sqs.javamessaging.SQSConnectionFactory;
import com.amazon.sqs.javamessaging.SQSSession;
import jakarta.jms.BytesMessage;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.ObjectMessage;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/**
 * Amazon's SQS Java Messaging Library: JMS on the AWS SDK for Java 2.
 *
 * <p>Consumers stay open, because one that is closed waits for its long poll.
 */
public class Jms {
    private static final int WAIT = 20_000; // milliseconds

    private final SqsClient sqs = SqsClient.builder().httpClient(Apache5HttpClient.create()).build();
    private final SQSConnection connection;
    private final AmazonSQSMessagingClientWrapper client; // which makes queues

    private Jms() throws JMSException {
        SQSConnectionFactory factory = new SQSConnectionFactory(new ProviderConfiguration(), sqs);
        connection = factory.createConnection();
        client = connection.getWrappedAmazonSQSClient();
        connection.start();
    }

    public static void main(String[] args) throws Exception {
        Jms jms = new Jms();
        Program.version(version());
        Program.check("messages", jms::messages);
        Program.check("long polling", jms::longPolling);
        Program.check("FIFO", jms::fifo);
        Program.check("dead letters", jms::deadLetters);
        Program.check("exceptions", jms::exceptions);
        Program.check("retries", jms::retries);
        Program.check("consumer", jms::consumer);
        Program.end();
    }

    private static String version() throws IOException {
        Properties properties = new Properties();
        try (InputStream file = SQSConnection.class.getResourceAsStream(
                "/META-INF/maven/com.amazonaws/amazon-sqs-java-messaging-lib/pom.properties")) {
            properties.load(file);
        }
        return properties.getProperty("version");
    }

    private Session session(int mode) throws JMSException {
        return connection.createSession(false, mode);
    }

    private String attribute(String queue, QueueAttributeName name) {
        String url = sqs.getQueueUrl(r -> r.queueName(queue)).queueUrl();
        return sqs.getQueueAttributes(r -> r.queueUrl(url).attributeNames(name)).attributes().get(name);
    }

    private void messages() throws JMSException {
        client.createQueue("orders");
        Session session = session(Session.AUTO_ACKNOWLEDGE);
        Queue queue = session.createQueue("orders");
        MessageProducer producer = session.createProducer(queue);
        TextMessage text = session.createTextMessage("coffee & tea");
        text.setStringProperty("customer", "Zoë");
        text.setIntProperty("total", 12);
        text.setJMSCorrelationID("correlation");
        text.setJMSReplyTo(queue);
        producer.send(text);
        BytesMessage bytes = session.createBytesMessage();
        bytes.writeBytes(new byte[] {0, -1});
        producer.send(bytes);
        producer.send(session.createObjectMessage(new ArrayList<>(List.of("beans", 2))));

        MessageConsumer consumer = session.createConsumer(queue);
        for (int message = 0; message < 3; message++) {
            verify(consumer.receive(WAIT), queue);
        }
        Program.same("0", attribute("orders", QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_NOT_VISIBLE));
        Program.same("0", attribute("orders", QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES));
    }

    private static void verify(Message message, Queue queue) throws JMSException {
        if (message instanceof TextMessage text) {
            Program.same("coffee & tea", text.getText());
            Program.same("Zoë", text.getStringProperty("customer"));
            Program.same(12, text.getIntProperty("total"));
            Program.same("correlation", text.getJMSCorrelationID());
            Program.same(queue.getQueueName(), ((Queue) text.getJMSReplyTo()).getQueueName());
            Program.same(1, text.getIntProperty("JMSXDeliveryCount"));
        } else if (message instanceof BytesMessage bytes) {
            byte[] body = new byte[(int) bytes.getBodyLength()];
            bytes.readBytes(body);
            Program.same("[0, -1]", Arrays.toString(body));
        } else {
            Program.same(List.of("beans", 2), ((ObjectMessage) message).getObject());
        }
    }

    private void longPolling() throws JMSException {
        client.createQueue("polled");
        Session session = session(SQSSession.UNORDERED_ACKNOWLEDGE);
        Queue queue = session.createQueue("polled");
        String url = sqs.getQueueUrl(r -> r.queueName("polled")).queueUrl();
        Executor soon = CompletableFuture.delayedExecutor(200, TimeUnit.MILLISECONDS);
        var sender = CompletableFuture.runAsync(
                () -> sqs.sendMessage(r -> r.queueUrl(url).messageBody("at last")), soon);
        MessageConsumer consumer = session.createConsumer(queue);
        TextMessage message = (TextMessage) consumer.receive(WAIT);
        Program.same("at last", message.getText());
        sender.join();
        message.acknowledge();
        Program.same("0", attribute("polled", QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_NOT_VISIBLE));
    }

    private void fifo() throws JMSException {
        sqs.createQueue(r -> r.queueName("line.fifo").attributes(Map.of(QueueAttributeName.FIFO_QUEUE, "true")));
        Session session = session(Session.AUTO_ACKNOWLEDGE);
        Queue queue = session.createQueue("line.fifo");
        MessageProducer producer = session.createProducer(queue);
        List<String> numbers = new ArrayList<>();
        for (String body : List.of("first", "second", "second", "third")) {
            TextMessage message = session.createTextMessage(body);
            message.setStringProperty("JMSXGroupID", "g");
            message.setStringProperty("JMS_SQS_DeduplicationId", body);
            producer.send(message);
            numbers.add(message.getStringProperty("JMS_SQS_SequenceNumber"));
        }
        Program.same(numbers.get(1), numbers.get(2));
        List<String> bodies = new ArrayList<>();
        List<String> received = new ArrayList<>();
        MessageConsumer consumer = session.createConsumer(queue);
        for (int message = 0; message < 3; message++) {
            TextMessage text = (TextMessage) consumer.receive(WAIT);
            bodies.add(text.getText());
            received.add(text.getStringProperty("JMS_SQS_SequenceNumber"));
            Program.same("g", text.getStringProperty("JMSXGroupID"));
        }
        Program.same(null, consumer.receiveNoWait());
        Program.same(List.of("first", "second", "third"), bodies);
        Program.same(List.copyOf(new TreeSet<>(numbers)), received);
    }

    /** A session that recovers makes the messages visible that it has not acknowledged. */
    private void deadLetters() throws JMSException {
        client.createQueue("dead");
        String arn = attribute("dead", QueueAttributeName.QUEUE_ARN);
        String redrive = """
            {"deadLetterTargetArn": "%s", "maxReceiveCount": 2}""".formatted(arn);
        sqs.createQueue(r -> r.queueName("work").attributes(Map.of(QueueAttributeName.REDRIVE_POLICY, redrive)));
        Session session = session(Session.CLIENT_ACKNOWLEDGE);
        session.createProducer(session.createQueue("work")).send(session.createTextMessage("poison"));
        MessageConsumer consumer = session.createConsumer(session.createQueue("work"));
        for (int time = 1; time <= 2; time++) {
            Message message = consumer.receive(WAIT);
            Program.same(time, message.getIntProperty("JMSXDeliveryCount"));
            Program.same(time > 1, message.getJMSRedelivered());
            session.recover();
        }
        Program.same(null, consumer.receiveNoWait());
        MessageConsumer deadConsumer = session.createConsumer(session.createQueue("dead"));
        TextMessage message = (TextMessage) deadConsumer.receive(WAIT);
        Program.same("poison", message.getText());
        message.acknowledge();
        Program.same("0", attribute("dead", QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_NOT_VISIBLE));
    }

    private void exceptions() throws JMSException {
        Session session = session(Session.AUTO_ACKNOWLEDGE);
        Program.failure(InvalidDestinationException.class, () -> session.createQueue("none"));
        Program.same(false, client.queueExists("none"));
    }

    private void retries() throws Exception {
        int before = Program.requests("CreateQueue");
        Program.failNext("CreateQueue");
        client.createQueue("retried");
        Program.same(before + 2, Program.requests("CreateQueue"));
    }

    /** The library makes a message visible again at once, if the listener throws. */
    private void consumer() throws Exception {
        client.createQueue("jobs");
        Session session = session(Session.AUTO_ACKNOWLEDGE);
        Queue queue = session.createQueue("jobs");
        Collection<String> handled = new ConcurrentLinkedQueue<>();
        session.createConsumer(queue).setMessageListener(message -> {
            String job = job(message);
            handled.add(job);
            if (job.equals("hard 1")) {
                throw new IllegalStateException("hard jobs need a second attempt");
            }
        });
        MessageProducer producer = session.createProducer(queue);
        producer.send(session.createTextMessage("hard"));
        producer.send(session.createTextMessage("easy"));
        Program.eventually(Set.of("hard 1", "easy 1", "hard 2"), () -> Set.copyOf(handled));
        Program.eventually("0", () -> attribute("jobs", QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_NOT_VISIBLE));
        Program.same("0", attribute("jobs", QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES));
    }

    private static String job(Message message) {
        try {
            return ((TextMessage) message).getText() + " " + message.getIntProperty("JMSXDeliveryCount");
        } catch (JMSException failure) {
            throw new IllegalArgumentException(failure);
        }
    }
}
