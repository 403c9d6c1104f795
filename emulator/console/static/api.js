// The control interface: GET, POST and DELETE of its paths, and calls of AWS actions.

import { signal } from "@preact/signals";

/** @typedef {{account: string, region: string}} Place */
/** @typedef {Place & {name: string}} Address */
/** @typedef {{boto3: string, cli: string, node: string}} Equivalents */
/** @typedef {{service: "sqs"|"sns", action: string, account: string, region: string, parameters: Record<string, unknown>}} Call */
/** @typedef {{call: Call, equivalents: Equivalents, error: {code: string, message: string}|null, milliseconds: number}} Done */

/** An answer that is not what was asked for; the message is for people. */
export class Refused extends Error {
  /** @param {string} message @param {string} code of AWS's error, or the HTTP status */
  constructor(message, code) {
    super(message);
    this.code = code;
  }
}

/** The calls of AWS actions that were made here, newest first. */
export const done = signal(/** @type {Done[]} */ ([]));
const KEPT_CALLS = 20;

/**
 * @param {string} path
 * @param {Record<string, string|number|boolean|null|undefined>} [query] what is empty is left out
 */
export function get(path, query = {}) {
  return request("GET", path + queryString(query));
}

/** @param {string} path @param {unknown} body */
export function post(path, body) {
  return request("POST", path, JSON.stringify(body));
}

/** @param {string} path @param {string|Blob} body */
export function put(path, body) {
  return request("PUT", path, body);
}

/** @param {string} path */
export function remove(path) {
  return request("DELETE", path);
}

/**
 * Call an action of AWS. The answer; Refused with AWS's error.
 * @param {Call["service"]} service
 * @param {string} action
 * @param {Record<string, unknown>} parameters as boto3 takes them
 * @param {Place} place
 * @param {{quiet?: boolean}} [how] `quiet`: it only reads, and is not among what was done here
 */
export async function call(service, action, parameters, { account, region }, { quiet = false } = {}) {
  const made = { service, action, account, region, parameters };
  const { answer, error, equivalents, milliseconds } = await post("/_emulator/call", made);
  if (!quiet) done.value = [{ call: made, equivalents, error, milliseconds }, ...done.value].slice(0, KEPT_CALLS);
  if (error) throw new Refused(error.message, error.code);
  return answer;
}

/** @param {Record<string, unknown>} query */
export function queryString(query) {
  const given = Object.entries(query).filter(([, value]) => value !== null && value !== undefined && value !== "");
  return given.length ? `?${new URLSearchParams(given.map(([name, value]) => [name, String(value)]))}` : "";
}

/** @param {string} kind "queues" or "topics" @param {Address} address */
export function pathOf(kind, { account, region, name }) {
  return `/_emulator/${kind}/${account}/${encodeURIComponent(region)}/${encodeURIComponent(name)}`;
}

/**
 * @param {string} method
 * @param {string} path
 * @param {string|Blob} [body]
 */
async function request(method, path, body) {
  const headers = body === undefined ? undefined : { "content-type": "application/json" };
  let response;
  try {
    response = await fetch(path, { method, body, headers });
  } catch {
    throw new Refused("The emulator does not answer.", "offline");
  }
  const text = await response.text();
  let answer = null;
  try {
    answer = text ? JSON.parse(text) : null;
  } catch {
    throw new Refused(text.slice(0, 200), String(response.status));
  }
  if (!response.ok) throw new Refused(answer?.error ?? response.statusText, String(response.status));
  return answer;
}
