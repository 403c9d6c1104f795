// ARNs of queues, topics and subscriptions, and where the console shows what they name.

import { href } from "./router.js";

/** @typedef {import("./api.js").Address} Address */
/** @typedef {Address & {service: string, subscription: string|null}} Arn */

/** @param {string} text @returns {Arn|null} */
export function parseArn(text) {
  const [arn, , service, region, account, name, subscription] = text.split(":");
  if (arn !== "arn" || !name) return null;
  return { service, region, account, name, subscription: subscription ?? null };
}

/** The name of what an ARN names; any other text as it is. @param {string} text */
export function shortName(text) {
  return parseArn(text)?.name ?? text;
}

/** The page of a queue or a topic; null if it is neither. @param {string} text @param {Record<string, string>} [query] */
export function pageOf(text, query) {
  const arn = parseArn(text);
  if (arn?.service === "sqs") return href("queues", [arn.account, arn.region, arn.name], query);
  if (arn?.service === "sns") return href("topics", [arn.account, arn.region, arn.name], query);
  return null;
}

/** @param {"sqs"|"sns"} service @param {Address} address */
export function arnOf(service, { account, region, name }) {
  return `arn:aws:${service}:${region}:${account}:${name}`;
}
