// The first page: all topics, queues and subscribers, as a map or as a list.

import { useMemo, useState } from "preact/hooks";
import { Snippets } from "../components/code.js";
import { Empty, Loading, Trouble } from "../components/notice.js";
import { html } from "../html.js";
import { ask, route } from "../router.js";
import { firstQueue } from "../snippets.js";
import { EVERYTHING, endpoint, filter, overview, topology, trouble } from "../world.js";
import { Filters } from "./filters.js";
import { drawn } from "./graph.js";
import { List } from "./list.js";
import { MapView } from "./view.js";
import { NewThing } from "./new.js";

export function MapPage() {
  const found = topology.value;
  const [chosen, setChosen] = useState(/** @type {Map<string, boolean>} */ (new Map()));
  const graph = useMemo(() => (found ? drawn(found, chosen) : null), [found, chosen]);
  const several = useMemo(() => new Set(found?.nodes.filter(({ region }) => region).map(({ account, region }) => `${account} ${region}`)).size > 1, [found]);
  const asList = route.value.query.view === "list";
  const nothing = found?.nodes.length === 0;
  return html`
    <div class="bar">
      <h1>${asList ? "List" : "Map"}</h1>
      <${Summary} />
      <div class="choices" role="group" aria-label="Form">
        <button type="button" aria-pressed=${!asList} onClick=${() => ask({})}>Map</button>
        <button type="button" aria-pressed=${asList} onClick=${() => ask({ view: "list" })}>List</button>
      </div>
    </div>
    ${!(nothing && filter.value === EVERYTHING) && html`<${Filters} />`}
    <${Trouble} error=${trouble.value} />
    ${!found && !trouble.value && html`<${Loading} />`}
    ${nothing && (filter.value === EVERYTHING ? html`<${First} />` : html`<p class="empty">Nothing has this name, account, region and tag.</p>`)}
    ${graph && !nothing && (asList
      ? html`<${List} nodes=${found?.nodes ?? []} />`
      : html`<${MapView} graph=${graph} several=${several} fitted=${JSON.stringify([filter.value, graph.nodes.length])} chosen=${chosen}
          onTogether=${(/** @type {string} */ topic, /** @type {boolean} */ together) => setChosen(new Map(chosen).set(topic, together))} />`)}
    ${!nothing && html`<${NewThing} />`}
  `;
}

function Summary() {
  const nodes = topology.value?.nodes ?? [];
  const count = (/** @type {string} */ type) => {
    const found = nodes.filter((node) => node.type === type && !node.missing).length;
    return `${found} ${type}${found === 1 ? "" : "s"}`;
  };
  return html`<p class="faint">${count("topic")} · ${count("queue")}</p>`;
}

function First() {
  const place = overview.value ?? { account: "000000000000", region: "us-east-1" };
  return html`<${Empty} title="Nothing here yet">
    <p>Make a queue and send it a message. Any AWS SDK will do; its endpoint is <code>${endpoint()}</code>. Whatever your
      program makes shows up on this page by itself.</p>
    <${Snippets} label="a first queue" snippets=${firstQueue(place)} />
    <p>Or make one here:</p>
    <${NewThing} open />
  <//>`;
}
