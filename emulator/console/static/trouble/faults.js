// Faults: those in force, and a form that adds one.

import { useState } from "preact/hooks";
import { get, post, remove } from "../api.js";
import { Code } from "../components/code.js";
import { Act, Choice, Field, Form } from "../components/form.js";
import { More } from "../components/more.js";
import { html } from "../html.js";
import { useResource } from "../resource.js";

/** @typedef {{id: string, rule: Record<string, unknown>, matched: number, fired: number, held_up: number}} Fault */

// What can happen: key of the rule, words, what its value is called (null: it has none), the value at first, and how it is read.
const EFFECTS = /** @type {const} */ ([
  ["error", "The request gets an error", "Error", "InternalError", "text"],
  ["latency", "The answer comes late", "Seconds", "2", "number"],
  ["cut", "The connection is cut", "Before or after the action took effect", "after", "text"],
  ["stall", "The answer never comes", "Before or after the action took effect", "after", "text"],
  ["fail_delivery", "The delivery fails", "Status, or refused", "503", "status"],
  ["drop_delivery", "The delivery is lost", null, "", "flag"],
  ["double_delivery", "The delivery arrives twice", null, "", "flag"],
  ["delay_delivery", "The delivery arrives late", "Seconds", "60", "number"],
]);
const MATCHED = /** @type {const} */ ([
  ["action", "Action", "any, or SendMessage"],
  ["resource", "Queue or topic", "any, or ord*"],
  ["account", "Account", "any"],
  ["endpoint", "Endpoint of the delivery", "any"],
]);
const TIMES = /** @type {const} */ ([
  ["first", "The first … times"],
  ["after", "But not the first …"],
  ["every", "Every …th time"],
]);

const READ_MILLISECONDS = 1_000; // a fault takes effect without an event

export function FaultsPart() {
  const list = useResource(async () => /** @type {Fault[]} */ ((await get("/_emulator/faults")).faults), [], READ_MILLISECONDS);
  return html`
    <section class="panel">
      <h2>Faults in force</h2>
      <${More} list=${{ rows: list.value, error: list.error, next: null }} />
      ${list.value?.length === 0 && html`<p class="faint">There are none.</p>`}
      <ul class="rows">
        ${list.value?.map((fault) => html`<li key=${fault.id}>
          <div class="head">
            <strong>${fault.id}</strong>
            <span class="text mono">${JSON.stringify(fault.rule)}</span>
            <${Act} label="Remove" action=${() => remove(`/_emulator/faults/${fault.id}`).then(list.reload)} />
          </div>
          <p class="faint">matched ${fault.matched} times, took effect ${fault.fired} times${fault.held_up > 0 && `, holds up ${fault.held_up}`}</p>
        </li>`)}
      </ul>
      ${list.value && list.value.length > 1 && html`<${Act} label="Remove all" action=${() => remove("/_emulator/faults").then(list.reload)} />`}
    </section>
    <${Add} reload=${list.reload} />
  `;
}

/** @param {{reload: () => void}} props */
function Add({ reload }) {
  const [effect, setEffect] = useState(/** @type {string} */ (EFFECTS[0][0]));
  const [value, setValue] = useState(/** @type {string} */ (EFFECTS[0][3]));
  const [given, setGiven] = useState(/** @type {Record<string, string>} */ ({}));
  const chosen = EFFECTS.find(([key]) => key === effect) ?? EFFECTS[0];
  const rule = ruleOf(chosen[0], chosen[4], value, given);
  const add = async () => {
    const { id } = await post("/_emulator/faults", rule);
    reload();
    return `${id} is in force.`;
  };
  const choose = (/** @type {string} */ key) => {
    setEffect(key);
    setValue(EFFECTS.find(([each]) => each === key)?.[3] ?? "");
  };
  const field = (/** @type {string} */ name, /** @type {string} */ label, /** @type {string} */ placeholder, /** @type {string} */ type) =>
    html`<${Field} label=${label} type=${type} placeholder=${placeholder} value=${given[name] ?? ""} onInput=${(/** @type {string} */ text) => setGiven({ ...given, [name]: text })} />`;
  return html`<section class="panel">
    <h2>Add a fault</h2>
    <${Form} label="Add" action=${add}>
      <div class="row">
        <${Choice} label="What happens" value=${effect} onChange=${choose} options=${EFFECTS.map(([key, words]) => [key, words])} />
        ${chosen[2] && html`<${Field} label=${chosen[2]} value=${value} onInput=${setValue} required />`}
      </div>
      <div class="row">${MATCHED.map(([name, label, placeholder]) => field(name, label, placeholder, "text"))}</div>
      <div class="row">${TIMES.map(([name, label]) => field(name, label, "", "number"))}</div>
    <//>
    <${Code} label="The same with curl" text=${`curl ${location.origin}/_emulator/faults -d '${JSON.stringify(rule).replaceAll("'", "'\\''")}'`} />
  </section>`;
}

/** @param {string} effect @param {string} kind @param {string} value @param {Record<string, string>} given */
function ruleOf(effect, kind, value, given) {
  const numbers = new Set(TIMES.map(([name]) => String(name)));
  const matched = Object.entries(given).filter(([, text]) => text).map(([name, text]) => [name, numbers.has(name) ? Number(text) : text]);
  const read = kind === "flag" ? true : kind === "number" || (kind === "status" && /^\d+$/.test(value)) ? Number(value) : value;
  return Object.fromEntries([...matched, [effect, read]]);
}
