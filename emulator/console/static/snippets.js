// What to type first, in the languages that most people use.

import { endpoint } from "./world.js";

/** @typedef {Record<string, string>} Snippets */

/** @param {{account: string, region: string}} place @returns {Snippets} */
export function firstQueue({ account, region }) {
  return {
    boto3: `import boto3

place = dict(endpoint_url="${endpoint()}", region_name="${region}",
             aws_access_key_id="${account}", aws_secret_access_key="any")
sqs = boto3.client("sqs", **place)
url = sqs.create_queue(QueueName="orders")["QueueUrl"]
sqs.send_message(QueueUrl=url, MessageBody='{"order": 1}')`,
    "AWS CLI": `export AWS_ENDPOINT_URL=${endpoint()} AWS_DEFAULT_REGION=${region}
export AWS_ACCESS_KEY_ID=${account} AWS_SECRET_ACCESS_KEY=any
aws sqs create-queue --queue-name orders
aws sqs send-message --queue-url ${endpoint()}/${account}/orders --message-body '{"order": 1}'`,
    Node: `import { SQSClient, CreateQueueCommand, SendMessageCommand } from "@aws-sdk/client-sqs";

const sqs = new SQSClient({
  endpoint: "${endpoint()}", region: "${region}",
  credentials: { accessKeyId: "${account}", secretAccessKey: "any" },
});
const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: "orders" }));
await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: '{"order": 1}' }));`,
  };
}

/** @param {import("./api.js").Address} address @returns {Snippets} */
export function firstSend({ account, region, name }) {
  const fifo = name.endsWith(".fifo");
  return {
    boto3: `sqs.send_message(QueueUrl="${endpoint()}/${account}/${name}", MessageBody="hello"${fifo ? ', MessageGroupId="a", MessageDeduplicationId="1"' : ""})`,
    "AWS CLI": `aws sqs send-message --endpoint-url ${endpoint()} --region ${region} --queue-url ${endpoint()}/${account}/${name} --message-body hello${fifo ? " --message-group-id a --message-deduplication-id 1" : ""}`,
    Node: `await sqs.send(new SendMessageCommand({ QueueUrl: "${endpoint()}/${account}/${name}", MessageBody: "hello"${fifo ? ', MessageGroupId: "a", MessageDeduplicationId: "1"' : ""} }));`,
  };
}

/** @param {import("./api.js").Address} address of a topic @returns {Snippets} */
export function firstSubscription({ account, region, name }) {
  const topic = `arn:aws:sns:${region}:${account}:${name}`;
  const queue = `arn:aws:sqs:${region}:${account}:${name.endsWith(".fifo") ? "orders.fifo" : "orders"}`;
  return {
    boto3: `sns.subscribe(TopicArn="${topic}", Protocol="sqs", Endpoint="${queue}")`,
    "AWS CLI": `aws sns subscribe --endpoint-url ${endpoint()} --region ${region} --topic-arn ${topic} --protocol sqs --notification-endpoint ${queue}`,
    Node: `await sns.send(new SubscribeCommand({ TopicArn: "${topic}", Protocol: "sqs", Endpoint: "${queue}" }));`,
  };
}
