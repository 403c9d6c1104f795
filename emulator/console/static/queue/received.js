// Messages that were received here: by their receipt handles they can be deleted, or hidden for longer or shorter.

import { signal } from "@preact/signals";
import { useState } from "preact/hooks";
import { Act, Field } from "../components/form.js";
import { html } from "../html.js";
import { act } from "./actions.js";

/** @typedef {import("../api.js").Address} Address */

/** Receipt handles by message id. */
export const received = signal(/** @type {Map<string, string>} */ (new Map()));

/** @param {{MessageId: string, ReceiptHandle: string}[]} messages */
export function remember(messages) {
  const known = new Map(received.value);
  for (const { MessageId, ReceiptHandle } of messages) known.set(MessageId, ReceiptHandle);
  received.value = known;
}

/** @param {{address: Address, id: string, onGone?: () => void}} props */
export function ReceivedActions({ address, id, onGone }) {
  const [seconds, setSeconds] = useState("0");
  const handle = received.value.get(id);
  const drop = async () => {
    await act("DeleteMessage", { ReceiptHandle: handle }, address);
    onGone?.();
  };
  const hide = () => act("ChangeMessageVisibility", { ReceiptHandle: handle, VisibilityTimeout: Number(seconds) }, address).then(() => {});
  return html`<div class="actions">
    <${Act} label="Delete" kind="danger" action=${drop} />
    <${Field} label="Visibility timeout in seconds" type="number" min=${0} max=${43200} value=${seconds} onInput=${setSeconds} />
    <${Act} label="Change visibility" action=${hide} />
  </div>`;
}
