import { useEffect, useState } from "preact/hooks";
import { html } from "../html.js";

const SHOWN_MILLISECONDS = 1_500;

/** A button that copies a text. @param {{text: string, label?: string}} props */
export function Copy({ text, label = "Copy" }) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    const timer = copied ? setTimeout(() => setCopied(false), SHOWN_MILLISECONDS) : undefined;
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = async () => {
    await write(text);
    setCopied(true);
  };
  return html`<button type="button" class="copy quiet" onClick=${copy}>${copied ? "Copied" : label}</button>`;
}

/** @param {string} text */
async function write(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const area = document.createElement("textarea"); // plain HTTP of another host has no clipboard
  area.value = text;
  document.body.append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
}
