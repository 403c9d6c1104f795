import { useState } from "preact/hooks";
import { Attributes, Facts } from "../components/facts.js";
import { Field, Form } from "../components/form.js";
import { Content } from "../components/json.js";
import { MessageLink } from "../components/link.js";
import { html } from "../html.js";
import { act } from "./actions.js";
import { ReceivedActions, remember } from "./received.js";

/**
 * @typedef {{MessageId: string, ReceiptHandle: string, Body: string, Attributes?: Record<string, string>,
 *   MessageAttributes?: Record<string, import("../components/facts.js").AttributeValue>}} Received
 */

/** Receives as a consumer does, and shows what came. @param {{address: import("../api.js").Address}} props */
export function Receive({ address }) {
  const [number, setNumber] = useState("1");
  const [hidden, setHidden] = useState("");
  const [wait, setWait] = useState("0");
  const [messages, setMessages] = useState(/** @type {Received[]} */ ([]));
  const receive = async () => {
    const answer = await act("ReceiveMessage", {
      MaxNumberOfMessages: Number(number),
      WaitTimeSeconds: Number(wait),
      MessageSystemAttributeNames: ["All"],
      MessageAttributeNames: ["All"],
      ...(hidden && { VisibilityTimeout: Number(hidden) }),
    }, address);
    const came = /** @type {Received[]} */ (answer.Messages ?? []);
    remember(came);
    setMessages(came);
    return came.length ? undefined : "No message was visible.";
  };
  return html`
    <${Form} label="Receive" action=${receive}>
      <p class="faint">As a consumer does: the messages are in flight until their visibility timeout ends, and their receive count grows.</p>
      <div class="row">
        <${Field} label="Messages, at most" type="number" min=${1} max=${10} value=${number} onInput=${setNumber} />
        <${Field} label="Visibility timeout in seconds" type="number" min=${0} max=${43200} value=${hidden} onInput=${setHidden} placeholder="the queue's" />
        <${Field} label="Wait in seconds" type="number" min=${0} max=${20} value=${wait} onInput=${setWait} />
      </div>
    <//>
    <ul class="rows" aria-label="Received messages">
      ${messages.map((message) => html`<li class="message" key=${message.ReceiptHandle}>
        <div class="inside">
          <${Content} text=${message.Body} />
          <${Attributes} attributes=${message.MessageAttributes ?? {}} />
          <${Facts} facts=${[
            ["Message ID", html`<${MessageLink} id=${message.MessageId} />`],
            ["Received", `${message.Attributes?.ApproximateReceiveCount ?? "?"} times`],
            ["Group", message.Attributes?.MessageGroupId],
          ]} />
          <${ReceivedActions} address=${address} id=${message.MessageId}
            onGone=${() => setMessages(messages.filter(({ MessageId }) => MessageId !== message.MessageId))} />
        </div>
      </li>`)}
    </ul>
  `;
}
