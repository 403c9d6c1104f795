// Messages on their way, as the pulse tells of them: what moves along the lines, and what failed there.

/** @typedef {import("../events.js").Flow} Flow */
/** @typedef {{line: string, began: number, fate: "arrives"|"stops"|"fails", late: number}} Mote one thing that moves; times in milliseconds */

const FAILED = new Set(["failed", "attempt_failed", "denied", "confirmation_failed"]);
const STOPPED = new Set(["filtered_out", "withheld"]);
const SHOWN = new Set([...FAILED, ...STOPPED, "delivered", "dispatched", "attempted", "stored", "dead_lettered", "moved_to_dead_letter_queue", "moved"]);
const TOLD = new Set(["sent", "received", "deleted", "expired", "purged"]); // in words only
const MOST_AT_ONCE = 400;
const MOST_OF_A_FLOW = 6;
const APART = 90;
const RECENT = 6;

export const TRAVEL = 900; // milliseconds

export class Flows {
  constructor() {
    /** @type {Mote[]} */
    this.motes = [];
    /** Lines on which something failed, until something arrives there. @type {Set<string>} */
    this.failed = new Set();
    /** The newest flows, newest first. @type {Flow[]} */
    this.recent = [];
  }

  /**
   * @param {Flow[]} flows
   * @param {(flow: Flow) => string|null} lineOf the line it goes along; null if none is drawn
   * @param {number} now
   */
  add(flows, lineOf, now) {
    for (const flow of flows) {
      if (!SHOWN.has(flow.what)) continue;
      const line = lineOf(flow);
      if (line === null) continue;
      const fate = FAILED.has(flow.what) ? "fails" : STOPPED.has(flow.what) ? "stops" : "arrives";
      if (fate === "fails") this.failed.add(line);
      else if (fate === "arrives") this.failed.delete(line);
      for (let index = 0; index < Math.min(flow.count, MOST_OF_A_FLOW) && this.motes.length < MOST_AT_ONCE; index++)
        this.motes.push({ line, began: now, fate, late: index * APART });
    }
    const told = flows.filter(({ what }) => SHOWN.has(what) || TOLD.has(what));
    this.recent = [...told.reverse(), ...this.recent].slice(0, RECENT);
  }

  /** What moves at `now`, and how far it has come, from 0 to 1. @param {number} now @returns {{mote: Mote, part: number}[]} */
  moving(now) {
    this.motes = this.motes.filter(({ began, late }) => now < began + late + TRAVEL);
    return this.motes.map((mote) => ({ mote, part: (now - mote.began - mote.late) / TRAVEL })).filter(({ part }) => part >= 0);
  }
}
