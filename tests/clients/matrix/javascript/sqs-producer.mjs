// sqs-producer.
import assert from "node:assert/strict";
import { SQS } from "@aws-sdk/client-sqs";
import { Producer } from "sqs-producer";
import { queues } from "./queues.mjs";
import { run, version } from "./support.mjs";

const sqs = new SQS();
const { createQueue } = queues(sqs);

async function receive(QueueUrl) {
  const wanted = { QueueUrl, MaxNumberOfMessages: 10, MessageAttributeNames: ["All"] };
  return (await sqs.receiveMessage(wanted)).Messages;
}

async function messages() {
  const queueUrl = await createQueue("orders");
  const producer = Producer.create({ queueUrl });
  const attributes = {
    customer: { DataType: "String", StringValue: "Zoë" },
    receipt: { DataType: "Binary", BinaryValue: Uint8Array.of(0, 255) },
  };
  await producer.send({ id: "1", body: "coffee & tea", messageAttributes: attributes });
  assert.equal(await producer.queueSize(), 1);
  const [message] = await receive(queueUrl);
  assert.equal(message.Body, "coffee & tea");
  assert.deepEqual(message.MessageAttributes, attributes);
}

async function batches() {
  const queueUrl = await createQueue("batches");
  const producer = Producer.create({ queueUrl });
  const bodies = [...Array(25).keys()].map((number) => `order ${number}`);
  const entries = bodies.map((body, at) => ({ id: `${at}`, body }));
  const refused = { failedMessages: ["bad"] };
  await assert.rejects(producer.send([...entries, { id: "bad", body: "\0" }]), refused);
  const received = [];
  while (received.length < bodies.length) received.push(...(await receive(queueUrl)));
  assert.deepEqual(received.map(({ Body }) => Body).sort(), bodies.sort());
}

await run(version("sqs-producer"), { messages, batches });
