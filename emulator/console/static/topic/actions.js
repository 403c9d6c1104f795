// Calls of SNS about one topic.

import { call } from "../api.js";

/** @param {string} action @param {Record<string, unknown>} parameters @param {{arn: string} & import("../api.js").Place} topic */
export function act(action, parameters, topic) {
  return call("sns", action, { TopicArn: topic.arn, ...parameters }, topic);
}

/** Call an action that is about a subscription, by its ARN. @param {string} action @param {Record<string, unknown>} parameters @param {import("../api.js").Place} topic */
export function actOnSubscription(action, parameters, topic) {
  return call("sns", action, parameters, topic);
}
