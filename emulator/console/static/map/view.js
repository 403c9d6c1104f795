// The map itself: a canvas with the lines, and the nodes above it.

import { useComputed, useSignalEffect } from "@preact/signals";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { watchPulse } from "../events.js";
import { Loading } from "../components/notice.js";
import { html } from "../html.js";
import { Camera } from "./camera.js";
import { colorsOf, curveOf, draw, pointOf } from "./canvas.js";
import { Flows } from "./flows.js";
import { NODE, placesOf } from "./layout.js";
import { NodeBox, lineText, lineTitle } from "./nodes.js";
import { Recent } from "./recent.js";

/** @typedef {import("./graph.js").Graph} Graph */
/** @typedef {import("./canvas.js").Scene} Scene */

const READABLE = 0.45; // the scale from which on nodes are built of elements
const LEGIBLE = 0.7; // the least scale at first, if there are few nodes
const FEW = 60;
const MOST_ELEMENTS = 400;
const TILE = 400; // elements are built for what is seen, in steps of this size
const NARROW = 700; // pixels; below, lines go down rather than across

/** @param {{graph: Graph, several: boolean, fitted: string, onTogether: (topic: string, together: boolean) => void, chosen: Map<string, boolean>}} props
 *   `fitted`: the whole map is shown when this changes */
export function MapView({ graph, several, fitted, onTogether, chosen }) {
  const frame = useRef(/** @type {HTMLDivElement|null} */ (null));
  const camera = useMemo(() => new Camera(), []);
  const flows = useMemo(() => new Flows(), []);
  const [recent, setRecent] = useState(flows.recent);
  const scene = useScene(graph, frame);
  useEffect(() => (frame.current ? camera.listen(frame.current) : undefined), []);
  const shown = useRef("");
  useEffect(() => {
    if (scene?.graph !== graph || shown.current === fitted) return; // the places may be those of the graph before
    shown.current = fitted;
    camera.fit(boxOf(scene), scene.graph.nodes.length <= FEW ? LEGIBLE : undefined);
  }, [scene, fitted]);
  useEffect(() => {
    if (!scene) return undefined;
    const lines = linesBySubscription(scene.graph);
    return watchPulse((pulse) => {
      flows.add(pulse.flows, (flow) => lines(flow), performance.now());
      setRecent(flows.recent);
    });
  }, [scene]);
  return html`<div class="map">
    <div class="frame" ref=${frame} tabindex="0" role="group" aria-label="Map: arrow keys move it, plus and minus change its size">
      ${!scene && html`<${Loading} what="Arranging" />`}
      ${scene && html`<${Drawing} scene=${scene} camera=${camera} flows=${flows} />`}
      ${scene && html`<${Elements} scene=${scene} camera=${camera} several=${several} onTogether=${onTogether} chosen=${chosen} failed=${flows.failed} recent=${recent} />`}
    </div>
    <div class="zoom" role="group" aria-label="Size of the map">
      <button type="button" onClick=${() => camera.larger()} aria-label="Larger">+</button>
      <button type="button" onClick=${() => camera.smaller()} aria-label="Smaller">−</button>
      <button type="button" onClick=${() => scene && camera.fit(boxOf(scene))}>All</button>
    </div>
    <${Recent} flows=${recent} />
  </div>`;
}

/** The graph with its places, once they are known; the last one until then. @param {Graph} graph @param {{current: HTMLElement|null}} frame */
function useScene(graph, frame) {
  const [scene, setScene] = useState(/** @type {Scene|null} */ (null));
  useEffect(() => {
    let late = false;
    const { clientWidth, clientHeight } = /** @type {HTMLElement} */ (frame.current);
    const vertical = clientWidth < NARROW;
    const fill = Math.sqrt((graph.nodes.length * (clientWidth / clientHeight) * NODE.height) / NODE.width);
    const columns = Math.max(vertical ? 1 : 4, Math.round(fill));
    placesOf(graph, { columns, vertical }).then((places) => {
      if (!late) setScene({ graph, places, vertical });
    });
    return () => {
      late = true;
    };
  }, [graph]);
  return scene;
}

/** @param {{scene: Scene, camera: Camera, flows: Flows}} props */
function Drawing({ scene, camera, flows }) {
  const canvas = useRef(/** @type {HTMLCanvasElement|null} */ (null));
  const asked = useRef(0);
  const latest = useRef(scene);
  latest.current = scene;
  const dark = useMemo(() => matchMedia("(prefers-color-scheme: dark)"), []);
  const still = useMemo(() => matchMedia("(prefers-reduced-motion: reduce)"), []);
  const colors = useRef(/** @type {Record<string, string>|null} */ (null));
  const paint = () => {
    if (asked.current) return;
    asked.current = requestAnimationFrame((now) => {
      asked.current = 0;
      if (!canvas.current) return;
      colors.current ??= colorsOf(canvas.current);
      const boxes = !readable(latest.current, camera.view.peek(), camera.size.peek());
      draw(canvas.current, latest.current, camera.view.peek(), flows, { now, boxes, still: still.matches, colors: colors.current });
      if (flows.motes.length && !still.matches) paint();
    });
  };
  useSignalEffect(() => {
    void [camera.view.value, camera.size.value];
    paint();
  });
  useEffect(() => paint(), [scene]);
  useEffect(() => watchPulse(() => paint()), []);
  useEffect(() => {
    const repaint = () => {
      colors.current = null;
      paint();
    };
    dark.addEventListener("change", repaint);
    return () => {
      dark.removeEventListener("change", repaint);
      cancelAnimationFrame(asked.current);
    };
  }, []);
  return html`<canvas ref=${canvas} aria-hidden="true"></canvas>`;
}

