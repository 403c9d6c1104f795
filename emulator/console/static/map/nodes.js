// The nodes of the map that are large enough to read, and what is written on the lines.

import { html } from "../html.js";
import { pageOf } from "../arn.js";
import { nowOf } from "../clock.js";
import { duration } from "../time.js";
import { countsOf } from "../world.js";
import { NODE } from "./layout.js";

/** @typedef {import("./graph.js").Drawn} Drawn */
/** @typedef {import("../world.js").Edge} Edge */
/** @typedef {import("./layout.js").Point} Point */

/** @param {{drawn: Drawn, place: Point, several: boolean, together: boolean|null, onTogether: (together: boolean) => void}} props
 *   `several`: there are several accounts or regions; `together`: whether its subscribers are; null if they cannot be */
export function NodeBox({ drawn, place, several, together, onTogether }) {
  const { node, kind } = drawn;
  const page = pageOf(node.id);
  const style = { left: `${place.x}px`, top: `${place.y}px`, width: `${NODE.width}px`, height: `${NODE.height}px` };
  return html`<div class="node ${kind}${node.missing ? " missing" : ""}" style=${style}>
    ${kind === "group"
      ? html`<button type="button" class="name" onClick=${() => onTogether(false)}>${node.name}<span class="unseen"> (show them)</span></button>`
      : page && !node.missing
        ? html`<a class="name" href=${page} title=${node.id}>${node.name}</a>`
        : html`<span class="name" title=${node.id}>${node.name}</span>`}
    ${kind !== "group" && together !== null &&
    html`<button type="button" class="fold" aria-label=${`${together ? "Show" : "Put together"} the subscribers of ${node.name}`} onClick=${() => onTogether(!together)}>${together ? "+" : "−"}</button>`}
    ${(kind === "queue" || kind === "dead") && html`<${Age} arn=${node.id} account=${node.account ?? ""} />`}
    <span class="under">${under(drawn)}</span>
    ${several && node.region && html`<span class="where">${node.account} · ${node.region}</span>`}
  </div>`;
}

/** @param {Drawn} drawn */
function under({ kind, node, members }) {
  if (node.missing) return "does not exist";
  if (kind === "group") return html`<${GroupCounts} members=${members} />`;
  if (kind === "queue" || kind === "dead") return html`<${QueueCounts} arn=${node.id} />`;
  if (kind === "topic") return `${node.subscriptions ?? 0} ${node.subscriptions === 1 ? "subscription" : "subscriptions"}`;
  return node.type;
}

/** The age of the oldest message. @param {{arn: string, account: string}} props */
function Age({ arn, account }) {
  const { oldest_sent_at } = countsOf(arn).value;
  if (!oldest_sent_at) return null;
  return html`<span class="age" title="Age of the oldest message">${duration((nowOf(account) - Date.parse(oldest_sent_at)) / 1_000)} old</span>`;
}

/** @param {{arn: string}} props */
function QueueCounts({ arn }) {
  const { visible, delayed, in_flight } = countsOf(arn).value;
  if (!visible && !delayed && !in_flight) return html`<span class="faint">empty</span>`;
  return html`
    ${visible > 0 && html`<span class="count visible"><b>${visible}</b> visible</span>`}
    ${in_flight > 0 && html`<span class="count in-flight"><b>${in_flight}</b> in flight</span>`}
    ${delayed > 0 && html`<span class="count delayed"><b>${delayed}</b> delayed</span>`}
  `;
}

/** @param {{members: string[]}} props */
function GroupCounts({ members }) {
  let visible = 0;
  for (const member of members) visible += countsOf(member).value.visible;
  return visible ? html`<span class="count visible"><b>${visible}</b> visible</span>` : html`<span class="faint">no messages visible</span>`;
}

/** What is written on a line; null if nothing is. @param {Edge[]} edges */
export function lineText(edges) {
  if (edges.length > 4) return null;
  const words = new Set(edges.flatMap(wordsOf));
  return words.size ? [...words].join(" · ") : null;
}

/** @param {Edge} edge */
function wordsOf({ type, filter_policy, raw, confirmed, max_receive_count, status, moved, to_move, enabled }) {
  if (type === "dead_letter") return [`after ${max_receive_count} receives`];
  if (type === "redrive") return ["undeliverable"];
  if (type === "move_task") return [`moving: ${moved} of ${to_move ?? "?"} (${(status ?? "").toLowerCase()})`];
  if (type === "event_source_mapping") return enabled ? [] : ["disabled"];
  return [confirmed === false && "not confirmed", filter_policy && "filter", raw && "raw"].filter((word) => typeof word === "string");
}

/** What a line says when it is pointed at. @param {Edge[]} edges */
export function lineTitle(edges) {
  return edges
    .map(({ filter_policy, subscription, mapping }) =>
      filter_policy ? `Filter policy: ${JSON.stringify(filter_policy)}` : (subscription ?? (mapping ? `Event source mapping ${mapping}` : "")),
    )
    .filter(Boolean)
    .join("\n");
}
