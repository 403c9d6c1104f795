// The AWS SDK for JavaScript 2. It does not know AWS_ENDPOINT_URL.
import AWS from "aws-sdk";
import { checks } from "../javascript/sdk.mjs";
import { run, version } from "../javascript/support.mjs";

const sqs = new AWS.SQS({ endpoint: process.env.AWS_ENDPOINT_URL });
const sns = new AWS.SNS({ endpoint: process.env.AWS_ENDPOINT_URL });

const otherSum = new AWS.SQS({ endpoint: process.env.AWS_ENDPOINT_URL, maxRetries: 0 });
otherSum.calculateChecksum = () => "another";

// A client whose methods return promises.
const promising = (client) => new Proxy({}, { get: (_, name) => (input) => client[name](input).promise() });

function pages(QueueNamePrefix, MaxResults) {
  const listed = [];
  return new Promise((resolve, reject) => {
    sqs.listQueues({ QueueNamePrefix, MaxResults }).eachPage((error, page) => {
      if (error) reject(error);
      else if (page) listed.push(page.QueueUrls);
      else resolve(listed);
    });
  });
}

await run(
  version("aws-sdk"),
  checks({
    sqs: promising(sqs),
    sns: promising(sns),
    otherSum: promising(otherSum),
    checksumError: { code: "InvalidChecksum" },
    pages,
    attempts: ({ $response }) => $response.retryCount + 1,
    queueDoesNotExist: {
      code: "AWS.SimpleQueueService.NonExistentQueue",
      message: "The specified queue does not exist.",
    },
    notFound: { code: "NotFound", message: "Topic does not exist" },
  }),
);
