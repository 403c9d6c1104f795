// What time it is in the emulator: each account has a clock of its own.

import { computed, signal } from "@preact/signals";
import { get } from "./api.js";
import { beat } from "./events.js";

/** @typedef {{ahead: number, frozen: boolean, epoch: number}} Clock `ahead` of this machine and `epoch`, both in milliseconds */

const READ_MILLISECONDS = 3_000; // at most so often, as each is one request

/** @type {Map<string, import("@preact/signals").Signal<Clock>>} */
const clocks = new Map();

/** Grows every second, for what is shown as an age. */
const tick = signal(0);
setInterval(() => {
  tick.value += 1;
}, 1_000);

let due = 0;
beat.subscribe(() => {
  if (performance.now() < due) return;
  due = performance.now() + READ_MILLISECONDS;
  for (const account of clocks.keys()) readClock(account);
});

/** The clock of an account. @param {string} account */
export function clockOf(account) {
  let found = clocks.get(account);
  if (!found) {
    clocks.set(account, (found = signal({ ahead: 0, frozen: false, epoch: Date.now() })));
    readClock(account);
  }
  return found;
}

/** Read the clock of an account again. @param {string} account */
export async function readClock(account) {
  try {
    const { epoch, frozen } = await get("/_emulator/clock", { account });
    clockOf(account).value = { ahead: epoch * 1_000 - Date.now(), frozen, epoch: epoch * 1_000 };
  } catch {
    // the next beat tries again
  }
}

/** The time of an account in milliseconds since the epoch, which goes on. @param {string} account */
export function nowOf(account) {
  const { ahead, frozen, epoch } = clockOf(account).value;
  return computed(() => (tick.value >= 0 && frozen ? epoch : Date.now() + ahead)).value;
}
