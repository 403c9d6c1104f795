// Events as they come, a bounded number of them, handed on once a frame however many there are.

/** @typedef {{number: number, kind: string, data: Record<string, any>}} Happened */
/** @typedef {{events: Happened[], missed: number, open: boolean, waiting: number}} Seen `waiting`: how many came while it was paused */

const KEPT = 2_000;
const EVERY_MILLISECONDS = 100;

// The kinds of events, which an EventSource has to name.
const KINDS = [
  "reset", "queue_created", "queue_deleted", "queue_attributes_changed", "purged", "sent", "duplicate", "received", "visibility_changed",
  "deleted", "expired", "moved_to_dead_letter_queue", "moved", "topic_created", "topic_deleted", "topic_attribute_changed", "subscribed",
  "confirmation_failed", "subscription_confirmed", "unsubscribed", "subscription_never_confirmed", "subscription_restored",
  "subscription_attribute_changed", "published", "withheld", "filtered_out", "disturbed", "delivered", "dispatched", "attempted", "stored",
  "failed", "dead_lettered", "forwarded", "forwarding_failed",
  "invoked", "function_answered", "rejected_by_filter",
];

export function followEvents() {
  /** @type {Happened[]} newest first */
  let kept = [];
  /** @type {Happened[]} oldest first */
  let fresh = [];
  let missed = 0;
  let number = 0;
  let open = false;
  let paused = false;
  /** @type {(seen: Seen) => void} */
  let show = () => {};
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  let timer;
  const flush = () => {
    timer = undefined;
    if (paused) {
      show({ events: kept, missed, open, waiting: fresh.length });
      return;
    }
    const all = [...fresh.reverse(), ...kept];
    missed += Math.max(0, all.length - KEPT);
    kept = all.slice(0, KEPT);
    fresh = [];
    show({ events: kept, missed, open, waiting: 0 });
  };
  const soon = () => {
    timer ??= setTimeout(flush, EVERY_MILLISECONDS);
  };
  return {
    /** @param {string} account @param {(seen: Seen) => void} shown @returns {() => void} what ends it */
    open(account, shown) {
      show = shown;
      const query = /^\d{12}$/.test(account) ? `?account=${account}` : "";
      const source = new EventSource(`/_emulator/events${query}`);
      source.onopen = () => {
        open = true;
        soon();
      };
      for (const kind of KINDS)
        source.addEventListener(kind, (event) => {
          number += 1;
          fresh.push({ number, kind, data: JSON.parse(event.data) });
          if (fresh.length > KEPT) {
            missed += fresh.length - KEPT;
            fresh = fresh.slice(-KEPT);
          }
          soon();
        });
      source.addEventListener("dropped", (event) => {
        missed += JSON.parse(event.data).dropped;
        soon();
      });
      return () => {
        source.close();
        clearTimeout(timer);
        timer = undefined;
      };
    },
    /** @param {boolean} whether */
    pause(whether) {
      paused = whether;
      soon();
    },
    clear() {
      kept = fresh = [];
      missed = 0;
      soon();
    },
  };
}
