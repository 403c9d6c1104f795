import { useId, useState } from "preact/hooks";
import { html } from "../html.js";
import { Trouble } from "./notice.js";

/** @typedef {import("../html.js").Children} Children */

/**
 * A field with its label.
 * @param {{label: string, value: string, onInput: (value: string) => void, type?: string, hint?: string, rows?: number,
 *   list?: string[], placeholder?: string, required?: boolean, min?: number, max?: number, step?: string}} props
 */
export function Field({ label, value, onInput, type = "text", hint, rows, list, ...rest }) {
  const id = useId();
  const shared = {
    id,
    value,
    onInput: (/** @type {{currentTarget: {value: string}}} */ event) => onInput(event.currentTarget.value),
    "aria-describedby": hint ? `${id}-hint` : undefined,
    spellcheck: false,
    autocomplete: "off",
    ...rest,
  };
  return html`<div class="field">
    <label for=${id}>${label}</label>
    ${rows ? html`<textarea rows=${rows} ...${shared}></textarea>` : html`<input type=${type} list=${list && `${id}-list`} ...${shared} />`}
    ${list && html`<datalist id=${`${id}-list`}>${list.map((each) => html`<option value=${each}></option>`)}</datalist>`}
    ${hint && html`<p class="hint" id=${`${id}-hint`}>${hint}</p>`}
  </div>`;
}

/**
 * @param {{label: string, value: string, onChange: (value: string) => void, options: readonly (readonly [string, string])[]}} props
 * options are pairs of value and text
 */
export function Choice({ label, value, onChange, options }) {
  const id = useId();
  return html`<div class="field">
    <label for=${id}>${label}</label>
    <select id=${id} value=${value} onChange=${(/** @type {{currentTarget: {value: string}}} */ event) => onChange(event.currentTarget.value)}>
      ${options.map(([key, text]) => html`<option value=${key} selected=${key === value}>${text}</option>`)}
    </select>
  </div>`;
}

/** @param {{label: string, checked: boolean, onChange: (checked: boolean) => void}} props */
export function Check({ label, checked, onChange }) {
  return html`<label class="check">
    <input type="checkbox" checked=${checked} onChange=${(/** @type {{currentTarget: {checked: boolean}}} */ event) => onChange(event.currentTarget.checked)} />
    ${label}
  </label>`;
}

/**
 * A form that does one thing, and says if that fails or what came of it.
 * @param {{action: () => Promise<Children|void>, label: string, danger?: boolean, children?: Children, onDone?: () => void}} props
 */
export function Form({ action, label, danger = false, children, onDone }) {
  const { busy, error, outcome, run } = useAction(action, onDone);
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    run();
  };
  return html`<form onSubmit=${submit}>
    ${children}
    <div class="actions"><button type="submit" class=${danger ? "danger" : "primary"} disabled=${busy}>${label}</button></div>
    <${Trouble} error=${error} />
    ${outcome && html`<p class="notice good" role="status">${outcome}</p>`}
  </form>`;
}

/** A button that does one thing. @param {{action: () => Promise<Children|void>, label: string, kind?: string, title?: string}} props */
export function Act({ action, label, kind = "", title }) {
  const { busy, error, run } = useAction(action);
  return html`<span class="act">
    <button type="button" class=${kind} disabled=${busy} onClick=${run} title=${title}>${label}</button>
    <${Trouble} error=${error} />
  </span>`;
}

/** A button that asks once more before it does what cannot be undone. @param {{action: () => Promise<Children|void>, label: string, question: string}} props */
export function Dangerous({ action, label, question }) {
  const [asks, setAsks] = useState(false);
  if (!asks) return html`<button type="button" class="danger" onClick=${() => setAsks(true)}>${label}</button>`;
  return html`<span class="asks" role="group" aria-label=${question}>
    <span>${question}</span>
    <${Act} action=${async () => { await action(); setAsks(false); }} label=${`Yes, ${label.toLowerCase()}`} kind="danger" />
    <button type="button" onClick=${() => setAsks(false)}>No</button>
  </span>`;
}

/** @param {() => Promise<Children|void>} action @param {() => void} [onDone] */
function useAction(action, onDone) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState(/** @type {Error|null} */ (null));
  const [outcome, setOutcome] = useState(/** @type {Children} */ (null));
  const run = async () => {
    setBusy(true);
    setError(null);
    setOutcome(null);
    try {
      setOutcome((await action()) ?? null);
      onDone?.();
    } catch (wrong) {
      setError(/** @type {Error} */ (wrong));
    } finally {
      setBusy(false);
    }
  };
  return { busy, error, outcome, run };
}
