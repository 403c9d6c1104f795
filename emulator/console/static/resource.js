// What a page reads from the control interface, and when it reads that again.

import { useEffect, useRef, useState } from "preact/hooks";
import { beat } from "./events.js";

const PAUSE_MILLISECONDS = 400; // at least, between two reads
const PATIENCE = 4; // a read that took long is repeated after so many times as long

/**
 * @template T
 * @typedef {{value: T|null, error: Error|null, reload: () => void}} Resource
 */

/**
 * Reads now, whenever `inputs` change, and again after something has happened in the emulator.
 * @template T
 * @param {() => Promise<T>} read
 * @param {unknown[]} inputs
 * @param {number} [milliseconds] after which it is read again in any case, for what changes without an event
 * @returns {Resource<T>}
 */
export function useResource(read, inputs, milliseconds) {
  const [state, setState] = useState(/** @type {{value: T|null, error: Error|null}} */ ({ value: null, error: null }));
  const reload = useRef(() => {});
  useEffect(() => {
    let ended = false;
    let reading = false;
    let again = false;
    /** @type {ReturnType<typeof setTimeout>|undefined} */
    let timer;
    const now = async () => {
      if (ended) return;
      if (reading) {
        again = true;
        return;
      }
      reading = true;
      again = false;
      const began = performance.now();
      try {
        const value = await read();
        if (!ended) setState({ value, error: null });
      } catch (error) {
        if (!ended) setState((before) => ({ value: before.value, error: /** @type {Error} */ (error) }));
      }
      timer = setTimeout(
        () => {
          reading = false;
          timer = undefined;
          if (again) now();
        },
        Math.max(PAUSE_MILLISECONDS, PATIENCE * (performance.now() - began)),
      );
    };
    reload.current = now;
    setState({ value: null, error: null });
    now();
    let first = true;
    const unsubscribe = beat.subscribe(() => {
      if (!first) now();
      first = false;
    });
    const repeat = milliseconds === undefined ? undefined : setInterval(now, milliseconds);
    return () => {
      ended = true;
      clearTimeout(timer);
      clearInterval(repeat);
      unsubscribe();
    };
  }, inputs);
  return { ...state, reload: () => reload.current() };
}
