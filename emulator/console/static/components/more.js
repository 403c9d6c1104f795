// Lists that come in pages.

import { useEffect, useState } from "preact/hooks";
import { html } from "../html.js";
import { useResource } from "../resource.js";
import { Loading, Trouble } from "./notice.js";

/**
 * A list of which the first page follows what happens, and further ones are added on demand.
 * @template T, A
 * @param {(cursor: string|null) => Promise<A & {cursor: string|null}>} read
 * @param {(answer: A) => T[]} rowsOf
 * @param {unknown[]} inputs
 * @param {number} [milliseconds] as of `useResource`
 */
export function usePages(read, rowsOf, inputs, milliseconds) {
  const first = useResource(() => read(null), inputs, milliseconds);
  const [more, setMore] = useState(/** @type {{rows: T[], cursor: string|null}|null} */ (null));
  useEffect(() => setMore(null), inputs);
  const cursor = more ? more.cursor : (first.value?.cursor ?? null);
  const next = async () => {
    const answer = await read(cursor);
    setMore({ rows: [...(more?.rows ?? []), ...rowsOf(answer)], cursor: answer.cursor });
  };
  const rows = first.value ? [...rowsOf(first.value), ...(more?.rows ?? [])] : null;
  return { first: first.value, rows, error: first.error, reload: first.reload, next: cursor === null ? null : next };
}

/** @param {{list: {rows: unknown[]|null, error: Error|null, next: (() => Promise<void>)|null}}} props */
export function More({ list }) {
  return html`
    <${Trouble} error=${list.error} />
    ${!list.rows && !list.error && html`<${Loading} />`}
    ${list.next && html`<button type="button" onClick=${list.next}>Show more</button>`}
  `;
}
