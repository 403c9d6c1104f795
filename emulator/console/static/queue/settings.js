// The attributes, the policy and the tags of a queue.

import { useState } from "preact/hooks";
import { Dangerous, Field, Form } from "../components/form.js";
import { pretty } from "../components/json.js";
import { Tags } from "../components/tags.js";
import { html } from "../html.js";
import { useResource } from "../resource.js";
import { go, href } from "../router.js";
import { act, read } from "./actions.js";

/** @typedef {import("../api.js").Address} Address */

// The attributes that can be set, beside the policies: name, label, hint.
const SETTABLE = /** @type {const} */ ([
  ["VisibilityTimeout", "Visibility timeout", "seconds, 0 to 43,200"],
  ["MessageRetentionPeriod", "Retention period", "seconds, 60 to 1,209,600"],
  ["DelaySeconds", "Delay", "seconds, 0 to 900"],
  ["ReceiveMessageWaitTimeSeconds", "Receives wait", "seconds, 0 to 20"],
  ["MaximumMessageSize", "Largest message", "bytes"],
]);
const SETTABLE_OF_FIFO = /** @type {const} */ ([
  ["ContentBasedDeduplication", "Content-based deduplication", "true or false"],
  ["DeduplicationScope", "Deduplication scope", "queue or messageGroup"],
  ["FifoThroughputLimit", "Throughput limit", "perQueue or perMessageGroupId"],
]);
const POLICIES = /** @type {const} */ ([
  ["Policy", "Policy"],
  ["RedriveAllowPolicy", "Redrive allow policy"],
]);

/** @param {{address: Address, attributes: Record<string, string>, reload: () => void}} props */
export function Settings({ address, attributes, reload }) {
  const tags = useResource(async () => /** @type {Record<string, string>} */ ((await read("ListQueueTags", {}, address)).Tags ?? {}), [JSON.stringify(address)]);
  const settable = address.name.endsWith(".fifo") ? [...SETTABLE, ...SETTABLE_OF_FIFO] : SETTABLE;
  const shown = new Set([...settable, ...POLICIES].map(([name]) => String(name)));
  const others = Object.entries(attributes).filter(([name]) => !shown.has(name));
  return html`
    <section class="panel">
      <h2>Attributes</h2>
      <${Edited} names=${settable} attributes=${attributes} address=${address} reload=${reload} />
      <table class="small stacked">
        <caption>Further attributes</caption>
        <thead><tr><th scope="col">Name</th><th scope="col">Value</th></tr></thead>
        <tbody>${others.map(([name, value]) => html`<tr><th scope="row">${name}</th><td class="wrap">${value}</td></tr>`)}</tbody>
      </table>
    </section>
    <section class="panel">
      <h2>Policies</h2>
      <${Edited} names=${POLICIES} attributes=${attributes} address=${address} reload=${reload} rows=${8} />
    </section>
    <${Tags} tags=${tags.value ?? {}}
      set=${(/** @type {string} */ key, /** @type {string} */ value) => act("TagQueue", { Tags: { [key]: value } }, address).then(tags.reload)}
      remove=${(/** @type {string} */ key) => act("UntagQueue", { TagKeys: [key] }, address).then(tags.reload)} />
    <div class="actions">
      <${Dangerous} label="Delete the queue" question="Delete it with all of its messages?"
        action=${async () => { await act("DeleteQueue", {}, address); go(href("")); }} />
    </div>
  `;
}

/** @param {{names: readonly (readonly [string, string, string?])[], attributes: Record<string, string>, address: Address, reload: () => void, rows?: number}} props */
function Edited({ names, attributes, address, reload, rows }) {
  const [typed, setTyped] = useState(/** @type {Record<string, string>} */ ({}));
  const shown = (/** @type {string} */ name) => typed[name] ?? (rows ? pretty(attributes[name] ?? "") : (attributes[name] ?? ""));
  const changed = Object.fromEntries(Object.entries(typed).filter(([name, value]) => value !== (attributes[name] ?? "")));
  const save = async () => {
    if (!Object.keys(changed).length) return "Nothing has changed.";
    await act("SetQueueAttributes", { Attributes: changed }, address);
    setTyped({});
    reload();
    return "Saved.";
  };
  return html`<${Form} label="Save" action=${save}>
    <div class=${rows ? "" : "row"}>
      ${names.map(([name, label, hint]) => html`<${Field} label=${label} hint=${hint} value=${shown(name)} rows=${rows}
        onInput=${(/** @type {string} */ value) => setTyped({ ...typed, [name]: value })} />`)}
    </div>
  <//>`;
}
