// squiss-ts.
import assert from "node:assert/strict";
import { once } from "node:events";
import { SQS } from "@aws-sdk/client-sqs";
import { Squiss } from "squiss-ts";
import { queues } from "./queues.mjs";
import { run, version } from "./support.mjs";

const { count } = queues(new SQS());

async function consumer() {
  const squiss = new Squiss({ queueName: "orders", bodyFormat: "json", receiveWaitTimeSecs: 20 });
  const queueUrl = await squiss.createQueue();
  const seen = [];
  squiss.on("message", (message) => {
    seen.push([message.body, message.attributes]);
    if (seen.length === 1) message.release();
    else message.del();
  });
  const deleted = once(squiss, "deleted");
  await squiss.start();
  await squiss.sendMessage({ drink: "coffee" }, 0, { customer: "Zoë", cups: 2 });
  await deleted;
  await squiss.stop();
  const order = [{ drink: "coffee" }, { customer: "Zoë", cups: 2 }];
  assert.deepEqual(seen, [order, order]);
  assert.deepEqual(await count(queueUrl), [0, 0]);
}

await run(version("squiss-ts"), { consumer });
