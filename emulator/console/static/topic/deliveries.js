// What is on its way to HTTP endpoints, and when it is tried again.

import { get } from "../api.js";
import { nowOf } from "../clock.js";
import { MessageLink } from "../components/link.js";
import { Loading, Trouble } from "../components/notice.js";
import { html } from "../html.js";
import { useResource } from "../resource.js";
import { clockTime, relative } from "../time.js";

/**
 * @typedef {{account: string, subscription: string, endpoint: string, type: string|null, message_id: string|null,
 *   attempts: number, last_status: number|null, last_answer: string|null, next_attempt_at: string|null, retries_at: string[]}} Delivery
 */

/** @param {{topic: import("./page.js").Topic}} props */
export function Deliveries({ topic }) {
  const list = useResource(
    async () => /** @type {Delivery[]} */ ((await get("/_emulator/deliveries", { topic: topic.arn, limit: 200 })).deliveries),
    [topic.arn],
  );
  if (!list.value) return list.error ? html`<${Trouble} error=${list.error} />` : html`<${Loading} />`;
  if (!list.value.length)
    return html`<p class="empty">Nothing is on its way. What an HTTP endpoint does not accept is shown here until it is accepted or given up.</p>`;
  const now = new Date(nowOf(topic.account)).toISOString();
  return html`<table class="stacked">
    <caption>Deliveries under way</caption>
    <thead><tr><th scope="col">Endpoint</th><th scope="col">Message</th><th scope="col" class="number">Failed attempts</th><th scope="col">Last answer</th><th scope="col">Next attempt</th></tr></thead>
    <tbody>
      ${list.value.map((delivery) => html`<tr>
        <th scope="row" class="wrap">${delivery.endpoint}</th>
        <td data-label="Message">${delivery.type === "Notification" && delivery.message_id ? html`<${MessageLink} id=${delivery.message_id} />` : (delivery.type ?? "event")}</td>
        <td data-label="Failed attempts" class="number">${delivery.attempts}</td>
        <td data-label="Last answer" class="wrap">${[delivery.last_status, delivery.last_answer].filter(Boolean).join(" ")}</td>
        <td data-label="Next attempt">${delivery.next_attempt_at
          ? html`${relative(delivery.next_attempt_at, now)}${delivery.retries_at.length > 0 && html`<br /><span class="faint">then at ${delivery.retries_at.slice(0, 5).map((at) => clockTime(at, now).slice(0, 8)).join(", ")}</span>`}`
          : "under way"}</td>
      </tr>`)}
    </tbody>
  </table>`;
}
