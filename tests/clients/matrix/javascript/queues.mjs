// Queues, as the programs of consumers need them, by a client with a method for each operation.
export function queues(sqs) {
  // The URL of a new queue.
  async function createQueue(QueueName) {
    return (await sqs.createQueue({ QueueName })).QueueUrl;
  }

  async function send(QueueUrl, ...bodies) {
    await sqs.sendMessageBatch({ QueueUrl, Entries: bodies.map((MessageBody, at) => ({ Id: `${at}`, MessageBody })) });
  }

  // How many messages of a queue are visible, and how many in flight.
  async function count(QueueUrl) {
    const { Attributes } = await sqs.getQueueAttributes({ QueueUrl, AttributeNames: ["All"] });
    return [Attributes.ApproximateNumberOfMessages, Attributes.ApproximateNumberOfMessagesNotVisible].map(Number);
  }

  return { createQueue, send, count };
}
