"""The deduplication window of FIFO queues and topics: who was first with an id, for five minutes.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-exactly-once-processing.html

Of an id its digest is kept, and of the answer one short text: a busy queue remembers a great many of them.
"""

from collections import deque
from collections.abc import Iterator
from hashlib import blake2b
from struct import Struct as Layout

from msgspec import Struct

from emulator.aws.limits import DEDUPLICATION_SECONDS
from emulator.structures.parted import PartedDict
from emulator.turns import emptied, free

DIGEST_BYTES = 11  # Python's integers of up to 90 bits take the least memory

_TIME = Layout(">d")
_FORGOTTEN_AT_ONCE = 1_000  # ids, which take about a millisecond

Key = tuple[str | None, str]  # message group (None: ids count across groups) and deduplication id


class Accepted(Struct, frozen=True):
    """What a sender learns: of a duplicate, the identity of the message first sent."""

    message_id: str
    sequence_number: str | None = None  # FIFO queues and topics only


class DeduplicationWindow:
    """Remembers what the first sender with an id was told, for five minutes from then.

    It does not matter whether the message has been received or deleted meanwhile. If the clock is set back, what
    now lies more than five minutes ahead has left the window as well.
    """

    __slots__ = ("_dropped", "_entries", "_order", "_readers")

    def __init__(self) -> None:
        self._entries = PartedDict[bytes]()  # by digest: the time, and what the sender was told
        self._order: deque[int] = deque()  # the digests, the oldest first; some may have been forgotten already
        self._readers = 0  # readings under way, for which all entries stay
        self._dropped = False  # the window is not used any more, but perhaps still read

    def first(self, digest: int, now: float) -> Accepted | None:
        """What was accepted within the window under the id with this digest."""
        entry = self._entries.get(digest)
        return _accepted(entry) if entry is not None and _within(_time(entry), now) else None

    def remember(self, digest: int, accepted: Accepted, at: float) -> None:
        """Keep the answer to the first use of the id with this digest."""
        self._entries[digest] = _TIME.pack(at) + f"{accepted.sequence_number or ''} {accepted.message_id}".encode()
        self._order.append(digest)

    def entries(self) -> Iterator[tuple[int, float, Accepted]]:
        """Of each id its digest, when it was first used, and what was accepted under it; in the order of their use."""
        return self._entries_of(tuple(self._order))

    def begin_reading(self) -> Iterator[tuple[int, float, Accepted]]:
        """The ``entries`` as they are now, to be read while the window goes on, until ``end_reading``."""
        self._readers += 1
        return self._entries_of(tuple(self._order))

    def end_reading(self) -> None:
        """The entries are not read any more."""
        self._readers -= 1
        if self._dropped:
            free(self.emptied())

    def _entries_of(self, digests: tuple[int, ...]) -> Iterator[tuple[int, float, Accepted]]:
        seen: set[int] = set()
        for digest in digests:
            entry = self._entries.get(digest)
            if entry is not None and digest not in seen:
                seen.add(digest)
                yield digest, _time(entry), _accepted(entry)

    def forget(self, now: float) -> list[int] | None:
        """Drop what has left the window, from the oldest on and no more than a thousand ids.

        What is left of it is not found any more. The digests of what was dropped; None if nothing was.
        """
        order = self._order
        dropped: list[int] | None = None
        if self._readers:
            return dropped
        left = max(0, len(order) - _FORGOTTEN_AT_ONCE)
        while len(order) > left:
            entry = self._entries.get(order[0])
            if entry is not None and _within(_time(entry), now):
                break
            digest = order.popleft()
            if self._entries.pop(digest) is not None:
                if dropped is None:
                    dropped = []
                dropped.append(digest)
        return dropped

    def emptied(self) -> Iterator[None]:
        """Forget all ids, some with each step. For a window that is not used any more.

        While a reading is under way nothing is forgotten; all is when the last one ends.
        """
        self._dropped = True
        if self._readers:
            return
        yield from emptied(*self._entries.containers, self._order)

    def may_forget(self, now: float) -> bool:
        """Whether ``forget`` would drop something."""
        if not self._order or self._readers:
            return False
        entry = self._entries.get(self._order[0])
        return entry is None or not _within(_time(entry), now)

    def drop(self, digest: int) -> None:
        """Forget the id with this digest."""
        self._entries.pop(digest)

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
