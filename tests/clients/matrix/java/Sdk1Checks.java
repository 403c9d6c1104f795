import com.amazonaws.SdkClientException;
import com.amazonaws.services.sns.AmazonSNS;
import com.amazonaws.services.sns.message.DefaultSnsMessageHandler;
import com.amazonaws.services.sns.message.SnsMessageManager;
import com.amazonaws.services.sns.message.SnsNotification;
import com.amazonaws.services.sns.message.SnsSubscriptionConfirmation;
import com.amazonaws.services.sns.model.CreateTopicRequest;
import com.amazonaws.services.sns.model.NotFoundException;
import com.amazonaws.services.sns.model.PublishBatchRequest;
import com.amazonaws.services.sns.model.PublishBatchRequestEntry;
import com.amazonaws.services.sns.model.PublishBatchResultEntry;
import com.amazonaws.services.sns.model.PublishRequest;
import com.amazonaws.services.sns.model.SubscribeRequest;
import com.amazonaws.services.sqs.AmazonSQSAsync;
import com.amazonaws.services.sqs.buffered.AmazonSQSBufferedAsyncClient;
import com.amazonaws.services.sqs.model.BatchResultErrorEntry;
import com.amazonaws.services.sqs.model.CreateQueueRequest;
import com.amazonaws.services.sqs.model.DeleteMessageBatchRequestEntry;
import com.amazonaws.services.sqs.model.DeleteMessageRequest;
import com.amazonaws.services.sqs.model.Message;
import com.amazonaws.services.sqs.model.MessageAttributeValue;
import com.amazonaws.services.sqs.model.QueueDoesNotExistException;
import com.amazonaws.services.sqs.model.ReceiveMessageRequest;
import com.amazonaws.services.sqs.model.SendMessageBatchRequestEntry;
import com.amazonaws.services.sqs.model.SendMessageRequest;
import com.amazonaws.services.sqs.model.SendMessageResult;
import com.amazonaws.util.VersionInfoUtils;
import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The checks of the AWS SDK for Java 1, whatever the protocol of its client of SQS. */
public final class Sdk1Checks {
    private final AmazonSQSAsync sqs;
    private final AmazonSNS sns;

    public Sdk1Checks(AmazonSQSAsync sqs, AmazonSNS sns) {
        this.sqs = sqs;
        this.sns = sns;
    }

    public void run() {
        Program.version(VersionInfoUtils.getVersion());
        Program.check("messages", this::messages);
        Program.check("batches", this::batches);
        Program.check("long polling", this::longPolling);
        Program.check("visibility", this::visibility);
        Program.check("FIFO", this::fifo);
        Program.check("dead letters", this::deadLetters);
        Program.check("exceptions", this::exceptions);
        Program.check("retries", this::retries);
        Program.check("topics", this::topics);
        Program.check("topic batches", this::topicBatches);
        Program.check("signatures", this::signatures);
        Program.end();
    }

    private String createQueue(String name) {
        return sqs.createQueue(name).getQueueUrl();
    }

    private List<Message> receive(String queue) {
        return sqs.receiveMessage(new ReceiveMessageRequest(queue).withMaxNumberOfMessages(10)
                .withMessageAttributeNames("All").withAttributeNames("All")).getMessages();
    }

    private String attribute(String queue, String name) {
        return sqs.getQueueAttributes(queue, List.of(name)).getAttributes().get(name);
    }

    private void messages() {
        String queue = createQueue("orders");
        Map<String, MessageAttributeValue> attributes = Map.of(
                "customer", new MessageAttributeValue().withDataType("String").withStringValue("Zoë"),
                "total", new MessageAttributeValue().withDataType("Number.int").withStringValue("12"),
                "receipt", new MessageAttributeValue().withDataType("Binary")
                        .withBinaryValue(ByteBuffer.wrap(new byte[] {0, -1})));
        sqs.sendMessage(new SendMessageRequest(queue, "coffee & tea").withMessageAttributes(attributes));
        Message message = Program.only(receive(queue));
        Program.same("coffee & tea", message.getBody());
        Program.same(attributes, message.getMessageAttributes());
        Program.same("1", message.getAttributes().get("ApproximateReceiveCount"));
        sqs.deleteMessage(queue, message.getReceiptHandle());
        Program.same("0", attribute(queue, "ApproximateNumberOfMessagesNotVisible"));
    }