/** Whether nodes are built of elements. @param {Scene} scene @param {import("./camera.js").View} view @param {{width: number, height: number}} size */
function readable(scene, view, size) {
  if (view.scale < READABLE) return false;
  const most = (size.width / view.scale / NODE.width) * (size.height / view.scale / NODE.height);
  return Math.min(most, scene.graph.nodes.length) <= MOST_ELEMENTS;
}

/**
 * @param {{scene: Scene, camera: Camera, several: boolean, onTogether: (topic: string, together: boolean) => void,
 *   chosen: Map<string, boolean>, failed: Set<string>, recent: unknown}} props
 */
function Elements({ scene, camera, several, onTogether, failed }) {
  const world = useRef(/** @type {HTMLDivElement|null} */ (null));
  useSignalEffect(() => {
    const { x, y, scale } = camera.view.value;
    if (world.current) world.current.style.transform = `scale(${scale}) translate(${-x}px, ${-y}px)`;
  });
  // Changes only when another tile comes into view, so that moving the map builds nothing.
  const tiles = useComputed(() => {
    const { x, y, scale } = camera.view.value;
    const { width, height } = camera.size.value;
    const ends = [x, y, x + width / scale, y + height / scale].map((end, index) => (index < 2 ? Math.floor(end / TILE) : Math.ceil(end / TILE)));
    return `${readable(scene, camera.view.value, camera.size.value)} ${scale > 0.6} ${ends.join(" ")}`;
  }).value.split(" ");
  const [left, top, right, bottom] = tiles.slice(2).map((tile) => Number(tile) * TILE);
  const inside = (/** @type {{x: number, y: number}|undefined} */ at) =>
    at && at.x + NODE.width >= left && at.x <= right && at.y + NODE.height >= top && at.y <= bottom;
  const drawn = tiles[0] === "true" ? scene.graph.nodes.filter(({ id }) => inside(scene.places.get(id))) : [];
  const lines = tiles[0] === "true" && tiles[1] === "true" ? scene.graph.lines : [];
  return html`<div class="world" ref=${world}>
    ${lines.map((line) => html`<${LineLabel} key=${line.id} scene=${scene} line=${line} failed=${failed.has(line.id)} inside=${inside} />`)}
    ${drawn.map((each) => {
      const topic = each.kind === "group" ? each.id.replace(/^group /, "") : each.id;
      const together = scene.graph.topics.has(topic) ? scene.graph.nodes.some(({ id }) => id === `group ${topic}`) : null;
      return html`<${NodeBox} key=${each.id} drawn=${each} place=${scene.places.get(each.id)} several=${several} together=${together}
        onTogether=${(/** @type {boolean} */ whether) => onTogether(topic, whether)} />`;
    })}
  </div>`;
}

/** @param {{scene: Scene, line: import("./graph.js").Line, failed: boolean, inside: (at: {x: number, y: number}|undefined) => boolean|undefined}} props */
function LineLabel({ scene, line, failed, inside }) {
  const text = [failed && "failed", lineText(line.edges)].filter(Boolean).join(" · ");
  const curve = text ? curveOf(scene, line) : null;
  if (!curve) return null;
  const { x, y } = pointOf(curve, 0.5);
  if (!inside({ x, y })) return null;
  return html`<span class="line${failed ? " bad" : ""}" style=${{ left: `${x}px`, top: `${y}px` }} title=${lineTitle(line.edges)}>${text}</span>`;
}

/** @param {Scene} scene */
function boxOf({ places }) {
  const box = { left: 0, top: 0, right: NODE.width, bottom: NODE.height };
  for (const { x, y } of places.values()) {
    box.right = Math.max(box.right, x + NODE.width);
    box.bottom = Math.max(box.bottom, y + NODE.height);
  }
  return box;
}

/** Finds the line that a flow goes along. @param {Graph} graph @returns {(flow: import("../events.js").Flow) => string|null} */
function linesBySubscription(graph) {
  const bySubscription = new Map();
  const byEnds = new Map();
  for (const { id, edges } of graph.lines)
    for (const { subscription, source, target, type } of edges) {
      if (subscription && type === "subscription") bySubscription.set(subscription, id);
      byEnds.set(`${source} ${target}`, id);
    }
  return ({ subscription, source, target }) => byEnds.get(`${source} ${target}`) ?? bySubscription.get(subscription) ?? null;
}
