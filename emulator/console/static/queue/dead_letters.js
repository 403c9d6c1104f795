// The dead-letter queue of a queue, and the redrive of one.

import { useState } from "preact/hooks";
import { call } from "../api.js";
import { Act, Choice, Field, Form } from "../components/form.js";
import { Thing } from "../components/link.js";
import { Trouble } from "../components/notice.js";
import { html } from "../html.js";
import { useResource } from "../resource.js";
import { topology } from "../world.js";
import { act, redriveOf } from "./actions.js";

/** @typedef {import("../api.js").Address} Address */
/** @typedef {{Status: string, SourceArn: string, DestinationArn?: string, TaskHandle?: string, ApproximateNumberOfMessagesMoved?: number, ApproximateNumberOfMessagesToMove?: number, FailureReason?: string}} Task */

/** @param {{address: Address, arn: string, attributes: Record<string, string>|null}} props */
export function DeadLetters({ address, arn, attributes }) {
  return html`
    <${Policy} address=${address} arn=${arn} attributes=${attributes} />
    <${Redrive} address=${address} arn=${arn} />
  `;
}

/** @param {{address: Address, arn: string, attributes: Record<string, string>|null}} props */
function Policy({ address, arn, attributes }) {
  const redrive = redriveOf(attributes);
  const [target, setTarget] = useState("");
  const [most, setMost] = useState("");
  const fifo = address.name.endsWith(".fifo");
  const others = (topology.value?.nodes ?? []).filter(
    ({ id, type, account, region, name }) =>
      type === "queue" && id !== arn && account === address.account && region === address.region && name.endsWith(".fifo") === fifo,
  );
  const chosen = target || redrive?.deadLetterTargetArn || "";
  const set = async () => {
    const policy = { deadLetterTargetArn: chosen, maxReceiveCount: Number(most || redrive?.maxReceiveCount || 3) };
    await act("SetQueueAttributes", { Attributes: { RedrivePolicy: JSON.stringify(policy) } }, address);
    return "The redrive policy is set.";
  };
  return html`<section class="panel">
    <h2>Dead-letter queue of this queue</h2>
    <${Form} label="Set" action=${set}>
      <div class="row">
        <${Choice} label="Dead-letter queue" value=${chosen} onChange=${setTarget}
          options=${[["", "none chosen"], ...others.map(({ id, name }) => [id, name])]} />
        <${Field} label="Receives before a message goes there" type="number" min=${1} max=${1000}
          value=${most || String(redrive?.maxReceiveCount ?? 3)} onInput=${setMost} />
      </div>
    <//>
    ${redrive && html`<${Act} label="Have none" action=${() => act("SetQueueAttributes", { Attributes: { RedrivePolicy: "" } }, address).then(() => {})} />`}
  </section>`;
}

/** @param {{address: Address, arn: string}} props */
function Redrive({ address, arn }) {
  const [destination, setDestination] = useState("");
  const [rate, setRate] = useState("");
  const tasks = useResource(
    async () => /** @type {Task[]} */ ((await call("sqs", "ListMessageMoveTasks", { SourceArn: arn, MaxResults: 10 }, address, { quiet: true })).Results ?? []),
    [arn],
  );
  const start = async () => {
    await call("sqs", "StartMessageMoveTask", {
      SourceArn: arn,
      DestinationArn: destination || undefined,
      MaxNumberOfMessagesPerSecond: rate ? Number(rate) : undefined,
    }, address);
    tasks.reload();
    return "The messages are on their way.";
  };
  const queues = (topology.value?.nodes ?? []).filter(({ id, type, missing }) => type === "queue" && id !== arn && !missing);
  return html`<section class="panel">
    <h2>Redrive the messages of this queue</h2>
    <p class="faint">If this is a dead-letter queue, its messages go back to where they came from, or to another queue.</p>
    <${Form} label="Redrive" action=${start}>
      <div class="row">
        <${Choice} label="To" value=${destination} onChange=${setDestination} options=${[["", "the queues they came from"], ...queues.map(({ id, name }) => [id, name])]} />
        <${Field} label="Messages per second, at most" type="number" min=${1} max=${500} value=${rate} onInput=${setRate} placeholder="as fast as possible" />
      </div>
    <//>
    <${Trouble} error=${tasks.error} />
    ${tasks.value && tasks.value.length > 0 && html`<table class="stacked">
      <caption>Message move tasks, newest first</caption>
      <thead><tr><th scope="col">Status</th><th scope="col">To</th><th scope="col" class="number">Moved</th><th scope="col">Why it failed</th><th scope="col"><span class="unseen">Actions</span></th></tr></thead>
      <tbody>
        ${tasks.value.map((task) => html`<tr>
          <th scope="row">${task.Status.toLowerCase()}</th>
          <td data-label="To">${task.DestinationArn ? html`<${Thing} arn=${task.DestinationArn} />` : "where they came from"}</td>
          <td data-label="Moved" class="number">${task.ApproximateNumberOfMessagesMoved ?? 0} of ${task.ApproximateNumberOfMessagesToMove ?? "?"}</td>
          <td data-label="Why it failed">${task.FailureReason ?? ""}</td>
          <td>${task.TaskHandle && html`<${Act} label="Cancel" action=${() => call("sqs", "CancelMessageMoveTask", { TaskHandle: task.TaskHandle }, address).then(tasks.reload)} />`}</td>
        </tr>`)}
      </tbody>
    </table>`}
  </section>`;
}
