// Time and trouble: the clock, faults, the state, and the reset.

import { Tabs } from "../components/tabs.js";
import { html } from "../html.js";
import { route } from "../router.js";
import { ClockPart } from "./clock.js";
import { FaultsPart } from "./faults.js";
import { ResetPart } from "./reset.js";
import { StatePart } from "./state.js";

export function TroublePage() {
  const tab = route.value.query.tab ?? "clock";
  return html`
    <div class="bar"><h1>Time and trouble</h1></div>
    <${Tabs} label="Parts" chosen=${tab} tabs=${[["clock", "Clock"], ["faults", "Faults"], ["state", "State"], ["reset", "Reset"]]} />
    ${tab === "clock" && html`<${ClockPart} />`}
    ${tab === "faults" && html`<${FaultsPart} />`}
    ${tab === "state" && html`<${StatePart} />`}
    ${tab === "reset" && html`<${ResetPart} />`}
  `;
}
