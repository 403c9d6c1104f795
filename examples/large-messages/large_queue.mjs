import AWS from "aws-sdk";
import { SqsConsumer, SqsProducer } from "sns-sqs-big-payload";

const sqs = new AWS.SQS({ endpoint: process.env.AWS_ENDPOINT_URL });
const s3 = new AWS.S3({ endpoint: process.env.AWS_ENDPOINT_URL_S3, s3ForcePathStyle: true });

await s3.createBucket({ Bucket: "node-payloads" }).promise();
const { QueueUrl: queueUrl } = await sqs.createQueue({ QueueName: "node-reports" }).promise();

const common = { sqs, s3, queueUrl, extendedLibraryCompatibility: true };
const producer = SqsProducer.create({ ...common, largePayloadThoughS3: true, s3Bucket: "node-payloads" });
await producer.sendJSON({ report: "x".repeat(3_000_000) });

const consumer = SqsConsumer.create({
  ...common,
  getPayloadFromS3: true,
  parsePayload: JSON.parse,
  handleMessage: async ({ payload }) => console.log(payload.report.length, "characters received"),
});
consumer.on("message-processed", () => consumer.stop());
consumer.start();
