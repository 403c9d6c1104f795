// The AWS SDK for JavaScript 3, in its newest version.
import * as snsModule from "@aws-sdk/client-sns";
import * as sqsModule from "@aws-sdk/client-sqs";
import { SNS } from "@aws-sdk/client-sns";
import { SQS } from "@aws-sdk/client-sqs";
import { checks } from "./sdk.mjs";
import { sdk3 } from "./sdk3.mjs";
import { run, version } from "./support.mjs";

const sqs = new SQS();
const sns = new SNS();

await run(version("@aws-sdk/client-sqs"), checks(sdk3(sqs, sns, sqsModule, snsModule)));
