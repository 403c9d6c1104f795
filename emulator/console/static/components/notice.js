import { html } from "../html.js";

/** What went wrong. @param {{error: Error|null}} props */
export function Trouble({ error }) {
  if (!error) return null;
  const code = /** @type {{code?: string}} */ (error).code;
  return html`<p class="notice bad" role="alert">${code && html`<strong>${code}</strong>`} ${error.message}</p>`;
}

/** What there is to do first where there is nothing yet. @param {{title: string, children?: import("../html.js").Children}} props */
export function Empty({ title, children }) {
  return html`<div class="empty"><h2>${title}</h2>${children}</div>`;
}

/** @param {{what?: string}} props */
export function Loading({ what = "Loading" }) {
  return html`<p class="faint" role="status">${what}…</p>`;
}
