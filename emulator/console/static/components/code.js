import { useState } from "preact/hooks";
import { html } from "../html.js";
import { Copy } from "./copy.js";

/** A text in a fixed pitch, to be copied. @param {{text: string, label?: string}} props */
export function Code({ text, label = "Code" }) {
  return html`<div class="code">
    <pre tabindex="0" role="region" aria-label=${label}><code>${text}</code></pre>
    <${Copy} text=${text} />
  </div>`;
}

/**
 * The same in several languages.
 * @param {{snippets: Record<string, string>, label: string}} props
 */
export function Snippets({ snippets, label }) {
  const names = Object.keys(snippets);
  const [chosen, setChosen] = useState(names[0]);
  return html`<div class="snippets">
    <div class="choices" role="group" aria-label=${`Language of ${label}`}>
      ${names.map(
        (name) => html`<button type="button" class="quiet" aria-pressed=${name === chosen} onClick=${() => setChosen(name)}>${name}</button>`,
      )}
    </div>
    <${Code} text=${snippets[chosen]} label=${`${label}, ${chosen}`} />
  </div>`;
}
