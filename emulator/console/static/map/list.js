// The same as the map, as a table.

import { useState } from "preact/hooks";
import { pageOf } from "../arn.js";
import { nowOf } from "../clock.js";
import { html } from "../html.js";
import { duration } from "../time.js";
import { countsOf } from "../world.js";

/** @typedef {import("../world.js").Node} Node */

const ROWS = 100;

/** @param {{nodes: Node[]}} props */
export function List({ nodes }) {
  const [rows, setRows] = useState(ROWS);
  const found = nodes.filter(({ type }) => type === "queue" || type === "topic").sort((one, other) => one.name.localeCompare(other.name));
  return html`
    <table class="stacked">
      <thead>
        <tr>
          <th scope="col">Name</th><th scope="col">Kind</th><th scope="col">Account</th><th scope="col">Region</th>
          <th scope="col" class="number">Visible</th><th scope="col" class="number">In flight</th><th scope="col" class="number">Delayed</th>
          <th scope="col" class="number">Oldest</th>
        </tr>
      </thead>
      <tbody>${found.slice(0, rows).map((node) => html`<${Row} key=${node.id} node=${node} />`)}</tbody>
    </table>
    ${found.length > rows && html`<button type="button" onClick=${() => setRows(rows + ROWS)}>Show more of ${found.length}</button>`}
  `;
}

/** @param {{node: Node}} props */
function Row({ node }) {
  const { visible, in_flight, delayed, oldest_sent_at } = countsOf(node.id).value;
  const queue = node.type === "queue" && !node.missing;
  const page = node.missing ? null : pageOf(node.id);
  return html`<tr>
    <th scope="row">${page ? html`<a href=${page}>${node.name}</a>` : html`${node.name} <span class="faint">(does not exist)</span>`}</th>
    <td data-label="Kind">${node.type}</td>
    <td data-label="Account">${node.account}</td>
    <td data-label="Region">${node.region}</td>
    <td data-label="Visible" class="number">${queue ? visible : ""}</td>
    <td data-label="In flight" class="number">${queue ? in_flight : ""}</td>
    <td data-label="Delayed" class="number">${queue ? delayed : ""}</td>
    <td data-label="Oldest" class="number">${queue && oldest_sent_at ? duration((nowOf(node.account ?? "") - Date.parse(oldest_sent_at)) / 1_000) : ""}</td>
  </tr>`;
}
