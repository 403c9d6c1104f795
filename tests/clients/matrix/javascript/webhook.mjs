// What a validator of messages has to show: an HTTP endpoint that accepts only what is signed.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { CreateTopicCommand, PublishCommand, SNSClient, SubscribeCommand } from "@aws-sdk/client-sns";
import nock from "nock";
import { emulator } from "./support.mjs";

const sns = new SNSClient();

// Answer requests for AWS's certificate with that of the emulator, which has the same path.
nock("https://sns.us-east-1.amazonaws.com")
  .get(/\.pem$/)
  .reply(200, async (path) => (await fetch(`${process.env.AWS_ENDPOINT_URL}${path}`)).text())
  .persist();

// Check endpoints that let `validate` decide, which returns a promise of the message or rejects it.
export async function signatures(validate) {
  const accepted = [];
  const server = createServer(async (request, response) => {
    try {
      const message = await validate(JSON.parse(await text(request)));
      accepted.push(message);
      if (message.Type === "SubscriptionConfirmation") await fetch(message.SubscribeURL);
      response.end();
    } catch (error) {
      response.writeHead(403).end(error.message);
    }
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const Endpoint = `http://127.0.0.1:${server.address().port}/`;

  for (const SignatureVersion of ["1", "2"]) {
    const topic = { Name: `version-${SignatureVersion}`, Attributes: { SignatureVersion } };
    const { TopicArn } = await sns.send(new CreateTopicCommand(topic));
    await sns.send(new SubscribeCommand({ TopicArn, Protocol: "http", Endpoint }));
    await emulator("settle", { timeout: 60 });
    await sns.send(new PublishCommand({ TopicArn, Subject: "Order", Message: "one café" }));
    await emulator("settle", { timeout: 60 });
    const [confirmation, notification, ...others] = accepted.splice(0);
    assert.deepEqual(others, []);
    assert.equal(confirmation.Type, "SubscriptionConfirmation");
    assert.equal(notification.Message, "one café");
    assert.equal(notification.SignatureVersion, SignatureVersion);

    const forged = JSON.stringify({ ...notification, Message: "a hundred cafés" });
    const answer = await fetch(Endpoint, { method: "POST", body: forged });
    assert.equal(answer.status, 403);
    assert.deepEqual(accepted, []);
  }
  server.close();
  server.closeAllConnections();
}
