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

/** A value of JSON. @param {{value: unknown, label: string}} props */
export function Json({ value, label }) {
  return html`<${Body} text=${JSON.stringify(value)} label=${label} />`;
}
