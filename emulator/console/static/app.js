// The console: the frame around all pages, and which page is shown.

import { render } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { Calls } from "./components/calls.js";
import { connected } from "./events.js";
import { FindingsPage } from "./findings/page.js";
import { html } from "./html.js";
import { MapPage } from "./map/page.js";
import { LifePage } from "./message/page.js";
import { SearchPage } from "./message/search.js";
import { QueuePage } from "./queue/page.js";
import { href, route } from "./router.js";
import { StreamPage } from "./stream/page.js";
import { TopicPage } from "./topic/page.js";
import { TroublePage } from "./trouble/page.js";
import { followWorld, overview } from "./world.js";

const PLACES = /** @type {const} */ ([
  ["", "Map"],
  ["messages", "Messages"],
  ["stream", "Stream"],
  ["trouble", "Time and trouble"],
  ["findings", "Findings"],
]);

/** What a route shows: its title, which place of the navigation it belongs to, and its page. @param {import("./router.js").Route} route */
function shown({ page, parts }) {
  const [account, region, name] = parts;
  switch (page) {
    case "":
      return { title: "Map", place: "", content: html`<${MapPage} />` };
    case "queues":
      return { title: name, place: "", content: html`<${QueuePage} key=${parts.join()} address=${{ account, region, name }} />` };
    case "topics":
      return { title: name, place: "", content: html`<${TopicPage} key=${parts.join()} address=${{ account, region, name }} />` };
    case "messages":
      return parts.length
        ? { title: "Life of a message", place: "messages", content: html`<${LifePage} key=${parts[0]} id=${parts[0]} />` }
        : { title: "Messages", place: "messages", content: html`<${SearchPage} />` };
    case "stream":
      return { title: "Stream", place: "stream", content: html`<${StreamPage} />` };
    case "trouble":
      return { title: "Time and trouble", place: "trouble", content: html`<${TroublePage} />` };
    case "findings":
      return { title: "Findings", place: "findings", content: html`<${FindingsPage} />` };
    default:
      return { title: "No such page", place: null, content: html`<h1>No such page</h1><p><a href=${href("")}>To the map</a></p>` };
  }
}

function App() {
  const { title, place, content } = shown(route.value);
  const main = useRef(/** @type {HTMLElement|null} */ (null));
  const where = [route.value.page, ...route.value.parts].join("/");
  const first = useRef(true);
  useEffect(() => {
    document.title = `${title} · sqs-sns-emulator`;
    if (!first.current) main.current?.focus(); // the next page begins here, also for those who do not see it
    first.current = false;
  }, [where]);
  return html`
    <header class="top">
      <a class="skip" href=${location.hash || "#/"} onClick=${(/** @type {Event} */ event) => { event.preventDefault(); main.current?.focus(); }}>To the content</a>
      <a class="brand" href=${href("")}><img src="/_emulator/console/icon.svg" alt="" width="22" height="22" /><span>sqs-sns-emulator</span></a>
      <nav aria-label="Main">
        ${PLACES.map(([page, text]) => html`<a href=${href(page)} aria-current=${page === place ? "page" : undefined}>${text}</a>`)}
      </nav>
      <span class="state" role="status">
        ${connected.value === false ? html`<span class="dot bad"></span>disconnected` : connected.value ? html`<span class="dot good"></span>live` : "connecting"}
        ${overview.value && html`<span class="version">${overview.value.version}</span>`}
      </span>
    </header>
    <main ref=${main} tabindex="-1">${content}</main>
    <${Calls} />
  `;
}

const root = document.getElementById("console");
if (root) {
  root.replaceChildren();
  render(html`<${App} />`, root);
  followWorld();
}
