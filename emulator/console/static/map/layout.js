// Asks the worker where the nodes stand.

/** @typedef {import("./graph.js").Graph} Graph */
/** @typedef {{x: number, y: number}} Point */

export const NODE = { width: 204, height: 66 };

const WORKER = "/_emulator/console/map/layout-worker.js";

// Scripts have to come from a named policy: nothing else in the console can start one.
const policy = /** @type {any} */ (globalThis).trustedTypes?.createPolicy("console", { createScriptURL: () => WORKER });

/** @type {Worker|null} */
let worker = null;
let busy = false;

/**
 * Where each node stands. A layout that is still being made is given up, as nobody waits for it.
 * @param {Graph} graph
 * @param {{columns: number, vertical: boolean}} form
 * @returns {Promise<Map<string, Point>>}
 */
export function placesOf({ nodes, lines }, form) {
  if (busy) worker?.terminate();
  if (busy || !worker) worker = new Worker(policy ? policy.createScriptURL("") : WORKER, { type: "module" });
  const asked = worker;
  busy = true;
  return new Promise((resolve, reject) => {
    asked.onmessage = ({ data }) => {
      busy = false;
      resolve(new Map(data.map((/** @type {[string, number, number]} */ [id, x, y]) => [id, { x, y }])));
    };
    asked.onerror = (event) => reject(new Error(`The layout failed: ${event.message}`));
    asked.postMessage({ ids: nodes.map(({ id }) => id), lines: lines.map(({ source, target }) => [source, target]), size: NODE, ...form });
  });
}
