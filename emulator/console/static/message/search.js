// Finds messages by id, text, attribute and place.

import { useState } from "preact/hooks";
import { get } from "../api.js";
import { Field } from "../components/form.js";
import { MessageLink, Thing } from "../components/link.js";
import { More, usePages } from "../components/more.js";
import { html } from "../html.js";
import { ask, route } from "../router.js";
import { clockTime } from "../time.js";

/**
 * @typedef {{message_id: string, at: string, account: string, topic: string|null, target: string|null, queue: string|null,
 *   subject: string|null, message: string, message_length: number, group_id: string|null}} Found
 */

const FIELDS = /** @type {const} */ ([
  ["text", "Text in the body", ""],
  ["message_id", "Message ID", "any of its IDs"],
  ["attribute", "Attribute", "name or name=value"],
  ["topic", "Topic", "ARN"],
  ["queue", "Queue", "ARN"],
  ["account", "Account", ""],
]);

export function SearchPage() {
  const [wish, setWish] = useState(/** @type {Record<string, string>} */ (route.value.query));
  const list = usePages(
    (cursor) => get("/_emulator/messages", { ...wish, cursor, limit: 50 }),
    (/** @type {{messages: Found[]}} */ answer) => answer.messages,
    [JSON.stringify(wish)],
  );
  const set = (/** @type {string} */ name, /** @type {string} */ value) => {
    const next = { ...wish, [name]: value };
    setWish(next);
    ask(next);
  };
  return html`
    <div class="bar"><h1>Messages</h1><p class="faint">What was published or sent, newest first</p></div>
    <search class="filters">
      ${FIELDS.map(([name, label, placeholder]) => html`<${Field} label=${label} type="search" placeholder=${placeholder} value=${wish[name] ?? ""}
        onInput=${(/** @type {string} */ value) => set(name, value)} />`)}
    </search>
    ${list.rows?.length === 0 && !list.next && html`<p class="empty">${Object.values(wish).some(Boolean) ? "No message is like that." : "Nothing was published or sent yet."}</p>`}
    <ul class="rows" aria-label="Messages">
      ${list.rows?.map((each) => html`<li class="found" key=${each.message_id}>
        <div class="head">
          <span class="faint mono">${clockTime(each.at)}</span>
          <span>${each.queue ? html`sent to <${Thing} arn=${each.queue} />` : html`published to <${Thing} arn=${each.topic ?? each.target ?? ""} />`}</span>
        </div>
        <p class="text">${each.subject && html`<strong>${each.subject}</strong> `}${each.message || "(empty)"}${each.message_length > each.message.length && "…"}</p>
        <p><${MessageLink} id=${each.message_id} /></p>
      </li>`)}
    </ul>
    <${More} list=${list} />
  `;
}
