// What was done here, as one would do it in code.

import { useState } from "preact/hooks";
import { done } from "../api.js";
import { html } from "../html.js";
import { Snippets } from "./code.js";

export function Calls() {
  const [open, setOpen] = useState(false);
  const [chosen, setChosen] = useState(0);
  const calls = done.value;
  if (!calls.length) return null;
  const shown = calls[Math.min(chosen, calls.length - 1)];
  return html`<aside class="calls" aria-label="Calls made here">
    <button type="button" class="quiet" aria-expanded=${open} onClick=${() => { setOpen(!open); setChosen(0); }}>
      ${open ? "Hide the code" : `Show as code: ${calls[0].call.service}.${calls[0].call.action}${calls[0].error ? " (refused)" : ""}`}
    </button>
    ${open &&
    html`<div>
      <ol class="choices">
        ${calls.slice(0, 8).map(
          ({ call, error }, index) => html`<li>
            <button type="button" class="quiet" aria-pressed=${index === chosen} onClick=${() => setChosen(index)}>${call.action}${error ? " (refused)" : ""}</button>
          </li>`,
        )}
      </ol>
      <${Snippets} label="this call" snippets=${{ boto3: shown.equivalents.boto3, "AWS CLI": shown.equivalents.cli, Node: shown.equivalents.node }} />
    </div>`}
  </aside>`;
}
