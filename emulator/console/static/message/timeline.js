import { MessageLink, Thing } from "../components/link.js";
import { html } from "../html.js";
import { href } from "../router.js";
import { between, clockTime, duration } from "../time.js";

/**
 * @typedef {{at: string, event: string, reason?: string, queue?: string, queue_message_id?: string, receive_count?: number,
 *   visible_at?: string, moved_to?: string, destination?: string, new_queue_message_id?: string, outbox_entry?: string,
 *   attempt?: number, status?: number, answer?: string, next_attempt_at?: string, fault?: string,
 *   function?: string, result?: string, batch_size?: number}} Step
 */

const BAD = new Set(["failed", "attempt_failed", "dropped", "forwarding_failed", "dead_lettered", "moved_to_dead_letter_queue"]);
const STOPPED = new Set(["filtered_out", "withheld", "duplicate", "expired", "purged", "queue_deleted", "rejected_by_filter"]);
const GOOD = new Set(["delivered", "deleted", "forwarded", "stored"]);

/** @type {Record<string, string>} */
const WORDS = {
  visibility_changed: "hidden anew",
  visible: "visible again",
  moved_to_dead_letter_queue: "moved to the dead-letter queue",
  dead_lettered: "put into the dead-letter queue of the subscription",
  queue_deleted: "gone with its queue",
  doubled: "doubled by a fault",
  dropped: "lost by a fault",
  invoked: "given to a function",
  rejected_by_filter: "rejected by the filter criteria, and deleted",
  moved: "moved by a message move task",
};

/** The steps of a message, with the time between them. @param {{steps: Step[], began: string}} props */
export function Timeline({ steps, began }) {
  let before = began;
  return html`<ol class="timeline">
    ${steps.map((step) => {
      const waited = between(before, step.at);
      before = step.at;
      return html`<li class=${toneOf(step)}>
        <span class="time mono" title=${step.at}>${clockTime(step.at, began)}</span>
        <span class="event">${WORDS[step.event] ?? step.event.replaceAll("_", " ")}</span>
        ${waited >= 0.5 && html`<span class="faint">after ${duration(waited)}</span>`}
        <${Details} step=${step} />
      </li>`;
    })}
  </ol>`;
}

/** @param {Step} step */
function toneOf({ event, result }) {
  if (event === "function_answered") return result === "processed" ? "good" : "bad";
  return BAD.has(event) ? "bad" : STOPPED.has(event) ? "stopped" : GOOD.has(event) ? "good" : "";
}

/** @param {{step: Step}} props */
function Details({ step }) {
  const parts = [
    step.queue && step.event !== "received" && html`<${Thing} arn=${step.queue} />`,
    step.moved_to && html`to <${Thing} arn=${step.moved_to} />`,
    step.new_queue_message_id && html`now <${MessageLink} id=${step.new_queue_message_id} />`,
    step.receive_count && `receive ${step.receive_count}`,
    step.visible_at && `hidden for ${duration(between(step.at, step.visible_at))}`,
    step.attempt && `attempt ${step.attempt}`,
    step.status && `status ${step.status}`,
    step.answer && `“${step.answer}”`,
    step.next_attempt_at && `next attempt in ${duration(between(step.at, step.next_attempt_at))}`,
    step.destination && html`<span class="wrap">${step.destination}</span>`,
    step.function && html`<${Thing} arn=${step.function} />`,
    step.batch_size && `in a batch of ${step.batch_size}`,
    step.result,
    step.fault && html`<a href=${href("trouble")}>fault ${step.fault}</a>`,
    step.reason,
  ].filter(Boolean);
  if (!parts.length) return null;
  return html`<span class="details">${parts.map((part, index) => html`${index > 0 && " · "}${part}`)}</span>`;
}
