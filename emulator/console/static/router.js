// Which page is shown: the fragment of the address, as in #/queues/000000000000/us-east-1/orders?tab=send.

import { signal } from "@preact/signals";

/** @typedef {{page: string, parts: string[], query: Record<string, string>}} Route */

/** @param {string} fragment @returns {Route} */
function parse(fragment) {
  const [path, query] = fragment.replace(/^#?\/?/, "").split("?", 2);
  const [page, ...parts] = path.split("/").map(decode);
  return { page, parts, query: Object.fromEntries(new URLSearchParams(query ?? "")) };
}

/** @param {string} part */
function decode(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

export const route = signal(parse(location.hash));

addEventListener("hashchange", () => {
  route.value = parse(location.hash);
});

/**
 * @param {string} page
 * @param {string[]} [parts]
 * @param {Record<string, string>} [query] what is empty is left out
 */
export function href(page, parts = [], query = {}) {
  const given = Object.entries(query).filter(([, value]) => value);
  const search = given.length ? `?${new URLSearchParams(given)}` : "";
  return `#/${[page, ...parts].map(encodeURIComponent).join("/")}${search}`;
}

/** Another page, with a step back to this one. @param {string} address as `href` makes it */
export function go(address) {
  location.hash = address;
}

/** The same page with another query, without a step back. @param {Record<string, string>} query */
export function ask(query) {
  const { page, parts } = route.value;
  history.replaceState(null, "", href(page, parts, query));
  route.value = parse(location.hash);
}
