// Markup as template literals. Values are text, never markup.

import htm from "htm";
import { h } from "preact";

export const html = htm.bind(h);

/** @typedef {import("preact").ComponentChildren} Children */
