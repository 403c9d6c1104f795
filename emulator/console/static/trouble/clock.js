// The clock of an account, or of all of them.

import { useState } from "preact/hooks";
import { get, post } from "../api.js";
import { readClock } from "../clock.js";
import { Facts } from "../components/facts.js";
import { Act, Field } from "../components/form.js";
import { Thing } from "../components/link.js";
import { Trouble } from "../components/notice.js";
import { html } from "../html.js";
import { useResource } from "../resource.js";
import { clockTime, duration } from "../time.js";
import { overview, topology } from "../world.js";

/** @typedef {{account: string, now: string, next: {at: string, seconds: number, what: string, resource: string|null}|null}} Next */
/** @typedef {{now: string, epoch: number, frozen: boolean}} State */

const READ_MILLISECONDS = 1_000; // time goes on without an event

export function ClockPart() {
  const accounts = [...new Set((topology.value?.nodes ?? []).map(({ account }) => account).filter((account) => account !== null))].sort();
  const own = overview.value?.account ?? accounts[0] ?? "000000000000";
  const [typed, setTyped] = useState(/** @type {string|null} */ (null));
  const account = typed ?? own;
  const valid = /^\d{12}$/.test(account);
  return html`<section class="panel">
    <h2>Clock</h2>
    <div class="row">
      <${Field} label="Account" value=${account} onInput=${setTyped} list=${[...new Set([own, ...accounts])]} hint="Each account has a clock of its own." />
    </div>
    ${valid && html`<${AccountClock} key=${account} account=${account} />`}
  </section>`;
}

/** @param {{account: string}} props */
function AccountClock({ account }) {
  const [seconds, setSeconds] = useState("3600");
  const clock = useResource(async () => /** @type {State} */ (await get("/_emulator/clock", { account })), [account], READ_MILLISECONDS);
  const next = useResource(async () => /** @type {Next} */ (await get("/_emulator/clock/next", { account })), [account], READ_MILLISECONDS);
  const move = async (/** @type {Record<string, unknown>} */ how) => {
    await post("/_emulator/clock", { account, ...how });
    await readClock(account);
    clock.reload();
    next.reload();
  };
  const now = clock.value?.now;
  const due = next.value?.next;
  return html`
    <${Trouble} error=${clock.error ?? next.error} />
    <${Facts} facts=${[
      ["Time", now && html`<span class="mono">${now.slice(0, 10)} ${clockTime(now)}</span> UTC${clock.value?.frozen ? ", stopped" : ""}`],
      ["Next", next.value && (due ? html`${due.what} in ${duration(due.seconds)} ${due.resource && html`(<${Thing} arn=${due.resource} />)`}` : "nothing falls due")],
    ]} />
    <div class="actions">
      <${Act} label=${clock.value?.frozen ? "Let it run on" : "Freeze"} action=${() => move({ freeze: !clock.value?.frozen })} />
      <${Act} label="+30 s" action=${() => move({ advance: 30 })} />
      <${Act} label="+5 min" action=${() => move({ advance: 300 })} />
      ${due && html`<${Act} label="To the next" kind="primary" title="Advance to what falls due next" action=${() => move({ advance: due.seconds })} />`}
    </div>
    <div class="actions">
      <${Field} label="Seconds" type="number" min=${0} value=${seconds} onInput=${setSeconds} />
      <${Act} label="Advance" action=${() => move({ advance: Number(seconds) })} />
    </div>
  `;
}
