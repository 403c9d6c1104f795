import { useEffect, useState } from "preact/hooks";
import { Field } from "../components/form.js";
import { html } from "../html.js";
import { EVERYTHING, filter, topology } from "../world.js";

/** @typedef {import("../world.js").Filter} Filter */

const PAUSE_MILLISECONDS = 250; // after the last key, until the emulator is asked

const known = { accounts: new Set(/** @type {string[]} */ ([])), regions: new Set(/** @type {string[]} */ ([])) };

/** What is looked for. */
export function Filters() {
  const [typed, setTyped] = useState(filter.value);
  useEffect(() => {
    const timer = setTimeout(() => {
      filter.value = Object.values(typed).some(Boolean) ? typed : EVERYTHING;
    }, PAUSE_MILLISECONDS);
    return () => clearTimeout(timer);
  }, [typed]);
  for (const { account, region } of topology.value?.nodes ?? []) {
    if (account) known.accounts.add(account);
    if (region) known.regions.add(region);
  }
  const set = (/** @type {Partial<Filter>} */ changed) => setTyped({ ...typed, ...changed });
  return html`<search class="filters">
    <${Field} label="Name" value=${typed.name} onInput=${(/** @type {string} */ name) => set({ name })} type="search" placeholder="part of a name" />
    <${Field} label="Account" value=${typed.account} onInput=${(/** @type {string} */ account) => set({ account })} list=${[...known.accounts]} />
    <${Field} label="Region" value=${typed.region} onInput=${(/** @type {string} */ region) => set({ region })} list=${[...known.regions]} />
    <${Field} label="Tag" value=${typed.tag} onInput=${(/** @type {string} */ tag) => set({ tag })} placeholder="key or key=value" />
  </search>`;
}
