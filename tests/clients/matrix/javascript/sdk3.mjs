// What the AWS SDK for JavaScript 3 supplies to the checks of all SDKs, in any of its versions.
import { createHash } from "node:crypto";

// A hash function that is not MD5, as the option "md5" of a client takes one.
class OtherSum {
  #hash = createHash("sha256");
  update(data) {
    this.#hash.update(data);
  }
  async digest() {
    return this.#hash.digest();
  }
}

export function sdk3(sqs, sns, { SQS, paginateListQueues, QueueDoesNotExist }, { NotFoundException }) {
  async function pages(QueueNamePrefix, pageSize) {
    const listed = [];
    for await (const page of paginateListQueues({ client: sqs, pageSize }, { QueueNamePrefix })) {
      listed.push(page.QueueUrls);
    }
    return listed;
  }

  return {
    sqs,
    sns,
    otherSum: new SQS({ endpoint: process.env.AWS_ENDPOINT_URL, md5: OtherSum }),
    checksumError: { message: "InvalidChecksumError" },
    pages,
    attempts: ({ $metadata }) => $metadata.attempts,
    queueDoesNotExist: QueueDoesNotExist,
    notFound: NotFoundException,
  };
}
