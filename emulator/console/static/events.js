// The event streams. One connection serves the pulse of the world; pages that show events open another one while shown.

import { signal } from "@preact/signals";

/**
 * @typedef {{source: string|null, target: string|null, subscription?: string, what: string, count: number}} Flow
 * @typedef {{queue: string, visible: number, delayed: number, in_flight: number, oldest_sent_at: string|null}} Depth
 * @typedef {{at: string, changed: boolean, queues: Depth[], flows: Flow[]}} Pulse
 */

/** Whether the pulse arrives: null until it is known. */
export const connected = signal(/** @type {boolean|null} */ (null));

/** Grows whenever something has happened; pages read what they show again when it does. */
export const beat = signal(0);

/** @type {Set<(pulse: Pulse) => void>} */
const watchers = new Set();

/** @param {(pulse: Pulse) => void} watch @returns {() => void} what ends it */
export function watchPulse(watch) {
  watchers.add(watch);
  return () => watchers.delete(watch);
}

/** Connect, and again whenever the page is shown: hidden pages leave the emulator alone. @param {() => void} resync called when events may have been missed */
export function followPulse(resync) {
  /** @type {EventSource|null} */
  let source = null;
  const open = () => {
    source = new EventSource("/_emulator/events?type=pulse");
    source.onopen = () => {
      connected.value = true;
      resync();
    };
    source.onerror = () => {
      connected.value = false;
    };
    source.addEventListener("pulse", (event) => {
      const pulse = JSON.parse(event.data);
      beat.value += 1;
      for (const watch of watchers) watch(pulse);
    });
  };
  document.addEventListener("visibilitychange", () => {
    source?.close();
    source = null;
    if (!document.hidden) open();
  });
  addEventListener("pagehide", () => source?.close());
  open();
}
