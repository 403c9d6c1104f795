// Which part of the map is seen, and how large: moved by pointer, wheel and keys.

import { signal } from "@preact/signals";

/** @typedef {{x: number, y: number, scale: number}} View what is at the left upper corner, and how large a unit is */
/** @typedef {{left: number, top: number, right: number, bottom: number}} Box */

const SMALLEST = 0.02;
const LARGEST = 2;
const STEP = 1.25;
const STRIDE = 80; // pixels of an arrow key
const MARGIN = 32;

export class Camera {
  constructor() {
    this.view = signal(/** @type {View} */ ({ x: 0, y: 0, scale: 1 }));
    this.size = signal({ width: 1, height: 1 });
  }

  /** Show all of `box`, not larger than it is, and from `least` on not smaller: then its upper part. @param {Box} box @param {number} [least] */
  fit({ left, top, right, bottom }, least = SMALLEST) {
    const { width, height } = this.size.peek();
    const across = (width - 2 * MARGIN) / Math.max(1, right - left);
    const down = (height - 2 * MARGIN) / Math.max(1, bottom - top);
    const scale = Math.max(least, clamp(Math.min(across, down, 1)));
    const x = (left + right - width / scale) / 2;
    const y = scale > down ? top - MARGIN / scale : (top + bottom - height / scale) / 2;
    this.view.value = { x, y, scale };
  }

  /** @param {number} across @param {number} down both in pixels */
  move(across, down) {
    const { x, y, scale } = this.view.peek();
    this.view.value = { x: x - across / scale, y: y - down / scale, scale };
  }

  /** @param {number} factor @param {number} [across] what stays where it is, in pixels @param {number} [down] */
  zoom(factor, across = this.size.peek().width / 2, down = this.size.peek().height / 2) {
    const { x, y, scale } = this.view.peek();
    const next = clamp(scale * factor);
    this.view.value = { x: x + across / scale - across / next, y: y + down / scale - down / next, scale: next };
  }

  /** Listen to what a person does with `element`. @param {HTMLElement} element @returns {() => void} what ends it */
  listen(element) {
    const ended = new AbortController();
    const options = { signal: ended.signal };
    /** @type {Map<number, PointerEvent>} */
    const pointers = new Map();
    element.addEventListener("pointerdown", (event) => {
      if (event.button === 0) pointers.set(event.pointerId, event);
    }, options);
    element.addEventListener("pointermove", (event) => {
      const before = pointers.get(event.pointerId);
      if (!before) return;
      if (!element.hasPointerCapture(event.pointerId)) {
        if (Math.hypot(event.clientX - before.clientX, event.clientY - before.clientY) < 4) return; // still a click
        element.setPointerCapture(event.pointerId);
      }
      const other = [...pointers.values()].find(({ pointerId }) => pointerId !== event.pointerId);
      if (other) this.#pinch(element, before, event, other);
      else this.move(event.clientX - before.clientX, event.clientY - before.clientY);
      pointers.set(event.pointerId, event);
    }, options);
    for (const end of /** @type {const} */ (["pointerup", "pointercancel"]))
      element.addEventListener(end, (event) => pointers.delete(event.pointerId), options);
    element.addEventListener("wheel", (event) => {
      event.preventDefault();
      const { left, top } = element.getBoundingClientRect();
      if (event.ctrlKey) this.zoom(Math.exp(-event.deltaY / 200), event.clientX - left, event.clientY - top);
      else this.move(-event.deltaX, -event.deltaY);
    }, { ...options, passive: false });
    element.addEventListener("dblclick", (event) => {
      const { left, top } = element.getBoundingClientRect();
      this.zoom(2 * STEP, event.clientX - left, event.clientY - top);
    }, options);
    element.addEventListener("keydown", (event) => {
      const act = this.#keys[event.key];
      if (!act || event.target !== element || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      act();
    }, options);
    const observer = new ResizeObserver(() => {
      this.size.value = { width: element.clientWidth, height: element.clientHeight };
    });
    observer.observe(element);
    this.size.value = { width: element.clientWidth, height: element.clientHeight };
    return () => {
      ended.abort();
      observer.disconnect();
    };
  }

  /** @param {HTMLElement} element @param {PointerEvent} before @param {PointerEvent} now @param {PointerEvent} other */
  #pinch(element, before, now, other) {
    const { left, top } = element.getBoundingClientRect();
    const distance = (/** @type {PointerEvent} */ one) => Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY);
    this.zoom(distance(now) / Math.max(1, distance(before)), (now.clientX + other.clientX) / 2 - left, (now.clientY + other.clientY) / 2 - top);
  }

  /** @type {Record<string, () => void>} */
  #keys = {
    ArrowLeft: () => this.move(STRIDE, 0),
    ArrowRight: () => this.move(-STRIDE, 0),
    ArrowUp: () => this.move(0, STRIDE),
    ArrowDown: () => this.move(0, -STRIDE),
    "+": () => this.larger(),
    "-": () => this.smaller(),
  };

  larger() {
    this.zoom(STEP);
  }

  smaller() {
    this.zoom(1 / STEP);
  }
}

/** @param {number} scale */
function clamp(scale) {
  return Math.min(LARGEST, Math.max(SMALLEST, scale));
}
