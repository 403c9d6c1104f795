import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.util.VersionInfo;
import software.amazon.awssdk.services.sns.SnsClient;
import software.amazon.awssdk.services.sns.model.NotFoundException;
import software.amazon.awssdk.services.sns.model.PublishBatchRequestEntry;
import software.amazon.awssdk.services.sns.model.PublishBatchResultEntry;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.BatchResultErrorEntry;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;
import software.amazon.awssdk.services.sqs.model.QueueDoesNotExistException;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequestEntry;

/** The checks of the AWS SDK for Java 2, whatever its HTTP client. */
public class Sdk2Checks {
    private final SqsClient sqs;
    private final SnsClient sns;

    public Sdk2Checks(SqsClient sqs, SnsClient sns) {
        this.sqs = sqs;
        this.sns = sns;
    }

    public final void run() {
        Program.version(VersionInfo.SDK_VERSION);
        Program.check("messages", this::messages);
        Program.check("batches", this::batches);
        Program.check("long polling", this::longPolling);
        Program.check("visibility", this::visibility);
        Program.check("FIFO", this::fifo);
        Program.check("dead letters", this::deadLetters);
        Program.check("paginators", this::paginators);
        Program.check("exceptions", this::exceptions);
        Program.check("retries", this::retries);
        Program.check("topics", this::topics);
        Program.check("topic batches", this::topicBatches);
        Program.end();
    }

    protected final String createQueue(String name) {
        return sqs.createQueue(r -> r.queueName(name)).queueUrl();
    }

    /** The names of queues with this prefix, page by page. */
    protected List<List<String>> pages(String prefix, int size) {
        return sqs.listQueuesPaginator(r -> r.queueNamePrefix(prefix).maxResults(size)).stream()
                .map(page -> page.queueUrls())
                .toList();
    }

    private List<Message> receive(String queue) {
        return sqs.receiveMessage(r -> r.queueUrl(queue).maxNumberOfMessages(10)
                .messageAttributeNames("All").messageSystemAttributeNames(MessageSystemAttributeName.ALL)).messages();
    }

    private String attribute(String queue, QueueAttributeName name) {
        return sqs.getQueueAttributes(r -> r.queueUrl(queue).attributeNames(name)).attributes().get(name);
    }

    private void messages() {
        String queue = createQueue("orders");
        Map<String, MessageAttributeValue> attributes = Map.of(
                "customer", MessageAttributeValue.builder().dataType("String").stringValue("Zoë").build(),
                "total", MessageAttributeValue.builder().dataType("Number.int").stringValue("12").build(),
                "receipt", MessageAttributeValue.builder().dataType("Binary")
                        .binaryValue(SdkBytes.fromByteArray(new byte[] {0, -1})).build());
        sqs.sendMessage(r -> r.queueUrl(queue).messageBody("coffee & tea").messageAttributes(attributes));
        Message message = Program.only(receive(queue));
        Program.same("coffee & tea", message.body());
        Program.same(attributes, message.messageAttributes());
        Program.same("1", message.attributes().get(MessageSystemAttributeName.APPROXIMATE_RECEIVE_COUNT));
        sqs.deleteMessage(r -> r.queueUrl(queue).receiptHandle(message.receiptHandle()));
        Program.same("0", attribute(queue, QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_NOT_VISIBLE));
    }

    private void batches() {
        String queue = createQueue("batches");
        List<String> bodies = IntStream.range(0, 9).mapToObj(number -> "order " + number).toList();
        List<SendMessageBatchRequestEntry> entries = Stream.concat(bodies.stream(), Stream.of("\u0001"))
                .map(body -> SendMessageBatchRequestEntry.builder()
                        .id(body.equals("\u0001") ? "bad" : body.replace(" ", "-")).messageBody(body).build())
                .toList();
        var sent = sqs.sendMessageBatch(r -> r.queueUrl(queue).entries(entries));
        Program.same(bodies.size(), sent.successful().size());
        BatchResultErrorEntry failed = Program.only(sent.failed());
        Program.same("bad InvalidMessageContents true", failed.id() + " " + failed.code() + " " + failed.senderFault());

        List<Message> received = receive(queue);
        Program.same(Set.copyOf(bodies), received.stream().map(Message::body).collect(Collectors.toSet()));
        List<DeleteMessageBatchRequestEntry> handles = received.stream()
                .map(each -> DeleteMessageBatchRequestEntry.builder()
                        .id(each.messageId()).receiptHandle(each.receiptHandle()).build())
                .toList();
        var deleted = sqs.deleteMessageBatch(r -> r.queueUrl(queue).entries(handles));
        Program.same(bodies.size(), deleted.successful().size());
    }

    private void longPolling() {
        String queue = createQueue("polled");
        Executor soon = CompletableFuture.delayedExecutor(200, TimeUnit.MILLISECONDS);
        var sender = CompletableFuture.runAsync(
                () -> sqs.sendMessage(r -> r.queueUrl(queue).messageBody("at last")), soon);
        List<Message> received = sqs.receiveMessage(r -> r.queueUrl(queue).waitTimeSeconds(20)).messages();
        Program.same("at last", Program.only(received).body());
        sender.join();
    }

    private void visibility() throws Exception {
        String queue = createQueue("slow");
        sqs.sendMessage(r -> r.queueUrl(queue).messageBody("long work"));
        String handle = Program.only(receive(queue)).receiptHandle();
        sqs.changeMessageVisibility(r -> r.queueUrl(queue).receiptHandle(handle).visibilityTimeout(600));
        Program.advance(300);
        Program.same(List.of(), receive(queue));
        Program.advance(300);
        Message again = Program.only(receive(queue));
        Program.same("2", again.attributes().get(MessageSystemAttributeName.APPROXIMATE_RECEIVE_COUNT));
        Program.same(List.of(), receive(queue));
    }

