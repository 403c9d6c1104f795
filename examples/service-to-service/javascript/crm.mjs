// The CRM: it records each order that it finds in its queue, once.
import { DeleteMessageCommand, GetQueueUrlCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";

const wanted = Number(process.argv[2] ?? Infinity);
const orders = new Map(); // stands for a table with the order's number as its key
const sqs = new SQSClient();
const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: "crm-orders" }));

function record(body) {
  const { order, item } = JSON.parse(body);
  if (order === undefined || item === undefined) throw new Error("not an order");
  if (orders.has(order)) return;
  orders.set(order, item);
  console.log(`crm: order ${order} of ${item} recorded`);
}

while (orders.size < wanted) {
  const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
  for (const { Body, ReceiptHandle } of Messages) {
    try {
      record(Body);
    } catch (error) {
      console.error(`crm: not recorded: ${error}`);
      continue; // it comes again, and after five times goes to the dead-letter queue
    }
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
  }
}
