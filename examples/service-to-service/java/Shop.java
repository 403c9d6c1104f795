import software.amazon.awssdk.services.sqs.SqsClient;

/** The shop: it takes orders, and leaves them in the queue of the CRM. */
public class Shop {
    public static void main(String[] items) {
        try (SqsClient sqs = SqsClient.create()) {
            String queueUrl = sqs.getQueueUrl(r -> r.queueName("crm-orders")).queueUrl();
            for (int index = 0; index < items.length; index++) {
                int number = index + 1;
                String item = items[index];
                // A library for JSON would also escape the item.
                String body = "{\"order\": %d, \"item\": \"%s\"}".formatted(number, item);
                sqs.sendMessage(r -> r.queueUrl(queueUrl).messageBody(body));
                System.out.printf("shop: order %d of %s placed%n", number, item);
            }
        }
    }
}
