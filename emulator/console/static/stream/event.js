import { summary } from "../components/json.js";
import { MessageLink, Thing } from "../components/link.js";
import { html } from "../html.js";
import { clockTime } from "../time.js";

const BAD = new Set(["failed", "confirmation_failed", "forwarding_failed", "dead_lettered", "moved_to_dead_letter_queue", "subscription_never_confirmed"]);

/** @param {{event: import("./following.js").Happened}} props */
export function EventRow({ event: { kind, data } }) {
  const bad = BAD.has(kind) || (kind === "attempted" && !data.delivered) || (kind === "function_answered" && data.result !== "processed");
  const text = data.body === undefined ? data.message : summary(data.body);
  const told = [
    data.published_as ?? data.message_id ? html`<${MessageLink} id=${data.published_as ?? data.message_id} />` : null,
    data.subject,
    data.reason,
    data.receive_count && `receive ${data.receive_count}`,
    data.result,
    data.status && `status ${data.status}`,
    data.attribute,
    Array.isArray(data.attributes) && data.attributes.join(", "),
  ].filter(Boolean);
  return html`<li class=${bad ? "bad" : ""}>
    <span class="mono faint">${clockTime(data.at)}</span>
    <span class="event">${kind.replaceAll("_", " ")}</span>
    <span class="things">${thingsOf(data).map((arn, index) => html`${index > 0 && " → "}<${Thing} arn=${arn} />`)}</span>
    ${text !== undefined && html`<span class="text">${text || "(empty)"}</span>`}
    ${told.length > 0 && html`<span class="details">${told.map((part, index) => html`${index > 0 && " · "}${part}`)}</span>`}
  </li>`;
}

/** What an event is about, in the order in which the message went. @param {Record<string, any>} data @returns {string[]} */
function thingsOf({ topic, target, queue, endpoint, moved_to, function: called }) {
  return [...new Set([topic ?? target, queue ?? endpoint, moved_to, called].filter(Boolean))];
}
