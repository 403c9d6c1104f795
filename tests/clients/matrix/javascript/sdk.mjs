// What each AWS SDK for JavaScript has to show. An SDK supplies:
//   sqs, sns        its clients, with a method for each operation, which returns a promise
//   otherSum        a client of SQS that computes another MD5 sum than the server
//   checksumError   its error if the sums differ
//   pages           lists the queues of a prefix by its own paginator: pages of URLs
//   attempts        the number of attempts that a result took
//   queueDoesNotExist, notFound   what its errors are for a queue and a topic that do not exist
import assert from "node:assert/strict";
import { emulator } from "./support.mjs";

export function checks({ sqs, sns, otherSum, checksumError, pages, attempts, queueDoesNotExist, notFound }) {
  async function create(QueueName, Attributes = {}) {
    const { QueueUrl } = await sqs.createQueue({ QueueName, Attributes });
    const found = await sqs.getQueueAttributes({ QueueUrl, AttributeNames: ["QueueArn"] });
    return { QueueUrl, arn: found.Attributes.QueueArn };
  }

  async function receive(QueueUrl, wanted = {}) {
    const { Messages = [] } = await sqs.receiveMessage({
      QueueUrl,
      MessageAttributeNames: ["All"],
      AttributeNames: ["All"],
      ...wanted,
    });
    return Messages;
  }

  async function messages() {
    const { QueueUrl } = await create("orders");
    await sqs.sendMessage({
      QueueUrl,
      MessageBody: "coffee & tea",
      MessageAttributes: {
        customer: { DataType: "String", StringValue: "Zoë" },
        total: { DataType: "Number.int", StringValue: "12" },
        receipt: { DataType: "Binary", BinaryValue: Uint8Array.of(0, 255) },
      },
    });
    const [message] = await receive(QueueUrl);
    assert.equal(message.Body, "coffee & tea");
    const { customer, total, receipt } = message.MessageAttributes;
    assert.deepEqual([customer.DataType, customer.StringValue], ["String", "Zoë"]);
    assert.deepEqual([total.DataType, total.StringValue], ["Number.int", "12"]);
    assert.deepEqual([receipt.DataType, [...receipt.BinaryValue]], ["Binary", [0, 255]]);
    assert.equal(message.Attributes.ApproximateReceiveCount, "1");
    await sqs.deleteMessage({ QueueUrl, ReceiptHandle: message.ReceiptHandle });
    const { Attributes } = await sqs.getQueueAttributes({ QueueUrl, AttributeNames: ["All"] });
    assert.equal(Attributes.ApproximateNumberOfMessagesNotVisible, "0");
    await assert.rejects(otherSum.sendMessage({ QueueUrl, MessageBody: "tea" }), checksumError);
  }

  async function batches() {
    const { QueueUrl } = await create("batches");
    const entries = [...Array(9).keys()].map((number) => ({ Id: `${number}`, MessageBody: `order ${number}` }));
    const sent = await sqs.sendMessageBatch({ QueueUrl, Entries: [...entries, { Id: "bad", MessageBody: "\0" }] });
    assert.deepEqual(
      sent.Successful.map(({ Id }) => Id),
      entries.map(({ Id }) => Id),
    );
    const [failed] = sent.Failed;
    assert.deepEqual([failed.Id, failed.Code, failed.SenderFault], ["bad", "InvalidMessageContents", true]);
    const received = await receive(QueueUrl, { MaxNumberOfMessages: 10 });
    assert.deepEqual(received.map(({ Body }) => Body).sort(), entries.map(({ MessageBody }) => MessageBody));
    const handles = received.map(({ ReceiptHandle }, at) => ({ Id: `${at}`, ReceiptHandle }));
    assert.equal((await sqs.deleteMessageBatch({ QueueUrl, Entries: handles })).Successful.length, entries.length);
  }

  async function longPolling() {
    const { QueueUrl } = await create("polled");
    const waiting = receive(QueueUrl, { WaitTimeSeconds: 20 });
    await sqs.sendMessage({ QueueUrl, MessageBody: "at last" });
    const [message] = await waiting;
    assert.equal(message.Body, "at last");
  }

  async function fifo() {
    const { QueueUrl } = await create("line.fifo", { FifoQueue: "true" });
    const numbers = [];
    for (const body of ["first", "second", "second", "third"]) {
      const message = { QueueUrl, MessageBody: body, MessageGroupId: "g", MessageDeduplicationId: body };
      numbers.push((await sqs.sendMessage(message)).SequenceNumber);
    }
    assert.equal(numbers[1], numbers[2]);
    const received = await receive(QueueUrl, { MaxNumberOfMessages: 10 });
    assert.deepEqual(
      received.map(({ Body }) => Body),
      ["first", "second", "third"],
    );
    const sequence = received.map(({ Attributes }) => Attributes.SequenceNumber);
    assert.deepEqual(sequence, [...new Set(numbers)].sort());
  }

  async function deadLetters() {
    const dead = await create("dead");
    const redrive = { deadLetterTargetArn: dead.arn, maxReceiveCount: 2 };
    const { QueueUrl } = await create("work", { RedrivePolicy: JSON.stringify(redrive) });
    await sqs.sendMessage({ QueueUrl, MessageBody: "poison" });
    for (let time = 0; time < 2; time++) {
      const [{ ReceiptHandle }] = await receive(QueueUrl);
      await sqs.changeMessageVisibility({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 });
    }
    assert.deepEqual(await receive(QueueUrl), []);
    const [message] = await receive(dead.QueueUrl);
    assert.equal(message.Body, "poison");
    assert.match(message.Attributes.DeadLetterQueueSourceArn, /:work$/);
  }

  async function paginators() {
    const created = [];
    for (let number = 0; number < 7; number++) created.push((await create(`page-${number}`)).QueueUrl);
    const listed = await pages("page-", 3);
    assert.deepEqual(
      listed.map((page) => page.length),
      [3, 3, 1],
    );
    assert.deepEqual(listed.flat().sort(), created);
  }

  async function exceptions() {
    await assert.rejects(sqs.getQueueUrl({ QueueName: "none" }), queueDoesNotExist);
    const none = { TopicArn: "arn:aws:sns:us-east-1:000000000000:none", Message: "x" };
    await assert.rejects(sns.publish(none), notFound);
  }

  async function retries() {
    await emulator("faults", { service: "sqs", action: "CreateQueue", error: "ServiceUnavailable", first: 1 });
    assert.equal(attempts(await sqs.createQueue({ QueueName: "retried" })), 2);
  }

  async function topics() {
    const { TopicArn } = await sns.createTopic({ Name: "sales" });
    const { QueueUrl, arn } = await create("coffee");
    const FilterPolicy = JSON.stringify({ drink: ["coffee"] });
    const Attributes = { RawMessageDelivery: "true", FilterPolicy };
    await sns.subscribe({ TopicArn, Protocol: "sqs", Endpoint: arn, Attributes });
    for (const drink of ["tea", "coffee"]) {
      const MessageAttributes = { drink: { DataType: "String", StringValue: drink } };
      await sns.publish({ TopicArn, Message: `one ${drink}`, MessageAttributes });
    }
    const [message, ...others] = await receive(QueueUrl, { MaxNumberOfMessages: 10 });
    assert.deepEqual(others, []);
    assert.equal(message.Body, "one coffee");
    assert.equal(message.MessageAttributes.drink.StringValue, "coffee");
  }

  return {
    messages,
    batches,
    "long polling": longPolling,
    FIFO: fifo,
    "dead letters": deadLetters,
    paginators,
    exceptions,
    retries,
    topics,
  };
}
