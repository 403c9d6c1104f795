// The life of a message: from its publish over filter, delivery, receives and returns to its end, on a time line.

import { get } from "../api.js";
import { Attributes, Facts } from "../components/facts.js";
import { Failures } from "../components/failures.js";
import { Body } from "../components/json.js";
import { Thing } from "../components/link.js";
import { Loading, Trouble } from "../components/notice.js";
import { html } from "../html.js";
import { useResource } from "../resource.js";
import { href } from "../router.js";
import { clockTime } from "../time.js";
import { Timeline } from "./timeline.js";

/** @typedef {import("./timeline.js").Step} Step */
/**
 * @typedef {{subscription: string, protocol: string, endpoint: string, steps: Step[],
 *   filter: {matches: boolean, failed: import("../components/failures.js").Failure[]}|null}} Branch
 * @typedef {{message_id: string, at: string, account: string, topic: string|null, target: string|null, queue: string|null,
 *   subject: string|null, message: string, message_length: number, attributes: Record<string, import("../components/facts.js").AttributeValue>,
 *   group_id: string|null, deduplication_id: string|null, sequence_number: string|null, steps: Step[], subscriptions: Branch[],
 *   omitted: number, in_queue: import("../queue/messages.js").Message|null}} Life
 */

/** @param {{id: string}} props */
export function LifePage({ id }) {
  const life = useResource(async () => /** @type {Life} */ (await get(`/_emulator/trace/${encodeURIComponent(id)}`)), [id]);
  const known = life.value;
  return html`
    <div class="bar"><h1>Life of a message</h1></div>
    <${Trouble} error=${life.error} />
    ${!known && (life.error ? html`<p><a href=${href("messages")}>Search for another</a></p>` : html`<${Loading} />`)}
    ${known && html`
      <${Facts} facts=${[
        ["Message ID", html`<span class="mono wrap">${known.message_id}</span>`],
        [known.queue ? "Sent to" : "Published to", html`<${Thing} arn=${known.queue ?? known.topic ?? known.target ?? ""} />`],
        ["At", `${clockTime(known.at)} UTC, ${known.at.slice(0, 10)}`],
        ["Subject", known.subject],
        ["Group", known.group_id],
        ["Deduplication ID", known.deduplication_id],
        ["Sequence number", known.sequence_number],
        ["Now", known.in_queue && `in the queue, ${known.in_queue.state.replace("_", " ")}`],
      ]} />
      <div class=${Object.keys(known.attributes).length ? "beside" : ""}>
        <div>
          <${Body} text=${known.message} />
          ${known.message_length > known.message.length && html`<p class="faint">The first ${known.message.length} of ${known.message_length} characters.</p>`}
        </div>
        <${Attributes} attributes=${known.attributes} />
      </div>
      ${known.steps.length > 0 && html`<section class="branch"><h2>${known.queue ? "In the queue" : "The publish"}</h2><${Timeline} steps=${known.steps} began=${known.at} /></section>`}
      ${known.subscriptions.map((branch) => html`<${BranchView} key=${branch.subscription} branch=${branch} began=${known.at} />`)}
      ${!known.queue && known.topic && known.subscriptions.length === 0 && known.steps.length === 0 &&
      html`<p class="notice warn">The topic had no subscription when this was published, so nobody got it.</p>`}
      ${known.omitted > 0 && html`<p class="faint">${known.omitted} steps are no longer known.</p>`}
    `}
  `;
}

/** @param {{branch: Branch, began: string}} props */
function BranchView({ branch, began }) {
  const { protocol, endpoint, filter, steps, subscription } = branch;
  return html`<section class="branch">
    <h2>To <${Thing} arn=${endpoint} /> <span class="tag">${protocol}</span></h2>
    ${filter && !filter.matches && html`<p class="notice warn">The filter policy of <span class="mono wrap">${subscription}</span> says no:</p><${Failures} failed=${filter.failed} />`}
    <${Timeline} steps=${steps} began=${began} />
  </section>`;
}
