// Who subscribes to a topic, and for what.

import { useState } from "preact/hooks";
import { get } from "../api.js";
import { Snippets } from "../components/code.js";
import { Facts } from "../components/facts.js";
import { Act, Check, Choice, Dangerous, Field, Form } from "../components/form.js";
import { pretty } from "../components/json.js";
import { Thing } from "../components/link.js";
import { Empty } from "../components/notice.js";
import { html } from "../html.js";
import { useResource } from "../resource.js";
import { firstSubscription } from "../snippets.js";
import { topology } from "../world.js";
import { act, actOnSubscription } from "./actions.js";
import { rulesOf } from "./conditions.js";

/** @typedef {import("./page.js").Topic} Topic */
/** @typedef {import("./page.js").Subscription} Subscription */
/** @typedef {{subscription: string, topic: string, protocol: string, endpoint: string, token: string, expires_at: string}} Pending */

const SHOWN = 50;
const PROTOCOLS = ["sqs", "http", "https", "email", "email-json", "sms", "lambda", "firehose", "application"];

/** @param {{topic: Topic, reload: () => void}} props */
export function Subscriptions({ topic, reload }) {
  const [wish, setWish] = useState("");
  const [shown, setShown] = useState(SHOWN);
  const pending = useResource(
    async () => /** @type {Pending[]} */ ((await get("/_emulator/subscriptions/pending")).subscriptions),
    [topic.arn],
  );
  const tokens = new Map((pending.value ?? []).map((each) => [each.subscription, each.token]));
  const found = topic.subscriptions.filter(({ endpoint, protocol }) => `${protocol} ${endpoint}`.toLowerCase().includes(wish.toLowerCase()));
  return html`
    ${topic.subscriptions.length === 0
      ? html`<${Empty} title="No subscriptions">
          <p>What is published to this topic goes nowhere. Subscribe a queue:</p>
          <${Snippets} label="a first subscription" snippets=${firstSubscription(topic)} />
        <//>`
      : topic.subscriptions.length > 8 && html`<search class="filters"><${Field} label="Endpoint or protocol" type="search" value=${wish} onInput=${setWish} /></search>`}
    <ul class="rows" aria-label="Subscriptions">
      ${found.slice(0, shown).map((subscription) => html`<${Row} key=${subscription.arn} subscription=${subscription} topic=${topic} token=${tokens.get(subscription.arn)} reload=${reload} />`)}
    </ul>
    ${found.length > shown && html`<button type="button" onClick=${() => setShown(shown + SHOWN)}>Show more of ${found.length}</button>`}
    ${topic.omitted > 0 && html`<p class="faint">${topic.omitted} more are not shown.</p>`}
    <${Subscribe} topic=${topic} reload=${reload} />
  `;
}

/** @param {{subscription: Subscription, topic: Topic, token: string|undefined, reload: () => void}} props */
function Row({ subscription, topic, token, reload }) {
  const [open, setOpen] = useState(false);
  const { arn, protocol, endpoint, confirmed, raw, filter_policy, filter_policy_scope, dead_letter_queue } = subscription;
  const rules = rulesOf(filter_policy);
  return html`<li class="subscription">
    <div class="head">
      <span class="tag">${protocol}</span>
      <span class="text">${protocol === "sqs" ? html`<${Thing} arn=${endpoint} />` : html`<span class="wrap">${endpoint}</span>`}</span>
      ${raw && html`<span class="tag">raw</span>`}
      ${!confirmed && html`<span class="tag warn">not confirmed</span>`}
      <button type="button" class="quiet" aria-expanded=${open} onClick=${() => setOpen(!open)}>Edit</button>
    </div>
    ${rules.length > 0
      ? html`<p class="rules">Gets a message if ${rules.map(({ key, condition }, index) => html`${index > 0 && " and "}<code>${key}</code> ${condition}`)}
          <span class="faint"> (${filter_policy_scope === "MessageBody" ? "in the body" : "among the message attributes"})</span></p>`
      : html`<p class="rules faint">Gets every message</p>`}
    ${dead_letter_queue && html`<p class="rules">What cannot be delivered goes to <${Thing} arn=${dead_letter_queue} /></p>`}
    ${!confirmed && token && html`<${Act} label="Confirm" kind="primary" action=${() => act("ConfirmSubscription", { Token: token }, topic).then(reload)} />`}
    ${open && html`<${Edit} subscription=${subscription} topic=${topic} reload=${reload} />`}
    ${open && html`<div class="inside"><${Facts} facts=${[["Subscription", html`<span class="mono wrap">${arn}</span>`]]} />
      <${Dangerous} label="Unsubscribe" question="End this subscription?" action=${() => actOnSubscription("Unsubscribe", { SubscriptionArn: arn }, topic).then(reload)} /></div>`}
  </li>`;
}

/** @param {{subscription: Subscription, topic: Topic, reload: () => void}} props */
function Edit({ subscription, topic, reload }) {
  const { attributes } = subscription;
  const [policy, setPolicy] = useState(pretty(attributes.FilterPolicy ?? ""));
  const [scope, setScope] = useState(attributes.FilterPolicyScope ?? "MessageAttributes");
  const [raw, setRaw] = useState(subscription.raw);
  const [redrive, setRedrive] = useState(pretty(attributes.RedrivePolicy ?? ""));
  const save = async () => {
    /** @type {[string, string, string][]} */
    const wanted = [
      ["FilterPolicyScope", scope, attributes.FilterPolicyScope ?? "MessageAttributes"],
      ["FilterPolicy", policy.trim() || "{}", pretty(attributes.FilterPolicy ?? "{}")],
      ["RawMessageDelivery", String(raw), String(subscription.raw)],
      ["RedrivePolicy", redrive, pretty(attributes.RedrivePolicy ?? "")],
    ];
    for (const [AttributeName, AttributeValue, before] of wanted)
      if (AttributeValue !== before)
        await actOnSubscription("SetSubscriptionAttributes", { SubscriptionArn: subscription.arn, AttributeName, AttributeValue }, topic);
    reload();
    return "Saved.";
  };
  return html`<div class="inside"><${Form} label="Save" action=${save}>
    <${Field} label="Filter policy" rows=${6} value=${policy} onInput=${setPolicy} hint="JSON; empty for every message" />
    <div class="row">
      <${Choice} label="The policy looks at" value=${scope} onChange=${setScope} options=${[["MessageAttributes", "message attributes"], ["MessageBody", "the body"]]} />
      <${Check} label="Raw message delivery" checked=${raw} onChange=${setRaw} />
    </div>
    <${Field} label="Redrive policy" rows=${2} value=${redrive} onInput=${setRedrive} placeholder=${'{"deadLetterTargetArn": "arn:aws:sqs:…"}'} />
  <//></div>`;
}

