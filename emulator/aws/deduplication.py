"""The deduplication window of FIFO queues and topics: who was first with an id, for five minutes.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-exactly-once-processing.html

Of an id its digest is kept, and of the answer one short text: a busy queue remembers a great many of them.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from hashlib import blake2b
from math import inf
from struct import Struct as Layout
from typing import Final

from emulator.aws.accepted import Accepted
from emulator.aws.limits import DEDUPLICATION_SECONDS
from emulator.structures.parted import PartedDict
from emulator.timing.turns import emptied, free

DIGEST_BYTES: Final = 11  # Python's integers of up to 90 bits take the least memory

_TIME: Final = Layout(">d")
_FORGOTTEN_AT_ONCE: Final = 1_000  # ids, which take about a millisecond

Key = tuple[str | None, str]  # message group (None: ids count across groups) and deduplication id


class Reading:
    """What a window knew at one moment, to be read while the window goes on. Call ``end`` afterwards."""

    __slots__ = ("_before", "_digests", "_end", "_entries")

    def __init__(
        self, entries: PartedDict[bytes], digests: Iterable[int], end: "Callable[[Reading], None] | None" = None
    ) -> None:
        self._entries = entries
        self._digests = tuple(digests)
        self._end = end
        self._before: dict[int, bytes | None] = {}  # what was in ``entries`` under digests that have changed since

    def __iter__(self) -> Iterator[tuple[int, float, Accepted]]:
        """Of each id its digest, when it was first used, and what was accepted under it; in the order of their use."""
        for digest in reversed(dict.fromkeys(reversed(self._digests))):
            entry = self._before[digest] if digest in self._before else self._entries.get(digest)
            if entry is not None:
                yield digest, _time(entry), _accepted(entry)

    def keep(self, digest: int, entry: bytes | None) -> None:
        """Called with what the window has under ``digest`` before that changes."""
        self._before.setdefault(digest, entry)

    def end(self) -> None:
        if self._end is not None:
            self._end(self)


class DeduplicationWindow:
    """Remembers what the first sender with an id was told, for five minutes from then.

    It does not matter whether the message has been received or deleted meanwhile. If the clock is set back, what
    now lies more than five minutes ahead has left the window as well.
    """

    __slots__ = ("_dropped", "_entries", "_first_at", "_order", "_readings", "_superseded")

    def __init__(self) -> None:
        self._entries = PartedDict[bytes]()  # by digest: the time, and what the sender was told
        self._order: deque[int] = deque()  # the digests, the oldest first; some may have been forgotten already
        self._superseded: dict[int, int] = {}  # digests used again: how many of their places in the order are void
        self._readings: tuple[Reading, ...] = ()  # those under way
        self._first_at = -inf  # the time of the first entry, if that was looked up; else nothing lies so long ago
        self._dropped = False  # the window is not used any more, but perhaps still read

    def first(self, digest: int, now: float) -> Accepted | None:
        """What was accepted within the window under the id with this digest."""
        entry = self._entries.get(digest)
        return _accepted(entry) if entry is not None and _within(_time(entry), now) else None

    def remember(self, digest: int, accepted: Accepted, at: float) -> None:
        """Keep the answer to the first use of the id with this digest."""
        before = self._entries.get(digest)
        if before is not None:
            self._superseded[digest] = self._superseded.get(digest, 0) + 1
            self._first_at = -inf
        if self._readings:
            self._keep_for_readings(digest, before)
        self._entries[digest] = _TIME.pack(at) + f"{accepted.sequence_number or ''} {accepted.message_id}".encode()
        self._order.append(digest)

    def entries(self) -> Reading:
        """What the window knows now."""
        return Reading(self._entries, self._order)

    def begin_reading(self) -> Reading:
        """What the window knows now, to be read while it goes on."""
        reading = Reading(self._entries, self._order, self._end_reading)
        self._readings += (reading,)
        return reading

    def _end_reading(self, ended: Reading) -> None:
        self._readings = tuple(reading for reading in self._readings if reading is not ended)
        if self._dropped:
            free(self.emptied())

    def _keep_for_readings(self, digest: int, entry: bytes | None) -> None:
        for reading in self._readings:
            reading.keep(digest, entry)

    def forget(self, now: float) -> list[int] | None:
        """Drop what has left the window, from the oldest on and no more than a thousand ids.

        What is left of it is not found any more. The digests of what was dropped; None if nothing was.
        """
        if _within(self._first_at, now):  # the usual case
            return None
        order = self._order
        dropped: list[int] | None = None
        left = max(0, len(order) - _FORGOTTEN_AT_ONCE)
        while len(order) > left:
            entry = self._first_entry()
            if entry is not None:
                first_at = _time(entry)
                if _within(first_at, now):
                    self._first_at = first_at
                    break
                self._pop(order[0])
                if dropped is None:
                    dropped = []
                dropped.append(order[0])
            self._leave_first()
        return dropped

    def _first_entry(self) -> bytes | None:
        """The entry at the first place in the order; None if that is void: its id was dropped, or has a later place."""
        digest = self._order[0]
        return None if digest in self._superseded else self._entries.get(digest)

    def _leave_first(self) -> None:
        """Take the first place off the order."""
        self._first_at = -inf
        digest = self._order.popleft()
        void = self._superseded.pop(digest, 0)
        if void > 1:
            self._superseded[digest] = void - 1

    def emptied(self) -> Iterator[None]:
        """Forget all ids, some with each step. For a window that is not used any more.

        While a reading is under way nothing is forgotten; all is when the last one ends.
        """
        self._dropped = True
        self._first_at = -inf
        if self._readings:
            return
        yield from emptied(*self._entries.containers, self._order, self._superseded)

    def may_forget(self, now: float) -> bool:
        """Whether ``forget`` would drop something."""
        if not self._order:
            return False
        entry = self._first_entry()
        return entry is None or not _within(_time(entry), now)

    def drop(self, digest: int) -> None:
        """Forget the id with this digest."""
        self._pop(digest)
        while self._order and self._first_entry() is None:
            self._leave_first()

    def _pop(self, digest: int) -> bytes | None:
        entry = self._entries.pop(digest)
        self._first_at = -inf
        if self._readings:
            self._keep_for_readings(digest, entry)
        return entry

    def __len__(self) -> int:
        return len(self._entries)


def digest_of(key: Key) -> int:
    """A number by which ids are told apart, and groups where they count."""
    group_id, deduplication_id = key
    text = deduplication_id if group_id is None else f"{group_id} {deduplication_id}"  # neither has a space
    return int.from_bytes(blake2b(text.encode(), digest_size=DIGEST_BYTES).digest())


def hex_digest(digest: int) -> str:
    """A digest as documents show it."""
    return digest.to_bytes(DIGEST_BYTES).hex()


def _time(entry: bytes) -> float:
    at: float = _TIME.unpack_from(entry)[0]
    return at


def _accepted(entry: bytes) -> Accepted:
    sequence_number, _, message_id = entry[_TIME.size :].decode().partition(" ")
    return Accepted(message_id, sequence_number or None)


def _within(accepted_at: float, now: float) -> bool:
    return abs(now - accepted_at) < DEDUPLICATION_SECONDS
