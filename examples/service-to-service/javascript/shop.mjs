// The shop: it takes orders, and leaves them in the queue of the CRM.
import { GetQueueUrlCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";

const sqs = new SQSClient();
const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: "crm-orders" }));

for (const [index, item] of process.argv.slice(2).entries()) {
  const order = { order: index + 1, item };
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(order) }));
  console.log(`shop: order ${order.order} of ${item} placed`);
}