/** @param {{topic: Topic, reload: () => void}} props */
function Subscribe({ topic, reload }) {
  const [protocol, setProtocol] = useState("sqs");
  const [endpoint, setEndpoint] = useState("");
  const [policy, setPolicy] = useState("");
  const queues = (topology.value?.nodes ?? []).filter(({ type, missing }) => type === "queue" && !missing).slice(0, 500);
  const subscribe = async () => {
    await act("Subscribe", {
      Protocol: protocol,
      Endpoint: endpoint,
      ReturnSubscriptionArn: true,
      Attributes: policy.trim() ? { FilterPolicy: policy } : undefined,
    }, topic);
    reload();
    return "Subscribed.";
  };
  return html`<details class="panel" open=${topic.subscriptions.length === 0}>
    <summary>Subscribe</summary>
    <${Form} label="Subscribe" action=${subscribe} onDone=${() => setEndpoint("")}>
      <div class="row">
        <${Choice} label="Protocol" value=${protocol} onChange=${setProtocol} options=${PROTOCOLS.map((each) => [each, each])} />
        <${Field} label="Endpoint" value=${endpoint} onInput=${setEndpoint} required list=${protocol === "sqs" ? queues.map(({ id }) => id) : undefined}
          placeholder=${protocol === "sqs" ? "arn:aws:sqs:…" : ""} />
      </div>
      <${Field} label="Filter policy" rows=${2} value=${policy} onInput=${setPolicy} placeholder=${'{"store": ["oslo"]}'} />
    <//>
  </details>`;
}
