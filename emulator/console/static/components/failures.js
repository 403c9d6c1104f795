import { html } from "../html.js";

/** @typedef {{key: string, value: unknown, conditions?: unknown[], reason: string, hint?: string}} Failure */

/** Which conditions of a filter policy a message does not meet. @param {{failed: Failure[]}} props */
export function Failures({ failed }) {
  return html`<ul class="failures">
    ${failed.map(({ key, conditions, reason, hint }) => html`<li>
      <code>${key}</code> ${reason}
      ${conditions && conditions.length > 0 && html` <span class="faint">(the policy wants ${JSON.stringify(conditions)})</span>`}
      ${hint && html`<br /><span class="hint">${hint}</span>`}
    </li>`)}
  </ul>`;
}
