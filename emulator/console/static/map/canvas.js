// What of the map is drawn rather than built of elements: lines, what moves along them, and nodes too small to read.

import { NODE } from "./layout.js";

/** @typedef {import("./graph.js").Graph} Graph */
/** @typedef {import("./graph.js").Line} Line */
/** @typedef {import("./layout.js").Point} Point */
/** @typedef {import("./camera.js").View} View */
/** @typedef {{graph: Graph, places: Map<string, Point>, vertical: boolean}} Scene */
/** @typedef {{from: Point, near: Point, far: Point, to: Point}} Curve */

const NAMED = 0.15; // the scale from which on a name can be read in a box
const COLORS = ["sheet", "line", "line-faint", "bad", "accent", "faint", "topic", "queue", "dead", "http", "other", "group"];

/** The colors of the design as the canvas takes them. @param {HTMLElement} element @returns {Record<string, string>} */
export function colorsOf(element) {
  const read = (/** @type {string} */ name) => {
    element.style.color = `var(--drawn-${name})`;
    return getComputedStyle(element).color;
  };
  return Object.fromEntries(COLORS.map((name) => [name, read(name)]));
}

/** The way from one node to another. @param {Scene} scene @param {Line} line @returns {Curve|null} */
export function curveOf({ places, vertical }, { source, target }) {
  const a = places.get(source);
  const b = places.get(target);
  if (!a || !b) return null;
  if (vertical) {
    const from = { x: a.x + NODE.width / 2, y: a.y + NODE.height };
    const to = { x: b.x + NODE.width / 2, y: b.y };
    const bend = Math.max(30, Math.abs(to.y - from.y) / 2);
    return { from, near: { x: from.x, y: from.y + bend }, far: { x: to.x, y: to.y - bend }, to };
  }
  const from = { x: a.x + NODE.width, y: a.y + NODE.height / 2 };
  const to = { x: b.x, y: b.y + NODE.height / 2 };
  const bend = Math.max(40, Math.abs(to.x - from.x) / 2);
  return { from, near: { x: from.x + bend, y: from.y }, far: { x: to.x - bend, y: to.y }, to };
}

/** @param {Curve} curve @param {number} part from 0 to 1 @returns {Point} */
export function pointOf({ from, near, far, to }, part) {
  const rest = 1 - part;
  const mix = (/** @type {"x"|"y"} */ axis) =>
    rest ** 3 * from[axis] + 3 * rest ** 2 * part * near[axis] + 3 * rest * part ** 2 * far[axis] + part ** 3 * to[axis];
  return { x: mix("x"), y: mix("y") };
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {Scene} scene
 * @param {View} view
 * @param {import("./flows.js").Flows} flows
 * @param {{now: number, boxes: boolean, still: boolean, colors: Record<string, string>}} how
 *   `boxes`: nodes too; `still`: nothing moves
 */
export function draw(canvas, scene, view, flows, { now, boxes, still, colors }) {
  const context = canvas.getContext("2d");
  if (!context) return;
  const ratio = devicePixelRatio || 1;
  const width = canvas.clientWidth;
  const height = canvas.clientHeight;
  if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
  }
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, canvas.width, canvas.height);
  const scale = view.scale * ratio;
  context.setTransform(scale, 0, 0, scale, -view.x * scale, -view.y * scale);
  const seen = { left: view.x, top: view.y, right: view.x + width / view.scale, bottom: view.y + height / view.scale };
  const curves = drawLines(context, scene, seen, flows, colors, view.scale);
  if (boxes) drawBoxes(context, scene, seen, colors, view.scale);
  if (!still) drawMotes(context, curves, flows.moving(now), colors, view.scale);
}

