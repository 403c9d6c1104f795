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

DIGEST_BYTES = 11  # Python's integers of up to 90 bits take the least memory

_TIME = Layout(">d")
_PARTS = 64

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

    __slots__ = ("_order", "_parts")

    def __init__(self) -> None:
        # By digest: the time, and what the sender was told. In parts, since a dictionary that is full is copied as a
        # whole, and one of a hundred thousand ids would stop the server for that long.
        self._parts: dict[int, dict[int, bytes]] = {}
        self._order: deque[int] = deque()  # the digests, the oldest first; some may have been forgotten already

    def first(self, key: Key, now: float) -> Accepted | None:
        """What was accepted under ``key`` within the window."""
        self.forget(now)
        entry = self._entry(digest_of(key))
        return _told(entry) if entry is not None and _within(_time(entry), now) else None

    def remember(self, key: Key, accepted: Accepted, now: float) -> None:
        """Keep the answer to the first use of ``key``, which ``first`` did not find."""
        self.restore(digest_of(key), accepted, now)

    def restore(self, digest: int, accepted: Accepted, at: float) -> None:
        """Keep the answer to the first use of the id with this digest."""
        entry = _TIME.pack(at) + f"{accepted.sequence_number or ''} {accepted.message_id}".encode()
        self._parts.setdefault(digest % _PARTS, {})[digest] = entry
        self._order.append(digest)

    def entries(self) -> Iterator[tuple[int, float, Accepted]]:
        """Of each id its digest, when it was first used, and what was accepted under it; the oldest first."""
        entries = [entry for part in self._parts.values() for entry in part.items()]
        for digest, entry in sorted(entries, key=lambda entry: (_time(entry[1]), entry[0])):
            yield digest, _time(entry), _told(entry)

    def forget(self, now: float) -> None:
        """Drop what has left the window, from the oldest on."""
        order = self._order
        while order:
            entry = self._entry(order[0])
            if entry is not None and _within(_time(entry), now):
                return
            self._drop(order.popleft())

    def __len__(self) -> int:
        return sum(map(len, self._parts.values()))

    def _entry(self, digest: int) -> bytes | None:
        part = self._parts.get(digest % _PARTS)
        return None if part is None else part.get(digest)

    def _drop(self, digest: int) -> None:
        part = self._parts.get(digest % _PARTS, {})
        part.pop(digest, None)
        if not part:
            self._parts.pop(digest % _PARTS, None)


def digest_of(key: Key) -> int:
    """A number by which ids are told apart, and groups where they count."""
    group_id, deduplication_id = key
    text = deduplication_id if group_id is None else f"{group_id} {deduplication_id}"  # neither has a space
    return int.from_bytes(blake2b(text.encode(), digest_size=DIGEST_BYTES).digest())


def _time(entry: bytes) -> float:
    at: float = _TIME.unpack_from(entry)[0]
    return at


def _told(entry: bytes) -> Accepted:
    sequence_number, _, message_id = entry[_TIME.size :].decode().partition(" ")
    return Accepted(message_id, sequence_number or None)


def _within(accepted_at: float, now: float) -> bool:
    return abs(now - accepted_at) < DEDUPLICATION_SECONDS
