// The reset, with what it will drop.

import { useState } from "preact/hooks";
import { post } from "../api.js";
import { Choice, Dangerous, Field } from "../components/form.js";
import { Loading, Trouble } from "../components/notice.js";
import { html } from "../html.js";
import { useResource } from "../resource.js";

export function ResetPart() {
  const [account, setAccount] = useState("");
  const [region, setRegion] = useState("");
  const [service, setService] = useState("");
  const [dropped, setDropped] = useState(/** @type {Record<string, number>|null} */ (null));
  const scope = { ...(account && { account }), ...(region && { region }), ...(service && { service }) };
  const preview = useResource(async () => /** @type {Record<string, number>} */ ((await post("/_emulator/reset/preview", scope)).would_drop), [JSON.stringify(scope)]);
  const reset = async () => {
    setDropped((await post("/_emulator/reset", scope)).dropped);
    preview.reload();
  };
  return html`<section class="panel">
    <h2>Reset</h2>
    <div class="row">
      <${Field} label="Account" value=${account} onInput=${setAccount} placeholder="all" />
      <${Field} label="Region" value=${region} onInput=${setRegion} placeholder="all" />
      <${Choice} label="Service" value=${service} onChange=${setService} options=${[["", "both"], ["sqs", "SQS"], ["sns", "SNS"]]} />
    </div>
    <${Trouble} error=${preview.error} />
    ${preview.value ? html`<p>It will drop ${inWords(preview.value)}.</p>` : !preview.error && html`<${Loading} />`}
    <div class="actions"><${Dangerous} label="Reset" question="Drop all of this?" action=${reset} /></div>
    ${dropped && html`<p class="notice good" role="status">Dropped ${inWords(dropped)}.</p>`}
  </section>`;
}

/** @param {Record<string, number>} numbers */
function inWords(numbers) {
  const some = Object.entries(numbers).filter(([, number]) => number > 0);
  return some.length ? some.map(([name, number]) => `${number} ${number === 1 ? name.replace(/ies$/, "y").replace(/s$/, "") : name}`.replaceAll("_", " ")).join(", ") : "nothing";
}
