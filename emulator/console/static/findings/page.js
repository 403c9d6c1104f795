// What looks wrong, why, and how to mend it.

import { useState } from "preact/hooks";
import { call, get } from "../api.js";
import { Act, Choice } from "../components/form.js";
import { Code } from "../components/code.js";
import { Thing } from "../components/link.js";
import { More, usePages } from "../components/more.js";
import { html } from "../html.js";

/**
 * @typedef {{rule: string, severity: "error"|"warning"|"info", title: string, account: string, region: string, resource: string, related: string[],
 *   what: string, why: string, fix: string, call: import("../api.js").Call|null}} Finding
 */

export function FindingsPage() {
  const [severity, setSeverity] = useState("");
  const list = usePages(
    (cursor) => get("/_emulator/findings", { cursor, limit: 100 }),
    (/** @type {{findings: Finding[]}} */ answer) => answer.findings,
    [],
  );
  const shown = list.rows?.filter((finding) => !severity || finding.severity === severity);
  return html`
    <div class="bar">
      <h1>Findings</h1>
      <p class="faint">What looks wrong</p>
      <${Choice} label="Severity" value=${severity} onChange=${setSeverity} options=${[["", "all"], ["error", "errors"], ["warning", "warnings"], ["info", "information"]]} />
    </div>
    ${shown?.length === 0 && !list.next && html`<p class="empty">Nothing looks wrong${severity && " that way"}.</p>`}
    <ul class="rows findings" aria-label="Findings">
      ${shown?.map((finding) => html`<${Row} key=${`${finding.rule} ${finding.resource} ${finding.related.join(" ")}`} finding=${finding} reload=${list.reload} />`)}
    </ul>
    <${More} list=${list} />
  `;
}

/** @param {{finding: Finding, reload: () => void}} props */
function Row({ finding, reload }) {
  const { severity, rule, title, resource, related, what, why, fix } = finding;
  const mend = finding.call;
  return html`<li class="finding ${severity}">
    <div class="head">
      <span class="severity ${severity}">${severity}</span>
      <h2 class="text">${title}</h2>
      <code class="faint">${rule}</code>
    </div>
    <p class="what">${what}</p>
    <dl class="reasons">
      <div><dt>At</dt><dd><${Thing} arn=${resource} />${related.map((arn) => html`, <${Thing} arn=${arn} />`)}</dd></div>
      <div><dt>Why</dt><dd>${why}</dd></div>
      <div><dt>Fix</dt><dd>${fix}</dd></div>
    </dl>
    ${mend && html`<details><summary>The call that mends it</summary>
      <${Code} label="Parameters" text=${`${mend.service}.${mend.action} ${JSON.stringify(mend.parameters, null, 2)}`} />
      <${Act} label="Mend it" kind="primary" action=${() => call(mend.service, mend.action, mend.parameters, mend).then(reload)} />
    </details>`}
  </li>`;
}