    private void batches() throws Exception {
        String queue = createQueue("batches");
        List<String> bodies = IntStream.range(0, 9).mapToObj(number -> "order " + number).toList();
        List<SendMessageBatchRequestEntry> entries = Stream.concat(
                bodies.stream().map(body -> new SendMessageBatchRequestEntry(body.replace(" ", "-"), body)),
                Stream.of(new SendMessageBatchRequestEntry("bad", "\u0001"))).toList();
        var sent = sqs.sendMessageBatch(queue, entries);
        Program.same(bodies.size(), sent.getSuccessful().size());
        BatchResultErrorEntry failed = Program.only(sent.getFailed());
        Program.same(
                "bad InvalidMessageContents true",
                failed.getId() + " " + failed.getCode() + " " + failed.isSenderFault());

        List<Message> received = receive(queue);
        Program.same(Set.copyOf(bodies), received.stream().map(Message::getBody).collect(Collectors.toSet()));
        List<DeleteMessageBatchRequestEntry> handles = received.stream()
                .map(each -> new DeleteMessageBatchRequestEntry(each.getMessageId(), each.getReceiptHandle()))
                .toList();
        Program.same(bodies.size(), sqs.deleteMessageBatch(queue, handles).getSuccessful().size());
        buffered();
    }

    /** The client that buffers makes one request of ten calls, and receives ahead of the calls. */
    private void buffered() throws Exception {
        String queue = createQueue("buffered");
        AmazonSQSAsync buffering = new AmazonSQSBufferedAsyncClient(sqs);
        int before = Program.requests("SendMessageBatch");
        List<Future<SendMessageResult>> sent = IntStream.range(0, 10)
                .mapToObj(number -> buffering.sendMessageAsync(new SendMessageRequest(queue, "order " + number)))
                .toList();
        for (Future<SendMessageResult> each : sent) {
            each.get();
        }
        Program.same(before + 1, Program.requests("SendMessageBatch"));
        List<Future<?>> deleted = new ArrayList<>();
        while (deleted.size() < sent.size()) {
            for (Message message : buffering.receiveMessage(new ReceiveMessageRequest(queue)).getMessages()) {
                deleted.add(buffering.deleteMessageAsync(new DeleteMessageRequest(queue, message.getReceiptHandle())));
            }
        }
        for (Future<?> each : deleted) {
            each.get();
        }
        Program.same("0", attribute(queue, "ApproximateNumberOfMessagesNotVisible"));
    }

    private void longPolling() {
        String queue = createQueue("polled");
        Executor soon = CompletableFuture.delayedExecutor(200, TimeUnit.MILLISECONDS);
        var sender = CompletableFuture.runAsync(() -> sqs.sendMessage(queue, "at last"), soon);
        List<Message> received = sqs.receiveMessage(new ReceiveMessageRequest(queue).withWaitTimeSeconds(20))
                .getMessages();
        Program.same("at last", Program.only(received).getBody());
        sender.join();
    }

    private void visibility() throws Exception {
        String queue = createQueue("slow");
        sqs.sendMessage(queue, "long work");
        sqs.changeMessageVisibility(queue, Program.only(receive(queue)).getReceiptHandle(), 600);
        Program.advance(300);
        Program.same(List.of(), receive(queue));
        Program.advance(300);
        Program.same("2", Program.only(receive(queue)).getAttributes().get("ApproximateReceiveCount"));
        Program.same(List.of(), receive(queue));
    }

    private void fifo() {
        String queue = sqs.createQueue(new CreateQueueRequest("line.fifo").addAttributesEntry("FifoQueue", "true"))
                .getQueueUrl();
        List<String> numbers = Stream.of("first", "second", "second", "third")
                .map(body -> sqs.sendMessage(new SendMessageRequest(queue, body).withMessageGroupId("g")
                        .withMessageDeduplicationId(body)).getSequenceNumber())
                .toList();
        Program.same(numbers.get(1), numbers.get(2));
        List<Message> received = receive(queue);
        Program.same(List.of("first", "second", "third"), received.stream().map(Message::getBody).toList());
        Program.same(
                List.copyOf(new TreeSet<>(numbers)),
                received.stream().map(each -> each.getAttributes().get("SequenceNumber")).toList());
    }

    private void deadLetters() {
        String dead = createQueue("dead");
        String redrive = """
            {"deadLetterTargetArn": "%s", "maxReceiveCount": 2}""".formatted(attribute(dead, "QueueArn"));
        String queue = sqs.createQueue(new CreateQueueRequest("work").addAttributesEntry("RedrivePolicy", redrive))
                .getQueueUrl();
        sqs.sendMessage(queue, "poison");
        for (int time = 0; time < 2; time++) {
            sqs.changeMessageVisibility(queue, Program.only(receive(queue)).getReceiptHandle(), 0);
        }
        Program.same(List.of(), receive(queue));
        Message message = Program.only(receive(dead));
        Program.same("poison", message.getBody());
        Program.same(attribute(queue, "QueueArn"), message.getAttributes().get("DeadLetterQueueSourceArn"));
    }

