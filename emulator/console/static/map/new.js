import { useState } from "preact/hooks";
import { call } from "../api.js";
import { Choice, Field, Form } from "../components/form.js";
import { html } from "../html.js";
import { overview } from "../world.js";

/** Makes a queue or a topic. @param {{open?: boolean}} props */
export function NewThing({ open = false }) {
  const [kind, setKind] = useState("queue");
  const [name, setName] = useState("");
  const [account, setAccount] = useState("");
  const [region, setRegion] = useState("");
  const own = overview.value ?? { account: "", region: "" };
  const make = async () => {
    const place = { account: account || own.account, region: region || own.region };
    const fifo = name.endsWith(".fifo");
    if (kind === "queue") await call("sqs", "CreateQueue", { QueueName: name, ...(fifo && { Attributes: { FifoQueue: "true" } }) }, place);
    else await call("sns", "CreateTopic", { Name: name, ...(fifo && { Attributes: { FifoTopic: "true" } }) }, place);
    return `${name} is there.`;
  };
  return html`<details class="panel" open=${open}>
    <summary>Make a queue or a topic</summary>
    <${Form} label=${`Make the ${kind}`} action=${make} onDone=${() => setName("")}>
      <div class="row">
        <${Choice} label="Kind" value=${kind} onChange=${setKind} options=${[["queue", "Queue"], ["topic", "Topic"]]} />
        <${Field} label="Name" value=${name} onInput=${setName} required placeholder="orders, or orders.fifo" />
        <${Field} label="Account" value=${account} onInput=${setAccount} placeholder=${own.account} />
        <${Field} label="Region" value=${region} onInput=${setRegion} placeholder=${own.region} />
      </div>
    <//>
  </details>`;
}
