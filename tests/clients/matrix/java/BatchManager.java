import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import software.amazon.awssdk.core.util.VersionInfo;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;
import software.amazon.awssdk.services.sqs.batchmanager.SqsAsyncBatchManager;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;
import software.amazon.awssdk.services.sqs.model.SqsException;

/** The AWS SDK for Java 2 with its automatic batches. */
public class BatchManager {
    private final SqsAsyncClient sqs = SqsAsyncClient.builder().httpClient(NettyNioAsyncHttpClient.create()).build();
    private final SqsAsyncBatchManager manager = SqsAsyncBatchManager.builder()
            .client(sqs)
            .scheduledExecutor(Executors.newScheduledThreadPool(2))
            .overrideConfiguration(c -> c
                    .receiveMessageAttributeNames(List.of("All"))
                    .receiveMessageSystemAttributeNames(List.of(MessageSystemAttributeName.ALL)))
            .build();

    public static void main(String[] args) {
        BatchManager program = new BatchManager();
        Program.version(VersionInfo.SDK_VERSION);
        Program.check("messages", program::messages);
        Program.check("batches", program::batches);
        Program.check("long polling", program::longPolling);
        Program.end();
    }

    private String createQueue(String name) {
        return sqs.createQueue(r -> r.queueName(name)).join().queueUrl();
    }

    private String attribute(String queue, QueueAttributeName name) {
        return sqs.getQueueAttributes(r -> r.queueUrl(queue).attributeNames(name)).join().attributes().get(name);
    }

    private List<Message> receive(String queue) {
        return manager.receiveMessage(r -> r.queueUrl(queue).maxNumberOfMessages(10).waitTimeSeconds(20)).join()
                .messages();
    }

    private void messages() {
        String queue = createQueue("orders");
        Map<String, MessageAttributeValue> attributes = Map.of(
                "customer", MessageAttributeValue.builder().dataType("String").stringValue("Zoë").build(),
                "total", MessageAttributeValue.builder().dataType("Number.int").stringValue("12").build());
        manager.sendMessage(r -> r.queueUrl(queue).messageBody("coffee & tea").messageAttributes(attributes)).join();
        Message message = Program.only(receive(queue));
        Program.same("coffee & tea", message.body());
        Program.same(attributes, message.messageAttributes());
        Program.same("1", message.attributes().get(MessageSystemAttributeName.APPROXIMATE_RECEIVE_COUNT));
        manager.deleteMessage(r -> r.queueUrl(queue).receiptHandle(message.receiptHandle())).join();
        Program.same("0", attribute(queue, QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_NOT_VISIBLE));
    }

    /** Ten calls of one message each become one request, also if one of the ten is refused. */
    private void batches() throws Exception {
        String queue = createQueue("batches");
        int before = Program.requests("SendMessageBatch");
        List<String> bodies = IntStream.range(0, 9).mapToObj(number -> "order " + number).toList();
        var sent = bodies.stream().map(body -> manager.sendMessage(r -> r.queueUrl(queue).messageBody(body))).toList();
        var bad = manager.sendMessage(r -> r.queueUrl(queue).messageBody("\u0001"));
        Program.same(9L, sent.stream().map(each -> each.join().messageId()).distinct().count());
        SqsException refused = (SqsException) Program.failure(CompletionException.class, bad::join).getCause();
        Program.same("InvalidMessageContents", refused.awsErrorDetails().errorCode());
        Program.same(before + 1, Program.requests("SendMessageBatch"));

        Set<String> received = new HashSet<>();
        List<CompletableFuture<?>> deleted = new ArrayList<>();
        while (received.size() < bodies.size()) {
            for (Message message : receive(queue)) {
                received.add(message.body());
                deleted.add(manager.deleteMessage(r -> r.queueUrl(queue).receiptHandle(message.receiptHandle())));
            }
        }
        deleted.forEach(CompletableFuture::join);
        Program.same(Set.copyOf(bodies), received);
        Program.same("0", attribute(queue, QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_NOT_VISIBLE));
    }

    /** The manager waits as long as the queue's own attribute says, and not the request. */
    private void longPolling() {
        String queue = sqs.createQueue(r -> r.queueName("polled")
                .attributes(Map.of(QueueAttributeName.RECEIVE_MESSAGE_WAIT_TIME_SECONDS, "20"))).join().queueUrl();
        Executor soon = CompletableFuture.delayedExecutor(200, TimeUnit.MILLISECONDS);
        var sender = CompletableFuture.runAsync(
                () -> sqs.sendMessage(r -> r.queueUrl(queue).messageBody("at last")).join(), soon);
        Program.same("at last", Program.only(receive(queue)).body());
        sender.join();
    }
}
