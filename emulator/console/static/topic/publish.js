// Publish, and while a message is typed, who would get it and what keeps it from the others.

import { useEffect, useState } from "preact/hooks";
import { pathOf, post } from "../api.js";
import { AttributeForm, attributesOf } from "../components/attribute_form.js";
import { Field, Form } from "../components/form.js";
import { MessageLink, Thing } from "../components/link.js";
import { Trouble } from "../components/notice.js";
import { Body } from "../components/json.js";
import { Failures } from "../components/failures.js";
import { html } from "../html.js";
import { act } from "./actions.js";

/** @typedef {import("./page.js").Topic} Topic */
/**
 * @typedef {{subscription: string, protocol: string, endpoint: string, outcome: keyof typeof OUTCOMES,
 *   reason: string|null, filter: {matches: boolean, failed: import("../components/failures.js").Failure[]}|null, raw: boolean, body: string|null}} Prospect
 * @typedef {{error: {code: string, message: string}|null, duplicate_of: string|null, delivered: number, filtered_out: number,
 *   withheld: number, denied: number, failed: number, subscriptions: Prospect[], cursor: string|null}} Preview
 */

const PAUSE_MILLISECONDS = 200; // after the last key
const OUTCOMES = { delivered: "gets it", filtered_out: "filtered out", withheld: "gets nothing", denied: "is not allowed", failed: "would fail" };

/** @param {{topic: Topic}} props */
export function Publish({ topic }) {
  const [message, setMessage] = useState("");
  const [subject, setSubject] = useState("");
  const [rows, setRows] = useState(/** @type {import("../components/attribute_form.js").Row[]} */ ([]));
  const [group, setGroup] = useState("");
  const [deduplication, setDeduplication] = useState("");
  const fifo = topic.name.endsWith(".fifo");
  const attributes = attributesOf(rows);
  const publish = async () => {
    const { MessageId } = await act("Publish", {
      Message: message,
      Subject: subject || undefined,
      MessageAttributes: attributes,
      MessageGroupId: group || undefined,
      MessageDeduplicationId: deduplication || undefined,
    }, topic);
    return html`Published as <${MessageLink} id=${MessageId} />.`;
  };
  // What is asked before anything was typed is about the attributes alone.
  const asked = { message: message || " ", subject: subject || undefined, attributes, group_id: group || undefined, deduplication_id: deduplication || undefined };
  return html`<div class="beside">
    <${Form} label="Publish" action=${publish}>
      <${Field} label="Message" rows=${6} value=${message} onInput=${setMessage} required />
      <${Field} label="Subject" value=${subject} onInput=${setSubject} />
      <${AttributeForm} rows=${rows} onChange=${setRows} arrays />
      ${fifo && html`<div class="row">
        <${Field} label="Message group ID" value=${group} onInput=${setGroup} required />
        <${Field} label="Deduplication ID" value=${deduplication} onInput=${setDeduplication} required=${topic.attributes.ContentBasedDeduplication !== "true"} />
      </div>`}
    <//>
    <${Prospects} topic=${topic} asked=${asked} />
  </div>`;
}

/** @param {{topic: Topic, asked: Record<string, unknown>}} props */
function Prospects({ topic, asked }) {
  const [preview, setPreview] = useState(/** @type {Preview|null} */ (null));
  const [error, setError] = useState(/** @type {Error|null} */ (null));
  const question = JSON.stringify(asked);
  useEffect(() => {
    let late = false;
    const timer = setTimeout(async () => {
      try {
        const answer = await post(`${pathOf("topics", topic)}/preview`, JSON.parse(question));
        if (late) return;
        setPreview(answer);
        setError(null);
      } catch (wrong) {
        if (!late) setError(/** @type {Error} */ (wrong));
      }
    }, PAUSE_MILLISECONDS);
    return () => {
      late = true;
      clearTimeout(timer);
    };
  }, [question, topic]);
  return html`<section aria-label="Who would get it" class="panel">
    <h2>Who would get it</h2>
    <${Trouble} error=${error} />
    ${preview?.error && html`<p class="notice warn">Publish would be refused: <strong>${preview.error.code}</strong> ${preview.error.message}</p>`}
    ${preview?.duplicate_of && html`<p class="notice warn">A duplicate of <${MessageLink} id=${preview.duplicate_of} />: nobody would get it.</p>`}
    ${preview && !preview.error && html`
      <p role="status">${preview.delivered} of ${preview.delivered + preview.filtered_out + preview.withheld + preview.denied + preview.failed} would get it.</p>
      <ul class="rows">${preview.subscriptions.map((each) => html`<${ProspectRow} key=${each.subscription} prospect=${each} />`)}</ul>
      ${preview.cursor && html`<p class="faint">The first ${preview.subscriptions.length} are shown.</p>`}
    `}
  </section>`;
}

/** @param {{prospect: Prospect}} props */
function ProspectRow({ prospect }) {
  const [open, setOpen] = useState(false);
  const { protocol, endpoint, outcome, reason, filter, body } = prospect;
  return html`<li>
    <div class="head">
      <span class="outcome ${outcome}">${OUTCOMES[outcome]}</span>
      <span class="text"><${Thing} arn=${endpoint} /> <span class="faint">${protocol}</span></span>
      ${body !== null && html`<button type="button" class="quiet" aria-expanded=${open} onClick=${() => setOpen(!open)}>What it would get</button>`}
    </div>
    ${reason && html`<p class="rules">${reason}</p>`}
    ${filter && !filter.matches && html`<${Failures} failed=${filter.failed} />`}
    ${open && body !== null && html`<${Body} text=${body} label="What it would get" />`}
  </li>`;
}