/** @param {CanvasRenderingContext2D} context @param {Scene} scene @param {import("./camera.js").Box} seen @param {import("./flows.js").Flows} flows @param {Record<string, string>} colors @param {number} scale */
function drawLines(context, scene, seen, flows, colors, scale) {
  /** @type {Map<string, Curve>} */
  const curves = new Map();
  context.lineWidth = Math.max(1.5, 0.8 / scale);
  for (const line of scene.graph.lines) {
    const curve = curveOf(scene, line);
    if (!curve || !touches(curve, seen)) continue;
    curves.set(line.id, curve);
    const redrive = line.edges.every(({ type }) => type !== "subscription" && type !== "event_source_mapping");
    const pending = line.edges.every(({ confirmed, enabled }) => confirmed === false || enabled === false);
    context.strokeStyle = flows.failed.has(line.id) ? colors.bad : redrive ? colors.dead : pending ? colors["line-faint"] : colors.line;
    context.setLineDash(redrive || pending ? [6, 5] : []);
    context.beginPath();
    context.moveTo(curve.from.x, curve.from.y);
    context.bezierCurveTo(curve.near.x, curve.near.y, curve.far.x, curve.far.y, curve.to.x, curve.to.y);
    context.stroke();
    drawHead(context, curve, String(context.strokeStyle));
  }
  context.setLineDash([]);
  return curves;
}

/** @param {CanvasRenderingContext2D} context @param {Curve} curve @param {string} color */
function drawHead(context, { far, to }, color) {
  const angle = Math.atan2(to.y - far.y, to.x - far.x);
  context.fillStyle = color;
  context.beginPath();
  context.moveTo(to.x, to.y);
  for (const side of [-0.45, 0.45]) context.lineTo(to.x - 9 * Math.cos(angle + side), to.y - 9 * Math.sin(angle + side));
  context.fill();
}

/** @param {CanvasRenderingContext2D} context @param {Scene} scene @param {import("./camera.js").Box} seen @param {Record<string, string>} colors @param {number} scale */
function drawBoxes(context, { graph, places }, seen, colors, scale) {
  context.font = "600 24px system-ui, sans-serif";
  context.textBaseline = "middle";
  for (const { id, kind, node } of graph.nodes) {
    const place = places.get(id);
    if (!place || place.x > seen.right || place.y > seen.bottom || place.x + NODE.width < seen.left || place.y + NODE.height < seen.top) continue;
    context.fillStyle = colors[kind];
    context.fillRect(place.x, place.y, NODE.width, NODE.height);
    if (scale < NAMED) continue;
    context.fillStyle = colors.sheet;
    context.fillText(node.name.slice(0, 24), place.x + 12, place.y + NODE.height / 2, NODE.width - 24);
  }
}

/** @param {CanvasRenderingContext2D} context @param {Map<string, Curve>} curves @param {ReturnType<import("./flows.js").Flows["moving"]>} moving @param {Record<string, string>} colors @param {number} scale */
function drawMotes(context, curves, moving, colors, scale) {
  for (const { mote, part } of moving) {
    const curve = curves.get(mote.line);
    if (!curve) continue;
    const reach = mote.fate === "stops" ? 0.5 : 1;
    const { x, y } = pointOf(curve, Math.min(part, 1) * reach);
    context.globalAlpha = mote.fate === "stops" ? 1 - part : 1;
    context.fillStyle = mote.fate === "fails" ? colors.bad : mote.fate === "stops" ? colors.faint : colors.accent;
    context.beginPath();
    context.arc(x, y, Math.max(5, 3 / scale), 0, 2 * Math.PI);
    context.fill();
  }
  context.globalAlpha = 1;
}

/** @param {Curve} curve @param {import("./camera.js").Box} seen */
function touches({ from, near, far, to }, { left, top, right, bottom }) {
  const xs = [from.x, near.x, far.x, to.x];
  const ys = [from.y, near.y, far.y, to.y];
  return Math.min(...xs) <= right && Math.max(...xs) >= left && Math.min(...ys) <= bottom && Math.max(...ys) >= top;
}
