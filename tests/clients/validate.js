// Validates messages with sns-validator as it is. Standard input: {"host", "certificate", "messages"}; standard
// output: for each message null, or why it is refused. The certificate's host is mapped, as its owner is AWS.
"use strict";

const { EventEmitter } = require("node:events");
const { readFileSync } = require("node:fs");
const https = require("node:https");
const MessageValidator = require("sns-validator");

const { host, certificate, messages } = JSON.parse(readFileSync(0, "utf8"));

https.get = (url, answered) => {
    const answer = new EventEmitter();
    answer.statusCode = new URL(url).host === host ? 200 : 404;
    process.nextTick(() => {
        answered(answer);
        answer.emit("data", Buffer.from(certificate));
        answer.emit("end");
    });
    return new EventEmitter();
};

const validator = new MessageValidator();
const verdicts = messages.map(
    (message) =>
        new Promise((tell) => validator.validate(message, (refusal) => tell(refusal ? refusal.message : null))),
);
Promise.all(verdicts).then((all) => process.stdout.write(JSON.stringify(all)));
