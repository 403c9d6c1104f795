// sqs-consumer.
import assert from "node:assert/strict";
import { once } from "node:events";
import { SQS } from "@aws-sdk/client-sqs";
import { Consumer } from "sqs-consumer";
import { queues } from "./queues.mjs";
import { emulator, run, version } from "./support.mjs";

const { createQueue, send, count } = queues(new SQS());

async function eachMessage() {
  const queueUrl = await createQueue("orders");
  const seen = [];
  const consumer = Consumer.create({
    queueUrl,
    terminateVisibilityTimeout: true,
    handleMessage: async (message) => {
      seen.push(message.Body);
      if (seen.length === 1) throw new Error("the database is down");
      return message;
    },
  });
  const refused = once(consumer, "processing_error");
  const processed = once(consumer, "message_processed");
  consumer.start();
  await send(queueUrl, "coffee");
  const [error] = await refused;
  assert.match(error.message, /the database is down/);
  await processed;
  consumer.stop({ abort: true });
  assert.deepEqual(seen, ["coffee", "coffee"]);
  assert.deepEqual(await count(queueUrl), [0, 0]);
}

async function wholeBatches() {
  const queueUrl = await createQueue("batches");
  const bodies = ["coffee", "milk", "tea"];
  await send(queueUrl, ...bodies);
  const consumer = Consumer.create({
    queueUrl,
    batchSize: 10,
    handleMessageBatch: async (messages) => messages.filter(({ Body }) => Body !== "tea"),
  });
  const received = [];
  consumer.on("message_received", ({ Body }) => received.push(Body));
  const processed = once(consumer, "response_processed");
  consumer.start();
  await processed;
  consumer.stop({ abort: true });
  assert.deepEqual(received.sort(), bodies);
  assert.deepEqual(await count(queueUrl), [0, 1]);
}

async function heartbeat() {
  const queueUrl = await createQueue("slow");
  await send(queueUrl, "coffee");
  const sqs = new SQS();
  let beat = () => {};
  const noticing = (next, { commandName }) => async (input) => {
    const noticed = beat; // an earlier one may have come before the clock was moved
    const answer = await next(input);
    if (commandName === "ChangeMessageVisibilityCommand") noticed();
    return answer;
  };
  sqs.middlewareStack.add(noticing, { step: "initialize" });
  const counts = [];
  const consumer = Consumer.create({
    queueUrl,
    sqs,
    visibilityTimeout: 30,
    heartbeatInterval: 1,
    handleMessage: async (message) => {
      for (let times = 0; times < 2; times++) {
        await emulator("clock", { advance: 20 });
        counts.push(await count(queueUrl));
        await new Promise((resolve) => (beat = resolve));
      }
      return message;
    },
  });
  const processed = once(consumer, "message_processed");
  consumer.start();
  await processed;
  consumer.stop({ abort: true });
  assert.deepEqual(counts, [
    [0, 1],
    [0, 1],
  ]);
}

async function gracefulStop() {
  const queueUrl = await createQueue("stopped");
  await send(queueUrl, "coffee");
  let finish;
  const consumer = Consumer.create({
    queueUrl,
    pollingCompleteWaitTimeMs: 60_000,
    handleMessage: async (message) => {
      await new Promise((resolve) => (finish = resolve));
      return message;
    },
  });
  const received = once(consumer, "message_received");
  const waiting = once(consumer, "waiting_for_polling_to_complete");
  const stopped = once(consumer, "stopped");
  consumer.start();
  await received;
  consumer.stop();
  await waiting;
  assert.deepEqual(await count(queueUrl), [0, 1]);
  finish();
  await stopped;
  assert.deepEqual(await count(queueUrl), [0, 0]);
}

async function consumer() {
  await eachMessage();
  await wholeBatches();
  await heartbeat();
  await gracefulStop();
}

await run(version("sqs-consumer"), { consumer });
