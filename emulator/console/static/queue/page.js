// One queue: what it is, what is in it, and what can be done with it.

import { useMemo } from "preact/hooks";
import { arnOf } from "../arn.js";
import { Copy } from "../components/copy.js";
import { Facts } from "../components/facts.js";
import { Thing } from "../components/link.js";
import { Trouble } from "../components/notice.js";
import { Tabs } from "../components/tabs.js";
import { nowOf } from "../clock.js";
import { html } from "../html.js";
import { useResource } from "../resource.js";
import { route } from "../router.js";
import { duration } from "../time.js";
import { countsOf, endpoint, topology } from "../world.js";
import { read, redriveOf } from "./actions.js";
import { DeadLetters } from "./dead_letters.js";
import { Messages } from "./messages.js";
import { Receive } from "./receive.js";
import { Send } from "./send.js";
import { Settings } from "./settings.js";

/** @typedef {import("../api.js").Address} Address */
/** @typedef {import("./actions.js").QueueAttributes} QueueAttributes */

/** @param {{address: Address}} props */
export function QueuePage({ address }) {
  const arn = arnOf("sqs", address);
  const attributes = useResource(
    async () => /** @type {QueueAttributes} */ ((await read("GetQueueAttributes", { AttributeNames: ["All"] }, address)).Attributes ?? {}),
    [arn],
  );
  const tab = route.value.query.tab ?? "messages";
  const known = attributes.value;
  return html`
    <div class="bar">
      <h1><span class="kind queue">Queue</span> ${address.name}</h1>
      <${Copy} text=${arn} label="Copy ARN" />
      <${Copy} text=${`${endpoint()}/${address.account}/${address.name}`} label="Copy URL" />
    </div>
    <${Depth} arn=${arn} account=${address.account} />
    <${Trouble} error=${attributes.error} />
    <${Surroundings} arn=${arn} address=${address} attributes=${known} />
    <${Tabs} label="Parts of the queue" chosen=${tab} tabs=${[
      ["messages", "Messages"],
      ["send", "Send"],
      ["receive", "Receive"],
      ["dead", "Dead letters"],
      ["settings", "Settings"],
    ]} />
    ${tab === "messages" && html`<${Messages} address=${address} />`}
    ${tab === "send" && html`<${Send} address=${address} attributes=${known} />`}
    ${tab === "receive" && html`<${Receive} address=${address} />`}
    ${tab === "dead" && html`<${DeadLetters} address=${address} arn=${arn} attributes=${known} />`}
    ${tab === "settings" && known && html`<${Settings} address=${address} attributes=${known} reload=${attributes.reload} />`}
  `;
}

/** @param {{arn: string, account: string}} props */
function Depth({ arn, account }) {
  const { visible, in_flight, delayed, oldest_sent_at } = countsOf(arn).value;
  const age = oldest_sent_at ? duration((nowOf(account) - Date.parse(oldest_sent_at)) / 1_000) : "–";
  return html`<dl class="depth">
    <div class="visible"><dt>visible</dt><dd>${visible}</dd></div>
    <div class="in-flight"><dt>in flight</dt><dd>${in_flight}</dd></div>
    <div class="delayed"><dt>delayed</dt><dd>${delayed}</dd></div>
    <div><dt>oldest</dt><dd>${age}</dd></div>
  </dl>`;
}

/** Where its messages come from and go to. @param {{arn: string, address: Address, attributes: QueueAttributes|null}} props */
function Surroundings({ arn, address, attributes }) {
  const edges = topology.value?.edges ?? [];
  const { topics, sources } = useMemo(
    () => ({
      topics: [...new Set(edges.filter(({ target, type }) => target === arn && type === "subscription").map(({ source }) => source))],
      sources: [...new Set(edges.filter(({ target, type }) => target === arn && type === "dead_letter").map(({ source }) => source))],
    }),
    [edges, arn],
  );
  const redrive = redriveOf(attributes);
  return html`<${Facts} facts=${[
    ["Account", address.account],
    ["Region", address.region],
    ["Type", address.name.endsWith(".fifo") ? "FIFO" : "standard"],
    ["Visibility timeout", attributes && duration(Number(attributes.VisibilityTimeout))],
    ["Gets messages of", topics.length ? topics.map((topic) => html`<${Thing} arn=${topic} /> `) : null],
    ["Dead-letter queue", redrive && html`<${Thing} arn=${redrive.deadLetterTargetArn} /> after ${redrive.maxReceiveCount} receives`],
    ["Dead-letter queue of", sources.length ? sources.map((source) => html`<${Thing} arn=${source} /> `) : null],
  ]} />`;
}
