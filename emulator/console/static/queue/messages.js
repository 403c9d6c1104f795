// The messages of a queue in all states, looked at without receiving them.

import { useState } from "preact/hooks";
import { get, pathOf } from "../api.js";
import { Snippets } from "../components/code.js";
import { Attributes, Facts } from "../components/facts.js";
import { Choice, Dangerous, Field } from "../components/form.js";
import { Content, summary } from "../components/json.js";
import { MessageLink, Thing } from "../components/link.js";
import { More, usePages } from "../components/more.js";
import { Empty } from "../components/notice.js";
import { html } from "../html.js";
import { href } from "../router.js";
import { firstSend } from "../snippets.js";
import { clockTime, relative } from "../time.js";
import { countsOf } from "../world.js";
import { arnOf } from "../arn.js";
import { act } from "./actions.js";
import { ReceivedActions, received } from "./received.js";

/** @typedef {import("../api.js").Address} Address */
/**
 * @typedef {{message_id: string, state: "visible"|"delayed"|"in_flight", body: string, sent_at: string, expires_at: string,
 *   receive_count: number, attributes?: Record<string, import("../components/facts.js").AttributeValue>, visible_at?: string,
 *   group_id?: string, group_in_flight?: boolean, locked_by?: string, deduplication_id?: string, sequence_number?: string,
 *   dead_letter_source?: string, published_as?: string}} Message
 */

const STATES = /** @type {const} */ ([
  ["", "in any state"],
  ["visible", "visible"],
  ["in_flight", "in flight"],
  ["delayed", "delayed"],
]);
const NOTHING = { state: "", text: "", message_id: "", attribute: "", group_id: "" };

/** @param {{address: Address}} props */
export function Messages({ address }) {
  const [wish, setWish] = useState(NOTHING);
  const list = usePages(
    (cursor) => get(`${pathOf("queues", address)}/messages`, { ...wish, cursor, limit: 50 }),
    (/** @type {{messages: Message[], now: string}} */ answer) => answer.messages,
    [JSON.stringify([address, wish])],
  );
  const set = (/** @type {Partial<typeof NOTHING>} */ changed) => setWish({ ...wish, ...changed });
  const counts = countsOf(arnOf("sqs", address)).value;
  const empty = list.rows?.length === 0 && !list.next;
  return html`
    <search class="filters">
      <${Choice} label="State" value=${wish.state} options=${STATES} onChange=${(/** @type {string} */ state) => set({ state })} />
      <${Field} label="Text in the body" type="search" value=${wish.text} onInput=${(/** @type {string} */ text) => set({ text })} />
      <${Field} label="Message ID" type="search" value=${wish.message_id} onInput=${(/** @type {string} */ message_id) => set({ message_id })} />
      <${Field} label="Attribute" type="search" placeholder="name or name=value" value=${wish.attribute} onInput=${(/** @type {string} */ attribute) => set({ attribute })} />
      ${address.name.endsWith(".fifo") && html`<${Field} label="Group" type="search" value=${wish.group_id} onInput=${(/** @type {string} */ group_id) => set({ group_id })} />`}
    </search>
    ${empty && Object.values(wish).every((value) => !value)
      ? html`<${Empty} title="No messages">
          <p>Send one, <a href=${href("queues", [address.account, address.region, address.name], { tab: "send" })}>here</a> or from your program:</p>
          <${Snippets} label="a first message" snippets=${firstSend(address)} />
        <//>`
      : empty && html`<p class="empty">No message is like that.</p>`}
    <ul class="rows" aria-label="Messages">
      ${list.rows?.map((message) => html`<${Row} key=${message.message_id} message=${message} now=${list.first?.now} address=${address} />`)}
    </ul>
    <${More} list=${list} />
    ${(counts.visible > 0 || counts.in_flight > 0 || counts.delayed > 0) &&
    html`<div class="actions"><${Dangerous} label="Purge the queue" question="Delete all of its messages?" action=${() => act("PurgeQueue", {}, address)} /></div>`}
  `;
}

/** @param {{message: Message, now: string, address: Address}} props */
function Row({ message, now, address }) {
  const [open, setOpen] = useState(false);
  const handle = received.value.get(message.message_id);
  return html`<li class="message">
    <button type="button" class="head" aria-expanded=${open} onClick=${() => setOpen(!open)}>
      <span class="state ${message.state}">${message.state.replace("_", " ")}</span>
      <span class="text">${summary(message.body).slice(0, 300) || "(empty)"}</span>
      <span class="when faint">${when(message, now)}</span>
    </button>
    ${open && html`<div class="inside">
      <${Content} text=${message.body} />
      <${Attributes} attributes=${message.attributes ?? {}} />
      <${Facts} facts=${facts(message, now)} />
      ${handle && message.state === "in_flight" && html`<${ReceivedActions} address=${address} id=${message.message_id} />`}
      <p><a href=${href("messages", [message.published_as ?? message.message_id])}>The life of this message</a></p>
    </div>`}
  </li>`;
}

/** @param {Message} message @param {string} now */
function when(message, now) {
  const parts = [`sent ${relative(message.sent_at, now)}`];
  if (message.receive_count) parts.push(`received ${message.receive_count} ×`);
  if (message.visible_at) parts.push(`visible ${relative(message.visible_at, now)}`);
  if (message.locked_by) parts.push("waits for its group");
  return parts.join(" · ");
}

/** @param {Message} message @param {string} now @returns {[string, import("../html.js").Children][]} */
function facts(message, now) {
  const at = (/** @type {string} */ time) => `${clockTime(time, now)} UTC (${relative(time, now)})`;
  return [
    ["Message ID", html`<${MessageLink} id=${message.message_id} />`],
    ["Published as", message.published_as && html`<${MessageLink} id=${message.published_as} />`],
    ["Sent", at(message.sent_at)],
    ["Visible again", message.visible_at && at(message.visible_at)],
    ["Expires", at(message.expires_at)],
    ["Received", `${message.receive_count} times`],
    ["Group", message.group_id],
    ["Waits for", message.locked_by && html`<${MessageLink} id=${message.locked_by} />, in flight in the same group`],
    ["Deduplication ID", message.deduplication_id],
    ["Sequence number", message.sequence_number],
    ["Came from", message.dead_letter_source && html`<${Thing} arn=${message.dead_letter_source} />`],
  ];
}
