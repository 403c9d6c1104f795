import { html } from "../html.js";

/** A text with its JSON indented, if it is JSON. @param {string} text */
export function pretty(text) {
  const trimmed = text.trim();
  if (!/^[[{]/.test(trimmed)) return text;
  try {
    return exact(trimmed) ? JSON.stringify(JSON.parse(trimmed), null, 2) : text;
  } catch {
    return text;
  }
}

/** The text itself, if the body is an envelope of SNS around it. @param {string} body */
export function summary(body) {
  if (!body.startsWith("{") || !body.includes('"Notification"')) return body;
  try {
    const { Type, Message } = JSON.parse(body);
    return Type === "Notification" && typeof Message === "string" ? Message : body;
  } catch {
    return body;
  }
}

/** Whether no number would be written otherwise than it was. @param {string} text */
function exact(text) {
  const numbers = text.replace(/"(?:[^"\\]|\\.)*"/g, '""').match(/-?\d[\d.eE+-]*/g) ?? [];
  return numbers.every((number) => String(Number(number)) === number);
}

/** A message's body: JSON indented. @param {{text: string, label?: string}} props */
export function Body({ text, label = "Body" }) {
  return html`<pre class="body" tabindex="0" role="region" aria-label=${label}>${pretty(text)}</pre>`;
}

/** A message's body; of an envelope of SNS first the text in it. @param {{text: string}} props */
export function Content({ text }) {
  const inner = summary(text);
  if (inner === text) return html`<${Body} text=${text} />`;
  return html`
    <${Body} text=${inner} label="Message" />
    <details><summary>The envelope of SNS around it</summary><${Body} text=${text} /></details>
  `;
}
