// One topic: who subscribes, what they would get, and what is on its way to them.

import { arnOf } from "../arn.js";
import { get, pathOf } from "../api.js";
import { Copy } from "../components/copy.js";
import { Facts } from "../components/facts.js";
import { Loading, Trouble } from "../components/notice.js";
import { Tabs } from "../components/tabs.js";
import { html } from "../html.js";
import { useResource } from "../resource.js";
import { route } from "../router.js";
import { Deliveries } from "./deliveries.js";
import { Publish } from "./publish.js";
import { Settings } from "./settings.js";
import { Subscriptions } from "./subscriptions.js";

/** @typedef {import("../api.js").Address} Address */
/**
 * @typedef {{arn: string, protocol: string, endpoint: string, owner: string, confirmed: boolean, raw: boolean,
 *   filter_policy: unknown, filter_policy_scope: string|null, dead_letter_queue: string|null, attributes: Record<string, string>}} Subscription
 * @typedef {Address & {arn: string, fifo: boolean, confirmed: number, pending: number, attributes: Record<string, string>,
 *   tags: Record<string, string>, subscriptions: Subscription[], omitted: number}} Topic
 */

/** @param {{address: Address}} props */
export function TopicPage({ address }) {
  const topic = useResource(async () => /** @type {Topic} */ (await get(pathOf("topics", address))), [JSON.stringify(address)]);
  const arn = arnOf("sns", address);
  const tab = route.value.query.tab ?? "subscriptions";
  const known = topic.value;
  return html`
    <div class="bar">
      <h1><span class="kind topic">Topic</span> ${address.name}</h1>
      <${Copy} text=${arn} label="Copy ARN" />
    </div>
    <${Facts} facts=${[
      ["Account", address.account],
      ["Region", address.region],
      ["Type", address.name.endsWith(".fifo") ? "FIFO" : "standard"],
      ["Subscriptions", known && `${known.confirmed} confirmed, ${known.pending} pending`],
    ]} />
    <${Trouble} error=${topic.error} />
    <${Tabs} label="Parts of the topic" chosen=${tab} tabs=${[
      ["subscriptions", "Subscriptions"],
      ["publish", "Publish"],
      ["deliveries", "Deliveries"],
      ["settings", "Settings"],
    ]} />
    ${!known && !topic.error && html`<${Loading} />`}
    ${known && tab === "subscriptions" && html`<${Subscriptions} topic=${known} reload=${topic.reload} />`}
    ${known && tab === "publish" && html`<${Publish} topic=${known} />`}
    ${known && tab === "deliveries" && html`<${Deliveries} topic=${known} />`}
    ${known && tab === "settings" && html`<${Settings} topic=${known} reload=${topic.reload} />`}
  `;
}
