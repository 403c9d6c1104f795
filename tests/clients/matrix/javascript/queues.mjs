// Queues, as the programs of consumers need them.
import { CreateQueueCommand, GetQueueAttributesCommand, SendMessageBatchCommand, SQSClient } from "@aws-sdk/client-sqs";

const sqs = new SQSClient();

// The URL of a new queue.
export async function createQueue(QueueName) {
  return (await sqs.send(new CreateQueueCommand({ QueueName }))).QueueUrl;
}

export async function send(QueueUrl, ...bodies) {
  const Entries = bodies.map((MessageBody, at) => ({ Id: `${at}`, MessageBody }));
  await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
}

// How many messages of a queue are visible, and how many in flight.
export async function count(QueueUrl) {
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] }));
  return [Attributes.ApproximateNumberOfMessages, Attributes.ApproximateNumberOfMessagesNotVisible].map(Number);
}
