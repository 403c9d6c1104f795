// The request log: which client called which action, what the answer was, and how long it took.

import { useEffect, useState } from "preact/hooks";
import { get, post } from "../api.js";
import { Check, Field } from "../components/form.js";
import { Thing } from "../components/link.js";
import { More, usePages } from "../components/more.js";
import { html } from "../html.js";
import { clockTime } from "../time.js";

/**
 * @typedef {{number: number, at: string, service: string, action: string, account: string, region: string, status: number|null,
 *   milliseconds: number, resource: string|null, client: string|null, request_id: string, error_code?: string, error_message?: string,
 *   failed_entries?: number}} Logged
 */

const READ_MILLISECONDS = 1_000; // most requests that fail are no event
const NOTHING = { action: "", resource: "", client: "", account: "" };

export function Requests() {
  const [wish, setWish] = useState(NOTHING);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    post("/_emulator/requests", { record: true });
  }, []);
  const list = usePages(
    (cursor) => get("/_emulator/requests", { ...wish, failed: failed || null, cursor, limit: 100 }),
    (/** @type {{requests: Logged[]}} */ answer) => answer.requests,
    [JSON.stringify([wish, failed])],
    READ_MILLISECONDS,
  );
  const set = (/** @type {Partial<typeof NOTHING>} */ changed) => setWish({ ...wish, ...changed });
  return html`
    <search class="filters">
      <${Field} label="Action" type="search" value=${wish.action} onInput=${(/** @type {string} */ action) => set({ action })} placeholder="SendMessage" />
      <${Field} label="Queue or topic" type="search" value=${wish.resource} onInput=${(/** @type {string} */ resource) => set({ resource })} placeholder="name or ARN" />
      <${Field} label="Client" type="search" value=${wish.client} onInput=${(/** @type {string} */ client) => set({ client })} />
      <${Check} label="Only what failed" checked=${failed} onChange=${setFailed} />
    </search>
    ${list.rows?.length === 0 && html`<p class="empty">No request is known. They are recorded since this page was opened; those that were refused, always.</p>`}
    ${list.rows && list.rows.length > 0 && html`<table class="stacked requests">
      <thead><tr><th scope="col">At</th><th scope="col">Action</th><th scope="col">Of</th><th scope="col">Status</th><th scope="col" class="number">ms</th><th scope="col">Client</th></tr></thead>
      <tbody>${list.rows.map((each) => html`<${Row} key=${each.number} request=${each} />`)}</tbody>
    </table>`}
    <${More} list=${list} />
  `;
}

/** @param {{request: Logged}} props */
function Row({ request }) {
  const { at, service, action, resource, status, milliseconds, client, error_code, error_message, failed_entries } = request;
  const bad = status === null || status >= 400 || failed_entries;
  return html`<tr class=${bad ? "bad" : ""}>
    <td data-label="At" class="mono">${clockTime(at)}</td>
    <th scope="row">${service}.${action}</th>
    <td data-label="Of">${resource ? html`<${Thing} arn=${resource} />` : ""}</td>
    <td data-label="Status" class="wrap">
      ${status ?? "no answer"}${failed_entries ? `, ${failed_entries} entries failed` : ""}
      ${error_code && html`<br /><strong>${error_code}</strong> ${error_message}`}
    </td>
    <td data-label="ms" class="number">${milliseconds.toFixed(1)}</td>
    <td data-label="Client" class="faint" title=${client ?? ""}>${(client ?? "").slice(0, 40)}</td>
  </tr>`;
}
