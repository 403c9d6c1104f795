// Asks the worker where the nodes stand.

/** @typedef {import("./graph.js").Graph} Graph */
/** @typedef {{x: number, y: number}} Point */

export const NODE = { width: 204, height: 66 };

const WORKER = "/_emulator/console/map/layout-worker.js";

/** @type {Worker|null} */
let worker = null;

function start() {
  // Scripts have to come from a named policy: nothing else in the console can start one.
  const types = /** @type {any} */ (globalThis).trustedTypes;
  const policy = types?.createPolicy("console", { createScriptURL: () => WORKER });
  return new Worker(policy ? policy.createScriptURL("") : WORKER, { type: "module" });
}

let turn = Promise.resolve(/** @type {unknown} */ (null));

/**
 * @param {Graph} graph
 * @param {{columns: number, vertical: boolean}} form
 * @returns {Promise<Map<string, Point>>}
 */
export function placesOf(graph, form) {
  const answer = turn.then(() => askWorker(graph, form));
  turn = answer.catch(() => {});
  return answer;
}

/** @param {Graph} graph @param {{columns: number, vertical: boolean}} form @returns {Promise<Map<string, Point>>} */
function askWorker({ nodes, lines }, form) {
  const asked = (worker ??= start());
  return new Promise((resolve, reject) => {
    asked.onmessage = ({ data }) => resolve(new Map(data.map((/** @type {[string, number, number]} */ [id, x, y]) => [id, { x, y }])));
    asked.onerror = (event) => reject(new Error(`The layout failed: ${event.message}`));
    asked.postMessage({ ids: nodes.map(({ id }) => id), lines: lines.map(({ source, target }) => [source, target]), size: NODE, ...form });
  });
}
