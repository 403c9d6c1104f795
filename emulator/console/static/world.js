// What there is: the graph of topics, queues and subscribers, and how many messages each queue has, kept up to date.

import { signal } from "@preact/signals";
import { get } from "./api.js";
import { followPulse, watchPulse } from "./events.js";

/**
 * @typedef {{visible: number, delayed: number, in_flight: number, oldest_sent_at: string|null}} Counts
 * @typedef {Partial<Counts> & {id: string, type: string, name: string, account: string|null, region: string|null,
 *   missing: boolean, subscriptions?: number}} Node
 * @typedef {{source: string, target: string, type: string, subscription?: string, protocol?: string, confirmed?: boolean,
 *   raw?: boolean, filter_policy?: unknown, max_receive_count?: number, status?: string, moved?: number, to_move?: number,
 *   mapping?: string, enabled?: boolean}} Edge
 * @typedef {{nodes: Node[], edges: Edge[]}} Topology
 * @typedef {{account: string, region: string, name: string, tag: string}} Filter
 */

/** @type {Filter} */
export const EVERYTHING = { account: "", region: "", name: "", tag: "" };

export const filter = signal(EVERYTHING);
export const topology = signal(/** @type {Topology|null} */ (null));
export const trouble = signal(/** @type {Error|null} */ (null));

/** How callers without a signature are treated, and what version this is. */
export const overview = signal(/** @type {{version: string, endpoint: string, account: string, region: string}|null} */ (null));

/** The URL for AWS SDKs, which is not this one if the console has a port of its own. */
export function endpoint() {
  return overview.value?.endpoint ?? location.origin;
}

const PAGE = 2_000; // queues and topics
const PAUSE_MILLISECONDS = 500;
const PATIENCE = 3; // a graph that took long is read again after so many times as long

/** @type {Map<string, import("@preact/signals").Signal<Counts>>} */
const counts = new Map();

/** The counts of a queue, which change. @param {string} arn */
export function countsOf(arn) {
  let found = counts.get(arn);
  if (!found) counts.set(arn, (found = signal({ visible: 0, delayed: 0, in_flight: 0, oldest_sent_at: null })));
  return found;
}

let wanted = 0;
let reading = false;

/** Read the graph again, soon. */
export async function refresh() {
  wanted += 1;
  if (reading) return;
  reading = true;
  for (let seen = -1; seen !== wanted; ) {
    seen = wanted;
    const began = performance.now();
    try {
      show(await readTopology(filter.value), filter.value);
      trouble.value = null;
    } catch (error) {
      trouble.value = /** @type {Error} */ (error);
    }
    await pause(Math.max(PAUSE_MILLISECONDS, PATIENCE * (performance.now() - began)));
  }
  reading = false;
}

/** @param {Filter} wish @returns {Promise<Topology>} */
async function readTopology(wish) {
  const nodes = new Map();
  /** @type {Edge[]} */
  const edges = [];
  let cursor = null;
  do {
    const page = await get("/_emulator/topology", { ...wish, limit: PAGE, cursor });
    for (const node of page.nodes) nodes.set(node.id, node);
    edges.push(...page.edges);
    cursor = page.cursor;
  } while (cursor !== null);
  return { nodes: [...nodes.values()], edges };
}

/** @param {Topology} read @param {Filter} wish */
function show(read, wish) {
  for (const node of read.nodes) {
    if (node.visible === undefined) continue;
    const { visible, delayed = 0, in_flight = 0, oldest_sent_at = null } = node;
    const known = countsOf(node.id);
    const before = known.peek();
    if (before.visible !== visible || before.delayed !== delayed || before.in_flight !== in_flight || before.oldest_sent_at !== oldest_sent_at)
      known.value = { visible, delayed, in_flight, oldest_sent_at };
  }
  if (wish === EVERYTHING) forget(read);
  if (shapeOf(read) !== shapeOf(topology.peek())) topology.value = read;
}

/** Drop the counts of queues that are gone. @param {Topology} read */
function forget(read) {
  const known = new Set(read.nodes.map((node) => node.id));
  for (const arn of counts.keys()) if (!known.has(arn)) counts.delete(arn);
}

/** What of a graph is drawn, besides counts. @param {Topology|null} graph */
function shapeOf(graph) {
  if (!graph) return "";
  return JSON.stringify([graph.nodes.map(({ id, missing, subscriptions }) => [id, missing, subscriptions]), graph.edges]);
}

/** @param {number} milliseconds */
function pause(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** Follow what happens from now on. */
export function followWorld() {
  watchPulse((pulse) => {
    for (const { queue, visible, delayed, in_flight, oldest_sent_at } of pulse.queues)
      countsOf(queue).value = { visible, delayed, in_flight, oldest_sent_at };
    if (pulse.changed) refresh();
  });
  followPulse(refresh);
  filter.subscribe(() => void refresh());
  get("/_emulator").then((answer) => {
    overview.value = answer;
  }, () => {});
}
