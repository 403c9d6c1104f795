// NestJS with @ssut/nestjs-sqs: an application context with a handler and a producer.
import "reflect-metadata";
import assert from "node:assert/strict";
import { EventEmitter, once } from "node:events";
import { SQS, type Message } from "@aws-sdk/client-sqs";
import { Injectable, Module } from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import { SqsConsumerEventHandler, SqsMessageHandler, SqsModule, SqsService } from "@ssut/nestjs-sqs";
import { queues } from "../javascript/queues.mjs";
import { run, version } from "../javascript/support.mjs";

const { createQueue, count } = queues(new SQS());

const events = new EventEmitter();

@Injectable()
class OrderHandler {
  readonly seen: string[] = [];

  @SqsMessageHandler("orders")
  async handleMessage(message: Message) {
    this.seen.push(message.Body);
    if (this.seen.length === 1) throw new Error("the database is down");
  }

  @SqsConsumerEventHandler("orders", "processing_error")
  onError(error: Error) {
    events.emit("refused", error);
  }

  @SqsConsumerEventHandler("orders", "message_processed")
  onProcessed() {
    events.emit("processed");
  }
}

@Module({
  imports: [
    SqsModule.registerAsync({
      useFactory: async () => {
        const queueUrl = await createQueue("orders");
        return {
          consumers: [{ name: "orders", queueUrl, terminateVisibilityTimeout: true, stopOptions: { abort: true } }],
          producers: [{ name: "orders", queueUrl }],
        };
      },
    }),
  ],
  providers: [OrderHandler],
})
class AppModule {}

async function consumer() {
  const app = await NestFactory.createApplicationContext(AppModule, { logger: ["fatal"] });
  const refused = once(events, "refused");
  const processed = once(events, "processed");
  const service = app.get(SqsService);
  await service.send("orders", { id: "1", body: { drink: "coffee" } });
  const [error] = await refused;
  assert.match(error.message, /the database is down/);
  await processed;
  const { queueUrl } = service.getQueueInfo("orders");
  await app.close();
  assert.deepEqual(app.get(OrderHandler).seen, ['{"drink":"coffee"}', '{"drink":"coffee"}']);
  assert.deepEqual(await count(queueUrl), [0, 0]);
}

await run(`${version("@ssut/nestjs-sqs")}, NestJS ${version("@nestjs/core")}`, { consumer });
