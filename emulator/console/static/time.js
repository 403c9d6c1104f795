// Times and durations, as people read them.

const UNITS = /** @type {const} */ ([
  [86_400, "d"],
  [3_600, "h"],
  [60, "min"],
  [1, "s"],
]);

/** Two units at most: "3 min 5 s". @param {number} seconds */
export function duration(seconds) {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 1) return "0 s";
  const parts = [];
  let left = whole;
  for (const [size, unit] of UNITS) {
    const count = Math.floor(left / size);
    left -= count * size;
    if (count) parts.push(`${count} ${unit}`);
    if (parts.length && (parts.length === 2 || size === 1 || !left)) break;
  }
  return parts.slice(0, 2).join(" ");
}

/** Seconds from one ISO time to another. @param {string} from @param {string} to */
export function between(from, to) {
  return (Date.parse(to) - Date.parse(from)) / 1_000;
}

/** "in 5 s" or "5 s ago". @param {string} time @param {string} now both ISO 8601 */
export function relative(time, now) {
  const seconds = between(now, time);
  return seconds >= 0 ? `in ${duration(seconds)}` : `${duration(-seconds)} ago`;
}

/** The time of day in UTC, to the millisecond; the date too if it is not that of `now`. @param {string} time @param {string} [now] */
export function clockTime(time, now) {
  const [date, rest] = new Date(time).toISOString().split("T");
  const day = rest.slice(0, 12);
  return now === undefined || now.slice(0, 10) === date ? day : `${date} ${day}`;
}
