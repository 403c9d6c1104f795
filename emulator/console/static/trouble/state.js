// The state as one document: export and import.

import { useRef } from "preact/hooks";
import { put } from "../api.js";
import { Form } from "../components/form.js";
import { html } from "../html.js";
import { refresh } from "../world.js";

export function StatePart() {
  const file = useRef(/** @type {HTMLInputElement|null} */ (null));
  const restore = async () => {
    const chosen = file.current?.files?.[0];
    if (!chosen) return "Choose a file first.";
    await put("/_emulator/state", chosen);
    await refresh();
    return `${chosen.name} is restored.`;
  };
  return html`
    <section class="panel">
      <h2>Export</h2>
      <p>Queues, topics, messages, subscriptions and what else there is, as one JSON document.</p>
      <div class="actions"><a class="button" href="/_emulator/state" download="state.json">Download state.json</a></div>
    </section>
    <section class="panel">
      <h2>Import</h2>
      <p>A document replaces what there is.</p>
      <${Form} label="Import" action=${restore} danger>
        <div class="field"><label for="state-file">Document</label><input id="state-file" type="file" accept=".json,application/json" ref=${file} /></div>
      <//>
    </section>
  `;
}
