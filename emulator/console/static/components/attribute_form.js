import { html } from "../html.js";
import { Choice, Field } from "./form.js";

/** @typedef {{name: string, type: string, value: string}} Row */
/** @typedef {import("./facts.js").AttributeValue} AttributeValue */

const TYPES = /** @type {const} */ ([
  ["String", "String"],
  ["Number", "Number"],
  ["String.Array", "String.Array"],
  ["Binary", "Binary (base64)"],
]);

/**
 * Rows to enter message attributes in.
 * @param {{rows: Row[], onChange: (rows: Row[]) => void, arrays?: boolean}} props `arrays`: SNS has String.Array, SQS has not
 */
export function AttributeForm({ rows, onChange, arrays = false }) {
  const options = TYPES.filter(([type]) => arrays || type !== "String.Array");
  const change = (/** @type {number} */ index, /** @type {Partial<Row>} */ changed) =>
    onChange(rows.map((row, at) => (at === index ? { ...row, ...changed } : row)));
  return html`<fieldset>
    <legend>Message attributes</legend>
    ${rows.map(
      (row, index) => html`<div class="row" key=${index}>
        <${Field} label="Name" value=${row.name} onInput=${(/** @type {string} */ name) => change(index, { name })} />
        <${Choice} label="Type" value=${row.type} options=${options} onChange=${(/** @type {string} */ type) => change(index, { type })} />
        <${Field} label="Value" value=${row.value} onInput=${(/** @type {string} */ value) => change(index, { value })} />
        <button type="button" class="quiet" aria-label=${`Remove attribute ${row.name || index + 1}`}
          onClick=${() => onChange(rows.filter((_, at) => at !== index))}>Remove</button>
      </div>`,
    )}
    <button type="button" class="quiet" onClick=${() => onChange([...rows, { name: "", type: "String", value: "" }])}>Add an attribute</button>
  </fieldset>`;
}

/** The rows as AWS takes them; undefined if there are none. @param {Row[]} rows @returns {Record<string, AttributeValue>|undefined} */
export function attributesOf(rows) {
  const named = rows.filter((row) => row.name);
  if (!named.length) return undefined;
  return Object.fromEntries(
    named.map(({ name, type, value }) => [
      name,
      { DataType: type, [type === "Binary" ? "BinaryValue" : "StringValue"]: value },
    ]),
  );
}