    private void fifo() {
        Map<QueueAttributeName, String> fifo = Map.of(QueueAttributeName.FIFO_QUEUE, "true");
        String queue = sqs.createQueue(r -> r.queueName("line.fifo").attributes(fifo)).queueUrl();
        List<String> numbers = Stream.of("first", "second", "second", "third")
                .map(body -> sqs.sendMessage(r -> r.queueUrl(queue).messageBody(body).messageGroupId("g")
                        .messageDeduplicationId(body)).sequenceNumber())
                .toList();
        Program.same(numbers.get(1), numbers.get(2));
        List<Message> received = receive(queue);
        Program.same(List.of("first", "second", "third"), received.stream().map(Message::body).toList());
        List<String> sequence = received.stream()
                .map(each -> each.attributes().get(MessageSystemAttributeName.SEQUENCE_NUMBER))
                .toList();
        Program.same(List.copyOf(new TreeSet<>(numbers)), sequence);
    }

    private void deadLetters() {
        String dead = createQueue("dead");
        String arn = attribute(dead, QueueAttributeName.QUEUE_ARN);
        String policy = """
            {"deadLetterTargetArn": "%s", "maxReceiveCount": 2}""".formatted(arn);
        Map<QueueAttributeName, String> redrive = Map.of(QueueAttributeName.REDRIVE_POLICY, policy);
        String queue = sqs.createQueue(r -> r.queueName("work").attributes(redrive)).queueUrl();
        sqs.sendMessage(r -> r.queueUrl(queue).messageBody("poison"));
        for (int time = 0; time < 2; time++) {
            Message message = Program.only(receive(queue));
            sqs.changeMessageVisibility(r -> r.queueUrl(queue).receiptHandle(message.receiptHandle())
                    .visibilityTimeout(0));
        }
        Program.same(List.of(), receive(queue));
        Message message = Program.only(receive(dead));
        Program.same("poison", message.body());
        Program.same(
                attribute(queue, QueueAttributeName.QUEUE_ARN),
                message.attributes().get(MessageSystemAttributeName.DEAD_LETTER_QUEUE_SOURCE_ARN));
    }

    private void paginators() {
        Set<String> created = IntStream.range(0, 7).mapToObj(number -> createQueue("page-" + number))
                .collect(Collectors.toSet());
        List<List<String>> listed = pages("page-", 3);
        Program.same(List.of(3, 3, 1), listed.stream().map(List::size).toList());
        Program.same(created, listed.stream().flatMap(List::stream).collect(Collectors.toSet()));
    }

    private void exceptions() {
        var noQueue = Program.failure(
                QueueDoesNotExistException.class, () -> sqs.getQueueUrl(r -> r.queueName("none")));
        Program.same("AWS.SimpleQueueService.NonExistentQueue", noQueue.awsErrorDetails().errorCode());
        Program.same("The specified queue does not exist.", noQueue.awsErrorDetails().errorMessage());
        var noTopic = Program.failure(
                NotFoundException.class,
                () -> sns.publish(r -> r.topicArn("arn:aws:sns:us-east-1:000000000000:none").message("x")));
        Program.same("Topic does not exist", noTopic.awsErrorDetails().errorMessage());
    }

    private void retries() throws Exception {
        int before = Program.requests("CreateQueue");
        Program.failNext("CreateQueue");
        createQueue("retried");
        Program.same(before + 2, Program.requests("CreateQueue"));
    }

    private void topics() {
        String topic = sns.createTopic(r -> r.name("sales")).topicArn();
        String queue = createQueue("coffee");
        sns.subscribe(r -> r.topicArn(topic).protocol("sqs").endpoint(attribute(queue, QueueAttributeName.QUEUE_ARN))
                .attributes(Map.of("RawMessageDelivery", "true", "FilterPolicy", "{\"drink\": [\"coffee\"]}")));
        for (String drink : List.of("tea", "coffee")) {
            var attribute = software.amazon.awssdk.services.sns.model.MessageAttributeValue.builder()
                    .dataType("String").stringValue(drink).build();
            sns.publish(r -> r.topicArn(topic).message("one " + drink).messageAttributes(Map.of("drink", attribute)));
        }
        Message message = Program.only(receive(queue));
        Program.same("one coffee", message.body());
        Program.same("coffee", message.messageAttributes().get("drink").stringValue());
    }

    private void topicBatches() {
        String topic = sns.createTopic(r -> r.name("line.fifo").attributes(Map.of("FifoTopic", "true"))).topicArn();
        Map<QueueAttributeName, String> fifo = Map.of(QueueAttributeName.FIFO_QUEUE, "true");
        String queue = sqs.createQueue(r -> r.queueName("behind.fifo").attributes(fifo)).queueUrl();
        sns.subscribe(r -> r.topicArn(topic).protocol("sqs").endpoint(attribute(queue, QueueAttributeName.QUEUE_ARN))
                .attributes(Map.of("RawMessageDelivery", "true")));
        List<String> steps = IntStream.range(0, 9).mapToObj(number -> "step-" + number).toList();
        List<PublishBatchRequestEntry> entries = Stream.concat(steps.stream(), Stream.of("step-0 again"))
                .map(step -> PublishBatchRequestEntry.builder().id(step.replace(" ", "-")).message(step)
                        .messageGroupId("g").messageDeduplicationId(step.split(" ")[0]).build())
                .toList();
        var published = sns.publishBatch(r -> r.topicArn(topic).publishBatchRequestEntries(entries));
        Program.same(
                entries.stream().map(PublishBatchRequestEntry::id).toList(),
                published.successful().stream().map(PublishBatchResultEntry::id).toList());
        Program.same(steps, receive(queue).stream().map(Message::body).toList());
    }
}
