// Calls of SQS about one queue.

import { call } from "../api.js";

/** @typedef {import("../api.js").Address} Address */
/** @typedef {Record<string, string>} QueueAttributes */

/** Call an action that changes something. @param {string} action @param {Record<string, unknown>} parameters @param {Address} address */
export function act(action, parameters, address) {
  return call("sqs", action, { QueueUrl: address.name, ...parameters }, address);
}

/** Call an action that only reads, which is not among what was done here. @param {string} action @param {Record<string, unknown>} parameters @param {Address} address */
export function read(action, parameters, address) {
  return call("sqs", action, { QueueUrl: address.name, ...parameters }, address, { quiet: true });
}

/** @param {QueueAttributes|null} attributes @returns {{deadLetterTargetArn: string, maxReceiveCount: string|number}|null} */
export function redriveOf(attributes) {
  try {
    return attributes?.RedrivePolicy ? JSON.parse(attributes.RedrivePolicy) : null;
  } catch {
    return null;
  }
}
