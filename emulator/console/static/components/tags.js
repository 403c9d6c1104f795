import { useState } from "preact/hooks";
import { html } from "../html.js";
import { Act, Field, Form } from "./form.js";

/** @param {{tags: Record<string, string>, set: (key: string, value: string) => Promise<void>, remove: (key: string) => Promise<void>}} props */
export function Tags({ tags, set, remove }) {
  const [key, setKey] = useState("");
  const [value, setValue] = useState("");
  const names = Object.keys(tags);
  return html`<section class="panel">
    <h2>Tags</h2>
    ${names.length === 0 && html`<p class="faint">It has none.</p>`}
    <ul class="tags">
      ${names.map((name) => html`<li><span class="wrap">${name} = ${tags[name]}</span> <${Act} label="Remove" kind="quiet" action=${() => remove(name)} /></li>`)}
    </ul>
    <${Form} label="Set the tag" action=${() => set(key, value)} onDone=${() => { setKey(""); setValue(""); }}>
      <div class="row">
        <${Field} label="Key" value=${key} onInput=${setKey} required />
        <${Field} label="Value" value=${value} onInput=${setValue} />
      </div>
    <//>
  </section>`;
}
