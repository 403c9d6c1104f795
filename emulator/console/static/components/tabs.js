import { html } from "../html.js";
import { ask, href, route } from "../router.js";

/**
 * The parts of a page, of which the query names one.
 * @param {{label: string, tabs: [string, string, number?][], chosen: string}} props tabs: key, text, number beside it
 */
export function Tabs({ label, tabs, chosen }) {
  const { page, parts } = route.value;
  const choose = (/** @type {MouseEvent} */ event, /** @type {string} */ key) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    ask({ tab: key });
  };
  return html`<nav class="tabs" aria-label=${label}>
    ${tabs.map(
      ([key, text, number]) => html`<a
        href=${href(page, parts, { tab: key })}
        aria-current=${key === chosen ? "page" : undefined}
        onClick=${(/** @type {MouseEvent} */ event) => choose(event, key)}
        >${text}${number !== undefined && html` <span class="number">${number}</span>`}</a
      >`,
    )}
  </nav>`;
}
