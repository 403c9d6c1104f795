import { html } from "../html.js";
import { Thing } from "../components/link.js";

/** What moved last, in words. @param {{flows: import("../events.js").Flow[]}} props */
export function Recent({ flows }) {
  if (!flows.length) return null;
  return html`<ol class="recent" aria-label="What happened last">
    ${flows.map(
      ({ source, target, what, count }) => html`<li class=${/fail|denied/.test(what) ? "bad" : ""}>
        ${[...new Set([source, target])].filter((end) => end !== null).map((end, index) => html`${index > 0 && " → "}<${Thing} arn=${end} />`)}
        <span class="faint"> ${what.replaceAll("_", " ")}${count > 1 ? ` × ${count}` : ""}</span>
      </li>`,
    )}
  </ol>`;
}
