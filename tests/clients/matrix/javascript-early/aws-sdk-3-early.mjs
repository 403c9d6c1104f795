// An early AWS SDK for JavaScript 3: it speaks the query protocol to SQS, and does not know AWS_ENDPOINT_URL.
import * as snsModule from "@aws-sdk/client-sns";
import * as sqsModule from "@aws-sdk/client-sqs";
import { SNS } from "@aws-sdk/client-sns";
import { SQS } from "@aws-sdk/client-sqs";
import { checks } from "../javascript/sdk.mjs";
import { sdk3 } from "../javascript/sdk3.mjs";
import { run, version } from "../javascript/support.mjs";

const sqs = new SQS({ endpoint: process.env.AWS_ENDPOINT_URL });
const sns = new SNS({ endpoint: process.env.AWS_ENDPOINT_URL });

await run(version("@aws-sdk/client-sqs"), checks(sdk3(sqs, sns, sqsModule, snsModule)));