    private void exceptions() {
        var noQueue = Program.failure(QueueDoesNotExistException.class, () -> sqs.getQueueUrl("none"));
        Program.same("AWS.SimpleQueueService.NonExistentQueue", noQueue.getErrorCode());
        Program.same(true, noQueue.getErrorMessage().startsWith("The specified queue does not exist"));
        var noTopic = Program.failure(
                NotFoundException.class, () -> sns.publish("arn:aws:sns:us-east-1:000000000000:none", "x"));
        Program.same("Topic does not exist", noTopic.getErrorMessage());
    }

    private void retries() throws Exception {
        int before = Program.requests("CreateQueue");
        Program.failNext("CreateQueue");
        createQueue("retried");
        Program.same(before + 2, Program.requests("CreateQueue"));
    }

    private void topics() {
        String topic = sns.createTopic("sales").getTopicArn();
        String queue = createQueue("coffee");
        sns.subscribe(new SubscribeRequest(topic, "sqs", attribute(queue, "QueueArn"))
                .addAttributesEntry("RawMessageDelivery", "true")
                .addAttributesEntry("FilterPolicy", "{\"drink\": [\"coffee\"]}"));
        for (String drink : List.of("tea", "coffee")) {
            var attribute = new com.amazonaws.services.sns.model.MessageAttributeValue()
                    .withDataType("String").withStringValue(drink);
            sns.publish(new PublishRequest(topic, "one " + drink).addMessageAttributesEntry("drink", attribute));
        }
        Message message = Program.only(receive(queue));
        Program.same("one coffee", message.getBody());
        Program.same("coffee", message.getMessageAttributes().get("drink").getStringValue());
    }

    private void topicBatches() {
        String topic = sns.createTopic(new CreateTopicRequest("line.fifo").addAttributesEntry("FifoTopic", "true"))
                .getTopicArn();
        String queue = sqs.createQueue(new CreateQueueRequest("behind.fifo").addAttributesEntry("FifoQueue", "true"))
                .getQueueUrl();
        sns.subscribe(new SubscribeRequest(topic, "sqs", attribute(queue, "QueueArn"))
                .addAttributesEntry("RawMessageDelivery", "true"));
        List<String> steps = IntStream.range(0, 9).mapToObj(number -> "step-" + number).toList();
        List<PublishBatchRequestEntry> entries = Stream.concat(steps.stream(), Stream.of("step-0 again"))
                .map(step -> new PublishBatchRequestEntry().withId(step.replace(" ", "-")).withMessage(step)
                        .withMessageGroupId("g").withMessageDeduplicationId(step.split(" ")[0]))
                .toList();
        var published = sns.publishBatch(
                new PublishBatchRequest().withTopicArn(topic).withPublishBatchRequestEntries(entries));
        Program.same(
                entries.stream().map(PublishBatchRequestEntry::getId).toList(),
                published.getSuccessful().stream().map(PublishBatchResultEntry::getId).toList());
        Program.same(steps, receive(queue).stream().map(Message::getBody).toList());
    }

    /** The SDK's validator gets the certificate only from a host of AWS, and here from a stub in its place. */
    private void signatures() throws Exception {
        SnsMessageManager manager = new SnsMessageManager("us-east-1");
        List<String> texts = new ArrayList<>();
        DefaultSnsMessageHandler handler = new DefaultSnsMessageHandler() {
            @Override
            public void handle(SnsNotification notification) {
                texts.add(notification.getMessage());
            }
        };
        try (Webhook webhook = new Webhook(); CertificateHost host = new CertificateHost()) {
            for (String version : List.of("1", "2")) {
                String topic = sns.createTopic("signed-" + version).getTopicArn();
                sns.setTopicAttributes(topic, "SignatureVersion", version);
                sns.subscribe(topic, "http", webhook.url());
                manager.handleMessage(stream(host.leadTo(webhook.next())), new DefaultSnsMessageHandler() {
                    @Override
                    public void handle(SnsNotification notification) {
                        throw new AssertionError(notification);
                    }

                    @Override
                    public void handle(SnsSubscriptionConfirmation request) {
                        request.confirmSubscription();
                    }
                });
                sns.publish(topic, "signed: \"é\"", "Subject " + version);
                String notification = host.leadTo(webhook.next());
                manager.handleMessage(stream(notification), handler);
                String forged = notification.replace("signed: ", "forged: ");
                Program.failure(SdkClientException.class, () -> manager.handleMessage(stream(forged), handler));
            }
        }
        Program.same(List.of("signed: \"é\"", "signed: \"é\""), texts);
    }

    private static ByteArrayInputStream stream(String message) {
        return new ByteArrayInputStream(message.getBytes(StandardCharsets.UTF_8));
    }
}
