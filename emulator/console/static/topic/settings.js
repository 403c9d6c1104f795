// The attributes, the policies and the tags of a topic.

import { useState } from "preact/hooks";
import { Dangerous, Field, Form } from "../components/form.js";
import { pretty } from "../components/json.js";
import { Tags } from "../components/tags.js";
import { html } from "../html.js";
import { go, href } from "../router.js";
import { act, actOnSubscription } from "./actions.js";

const SETTABLE = /** @type {const} */ ([
  ["DisplayName", "Display name", 0],
  ["Policy", "Policy", 8],
  ["DeliveryPolicy", "Delivery policy", 4],
]);

/** @param {{topic: import("./page.js").Topic, reload: () => void}} props */
export function Settings({ topic, reload }) {
  const [typed, setTyped] = useState(/** @type {Record<string, string>} */ ({}));
  const { attributes } = topic;
  const shown = new Set(SETTABLE.map(([name]) => String(name)));
  const save = async () => {
    for (const [AttributeName, AttributeValue] of Object.entries(typed)) await act("SetTopicAttributes", { AttributeName, AttributeValue }, topic);
    setTyped({});
    reload();
    return "Saved.";
  };
  return html`
    <section class="panel">
      <h2>Attributes</h2>
      <${Form} label="Save" action=${save}>
        ${SETTABLE.map(([name, label, rows]) => html`<${Field} label=${label} rows=${rows || undefined}
          value=${typed[name] ?? (rows ? pretty(attributes[name] ?? "") : (attributes[name] ?? ""))}
          onInput=${(/** @type {string} */ value) => setTyped({ ...typed, [name]: value })} />`)}
      <//>
      <table class="small stacked">
        <caption>Further attributes</caption>
        <thead><tr><th scope="col">Name</th><th scope="col">Value</th></tr></thead>
        <tbody>
          ${Object.entries(attributes).filter(([name]) => !shown.has(name)).map(([name, value]) => html`<tr><th scope="row">${name}</th><td class="wrap">${value}</td></tr>`)}
        </tbody>
      </table>
    </section>
    <${Tags} tags=${topic.tags}
      set=${(/** @type {string} */ Key, /** @type {string} */ Value) => actOnSubscription("TagResource", { ResourceArn: topic.arn, Tags: [{ Key, Value }] }, topic).then(reload)}
      remove=${(/** @type {string} */ key) => actOnSubscription("UntagResource", { ResourceArn: topic.arn, TagKeys: [key] }, topic).then(reload)} />
    <div class="actions">
      <${Dangerous} label="Delete the topic" question="Delete it with its subscriptions?" action=${async () => { await act("DeleteTopic", {}, topic); go(href("")); }} />
    </div>
  `;
}
