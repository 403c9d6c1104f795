import { useState } from "preact/hooks";
import { AttributeForm, attributesOf } from "../components/attribute_form.js";
import { Field, Form } from "../components/form.js";
import { MessageLink } from "../components/link.js";
import { html } from "../html.js";
import { act } from "./actions.js";

/** @param {{address: import("../api.js").Address, attributes: Record<string, string>|null}} props */
export function Send({ address, attributes }) {
  const [body, setBody] = useState("");
  const [rows, setRows] = useState(/** @type {import("../components/attribute_form.js").Row[]} */ ([]));
  const [delay, setDelay] = useState("");
  const [group, setGroup] = useState("");
  const [deduplication, setDeduplication] = useState("");
  const fifo = address.name.endsWith(".fifo");
  const send = async () => {
    const { MessageId } = await act("SendMessage", {
      MessageBody: body,
      MessageAttributes: attributesOf(rows),
      DelaySeconds: delay ? Number(delay) : undefined,
      MessageGroupId: group || undefined,
      MessageDeduplicationId: deduplication || undefined,
    }, address);
    return html`Sent as <${MessageLink} id=${MessageId} />.`;
  };
  return html`<${Form} label="Send" action=${send}>
    <${Field} label="Body" rows=${6} value=${body} onInput=${setBody} required />
    <${AttributeForm} rows=${rows} onChange=${setRows} />
    <div class="row">
      ${!fifo && html`<${Field} label="Delay in seconds" type="number" min=${0} max=${900} value=${delay} onInput=${setDelay} placeholder=${attributes?.DelaySeconds ?? "0"} />`}
      <${Field} label="Message group ID" value=${group} onInput=${setGroup} required=${fifo} />
      ${fifo && html`<${Field} label="Deduplication ID" value=${deduplication} onInput=${setDeduplication}
        placeholder=${attributes?.ContentBasedDeduplication === "true" ? "made of the body" : ""} required=${attributes?.ContentBasedDeduplication !== "true"} />`}
    </div>
  <//>`;
}
