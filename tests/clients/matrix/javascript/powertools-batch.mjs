// @aws-lambda-powertools/batch, in a function that the emulator calls by its URL.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { json } from "node:stream/consumers";
import { BatchProcessor, EventType, processPartialResponse } from "@aws-lambda-powertools/batch";
import { CreateEventSourceMappingCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { SQS } from "@aws-sdk/client-sqs";
import { queues } from "./queues.mjs";
import { emulator, run, version } from "./support.mjs";

const { createQueue, send, count } = queues(new SQS());

const processor = new BatchProcessor(EventType.SQS);
const seen = [];

async function recordHandler(record) {
  seen.push(record.body);
  if (record.body === "tea" && record.attributes.ApproximateReceiveCount === "1") throw new Error("no tea yet");
}

const handler = (event, context) => processPartialResponse(event, recordHandler, processor, { context });

async function consumer() {
  const server = createServer(async (request, response) => {
    response.end(JSON.stringify(await handler(await json(request), {})));
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const url = `http://127.0.0.1:${server.address().port}/`;
  await emulator("functions/000000000000/us-east-1/brew", { url }, "PUT");

  const queueUrl = await createQueue("orders");
  const mapping = {
    EventSourceArn: "arn:aws:sqs:us-east-1:000000000000:orders",
    FunctionName: "brew",
    FunctionResponseTypes: ["ReportBatchItemFailures"],
  };
  await new LambdaClient().send(new CreateEventSourceMappingCommand(mapping));
  await send(queueUrl, "coffee", "tea");
  await emulator("settle", { timeout: 60 });
  assert.deepEqual(seen.sort(), ["coffee", "tea"]);
  assert.deepEqual(await count(queueUrl), [0, 1]);

  await emulator("clock", { advance: 30 });
  await emulator("settle", { timeout: 60 });
  assert.deepEqual(seen, ["coffee", "tea", "tea"]);
  assert.deepEqual(await count(queueUrl), [0, 0]);
  server.close();
  server.closeAllConnections();
}

await run(version("@aws-lambda-powertools/batch"), { consumer });
