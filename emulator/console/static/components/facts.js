import { html } from "../html.js";

/** @typedef {import("../html.js").Children} Children */

/** Names and values; those without a value are left out. @param {{facts: [string, Children][]}} props */
export function Facts({ facts }) {
  const given = facts.filter(([, value]) => value !== null && value !== undefined && value !== "");
  return html`<dl class="facts">${given.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}

/** @typedef {{DataType: string, StringValue?: string, BinaryValue?: string}} AttributeValue */

/** The attributes of a message. @param {{attributes: Record<string, AttributeValue>}} props */
export function Attributes({ attributes }) {
  const names = Object.keys(attributes);
  if (!names.length) return null;
  return html`<table class="small">
    <caption>Message attributes</caption>
    <thead><tr><th scope="col">Name</th><th scope="col">Type</th><th scope="col">Value</th></tr></thead>
    <tbody>
      ${names.map(
        (name) => html`<tr>
          <th scope="row">${name}</th>
          <td>${attributes[name].DataType}</td>
          <td class="wrap">${attributes[name].StringValue ?? attributes[name].BinaryValue ?? ""}</td>
        </tr>`,
      )}
    </tbody>
  </table>`;
}
