// Where each node stands, computed beside the page. Connected parts are laid out by dagre, one below the other; what is
// connected to nothing stands in rows under them.

import { Graph, layout } from "/_emulator/console/vendor/dagre.js";

/** @typedef {{width: number, height: number}} Size */
/** @typedef {{ids: string[], lines: [string, string][], size: Size, columns: number, vertical: boolean}} Question */

const GAP = 28;
const BETWEEN = 56; // parts

self.onmessage = ({ data }) => self.postMessage(places(data));

/** The left upper corner of each node, by its id. @param {Question} question @returns {[string, number, number][]} */
function places({ ids, lines, size, columns, vertical }) {
  const parts = connectedParts(ids, lines);
  /** @type {[string, number, number][]} */
  const found = [];
  let top = 0;
  let left = 0;
  let rowHeight = 0;
  const rowWidth = columns * (size.width + GAP);
  /** @type {Map<string, ReturnType<typeof laidOut>>} */
  const alike = new Map(); // thousands of parts mostly have few shapes
  for (const part of parts.filter(({ nodes }) => nodes.length > 1)) {
    const shape = shapeOf(part);
    const { places: at, width, height } = alike.get(shape) ?? laidOut(part, size, vertical);
    alike.set(shape, { places: at, width, height });
    if (left && left + width > rowWidth) {
      top += rowHeight + BETWEEN;
      left = rowHeight = 0;
    }
    part.nodes.forEach((id, index) => found.push([id, left + at[index].x, top + at[index].y]));
    left += width + BETWEEN;
    rowHeight = Math.max(rowHeight, height);
  }
  if (rowHeight) top += rowHeight + BETWEEN;
  parts
    .filter(({ nodes }) => nodes.length === 1)
    .forEach(({ nodes }, index) => {
      const row = Math.floor(index / columns);
      found.push([nodes[0], (index % columns) * (size.width + GAP), top + row * (size.height + GAP)]);
    });
  return found;
}

/** @param {string[]} ids @param {[string, string][]} lines */
function connectedParts(ids, lines) {
  const root = new Map(ids.map((id) => [id, id]));
  const find = (/** @type {string} */ id) => {
    let at = id;
    while (root.get(at) !== at) {
      const above = /** @type {string} */ (root.get(at));
      root.set(at, /** @type {string} */ (root.get(above)));
      at = above;
    }
    return at;
  };
  for (const [source, target] of lines) root.set(find(source), find(target));
  /** @type {Map<string, {nodes: string[], lines: [string, string][]}>} */
  const parts = new Map();
  for (const id of ids) {
    const key = find(id);
    const part = parts.get(key);
    if (part) part.nodes.push(id);
    else parts.set(key, { nodes: [id], lines: [] });
  }
  for (const line of lines) parts.get(find(line[0]))?.lines.push(line);
  return [...parts.values()];
}

/** @param {{nodes: string[], lines: [string, string][]}} part @param {Size} size @param {boolean} vertical */
function laidOut({ nodes, lines }, size, vertical) {
  const graph = new Graph();
  graph.setGraph({ rankdir: vertical ? "TB" : "LR", nodesep: GAP, ranksep: vertical ? 64 : 130, ranker: "tight-tree" });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const id of nodes) graph.setNode(id, { ...size });
  for (const [source, target] of lines) if (source !== target) graph.setEdge(source, target);
  layout(graph, { disableOptimalOrderHeuristic: nodes.length > 150 });
  const { width = 0, height = 0 } = graph.graph();
  const places = nodes.map((id) => {
    const { x, y } = graph.node(id);
    return { x: x - size.width / 2, y: y - size.height / 2 };
  });
  return { places, width, height };
}

/** The lines of a part, between the numbers of its nodes. @param {{nodes: string[], lines: [string, string][]}} part */
function shapeOf({ nodes, lines }) {
  const numbers = new Map(nodes.map((id, number) => [id, number]));
  return `${nodes.length} ${lines.map(([source, target]) => `${numbers.get(source)}-${numbers.get(target)}`)}`;
}
