import java.util.HashMap;
import java.util.Map;
import software.amazon.awssdk.protocols.jsoncore.JsonNode;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.Message;

/** The CRM: it records each order that it finds in its queue, once. */
public class Crm {
    /** Stands for a table with the order's number as its key. */
    private final Map<Integer, String> orders = new HashMap<>();

    public static void main(String[] args) {
        int wanted = args.length > 0 ? Integer.parseInt(args[0]) : Integer.MAX_VALUE;
        Crm crm = new Crm();
        try (SqsClient sqs = SqsClient.create()) {
            String queueUrl = sqs.getQueueUrl(r -> r.queueName("crm-orders")).queueUrl();
            while (crm.orders.size() < wanted) {
                for (Message message : sqs.receiveMessage(r -> r.queueUrl(queueUrl).maxNumberOfMessages(10)).messages()) {
                    try {
                        crm.record(message.body());
                    } catch (RuntimeException error) {
                        System.err.println("crm: not recorded: " + error);
                        continue; // it comes again, and after five times goes to the dead-letter queue
                    }
                    sqs.deleteMessage(r -> r.queueUrl(queueUrl).receiptHandle(message.receiptHandle()));
                }
            }
        }
    }

    private void record(String body) {
        JsonNode order = JsonNode.parser().parse(body);
        int number = Integer.parseInt(order.field("order").orElseThrow().asNumber());
        String item = order.field("item").orElseThrow().asString();
        if (orders.putIfAbsent(number, item) == null) {
            System.out.printf("crm: order %d of %s recorded%n", number, item);
        }
    }
}
