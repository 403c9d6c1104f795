import { html } from "../html.js";
import { pageOf, parseArn } from "../arn.js";
import { href } from "../router.js";

/** What an ARN names, with a link if the console shows it; any other text as it is. @param {{arn: string, full?: boolean}} props */
export function Thing({ arn, full = false }) {
  const found = parseArn(arn);
  const page = pageOf(arn);
  const text = full || !found ? arn : found.subscription ? `subscription of ${found.name}` : found.name;
  return page ? html`<a class="thing ${found?.service}" href=${page} title=${arn}>${text}</a>` : html`<span class="wrap" title=${arn}>${text}</span>`;
}

/** @param {{id: string}} props */
export function MessageLink({ id }) {
  return html`<a class="mono" href=${href("messages", [id])}>${id}</a>`;
}
