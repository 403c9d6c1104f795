// Everything that happens, as it happens, and beside it the requests.

import { useEffect, useMemo, useState } from "preact/hooks";
import { Tabs } from "../components/tabs.js";
import { Field } from "../components/form.js";
import { Loading } from "../components/notice.js";
import { html } from "../html.js";
import { route } from "../router.js";
import { EventRow } from "./event.js";
import { followEvents } from "./following.js";
import { Requests } from "./requests.js";

/** @typedef {import("./following.js").Happened} Happened */

export function StreamPage() {
  const tab = route.value.query.tab ?? "events";
  return html`
    <div class="bar"><h1>Stream</h1></div>
    <${Tabs} label="What to see" chosen=${tab} tabs=${[["events", "Events"], ["requests", "Requests"]]} />
    ${tab === "requests" ? html`<${Requests} />` : html`<${Events} />`}
  `;
}

function Events() {
  const [paused, setPaused] = useState(false);
  const [wish, setWish] = useState({ text: "", type: "", account: "" });
  const [seen, setSeen] = useState({ events: /** @type {Happened[]} */ ([]), missed: 0, open: false, waiting: 0 });
  const stream = useMemo(followEvents, []);
  useEffect(() => stream.open(wish.account, setSeen), [wish.account]);
  useEffect(() => stream.pause(paused), [paused]);
  const wanted = useMemo(() => seen.events.filter((event) => matches(event, wish)), [seen, wish]);
  const set = (/** @type {Partial<typeof wish>} */ changed) => setWish({ ...wish, ...changed });
  const kinds = useMemo(() => [...new Set(seen.events.map(({ kind }) => kind))].sort(), [seen]);
  return html`
    <search class="filters">
      <${Field} label="Text" type="search" value=${wish.text} onInput=${(/** @type {string} */ text) => set({ text })} placeholder="a name, an ID, a body" />
      <${Field} label="Kind of event" type="search" value=${wish.type} onInput=${(/** @type {string} */ type) => set({ type })} list=${kinds} />
      <${Field} label="Account" type="search" value=${wish.account} onInput=${(/** @type {string} */ account) => set({ account })} />
      <div class="actions">
        <button type="button" aria-pressed=${paused} onClick=${() => setPaused(!paused)}>${paused ? `Go on (${seen.waiting} new)` : "Pause"}</button>
        <button type="button" onClick=${() => stream.clear()}>Clear</button>
      </div>
    </search>
    ${seen.missed > 0 && html`<p class="faint" role="status">${seen.missed} earlier events are not shown.</p>`}
    ${!seen.open && html`<${Loading} what="Connecting" />`}
    ${seen.open && seen.events.length === 0 && html`<p class="empty">Nothing has happened since this page was opened. Send or publish something.</p>`}
    <ol class="events" aria-label="Events, newest first">${wanted.slice(0, 300).map((event) => html`<${EventRow} key=${event.number} event=${event} />`)}</ol>
  `;
}

/** @param {Happened} event @param {{text: string, type: string}} wish */
function matches({ kind, data }, { text, type }) {
  return (!type || kind.includes(type)) && (!text || JSON.stringify(data).toLowerCase().includes(text.toLowerCase()));
}
