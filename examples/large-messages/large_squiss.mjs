import { S3 } from "@aws-sdk/client-s3";
import { Squiss } from "squiss-ts";

const s3 = new S3({ forcePathStyle: true });
await s3.createBucket({ Bucket: "squiss-payloads" });

const squiss = new Squiss({ queueName: "squiss-reports", S3: s3, s3Fallback: true, s3Bucket: "squiss-payloads" });
await squiss.createQueue();
squiss.on("message", async (message) => {
  console.log(message.body.length, "characters received");
  await message.del();
  await squiss.stop();
  console.log((await s3.listObjectsV2({ Bucket: "squiss-payloads" })).KeyCount, "objects in the bucket");
});
await squiss.sendMessage("x".repeat(3_000_000));
console.log((await s3.listObjectsV2({ Bucket: "squiss-payloads" })).KeyCount, "object in the bucket");
await squiss.start();
