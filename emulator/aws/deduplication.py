"""The deduplication window of FIFO queues and topics: who was first with an id, for five minutes.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-exactly-once-processing.html
"""

from collections import OrderedDict
from typing import Generic, TypeVar

from emulator.aws.limits import DEDUPLICATION_SECONDS

Accepted = TypeVar("Accepted")

Key = tuple[str | None, str]  # message group (None: ids count across groups) and deduplication id


class DeduplicationWindow(Generic[Accepted]):
    """Remembers what the first sender with an id was told, for five minutes from then.

    It does not matter whether the message has been received or deleted meanwhile. If the clock is set back, what
    now lies more than five minutes ahead has left the window as well.
    """

    __slots__ = ("_accepted",)

    def __init__(self) -> None:
        self._accepted: OrderedDict[Key, tuple[float, Accepted]] = OrderedDict()

    def first(self, key: Key, now: float) -> Accepted | None:
        """What was accepted under ``key`` within the window."""
        self.forget(now)
        entry = self._accepted.get(key)
        return entry[1] if entry is not None and _within(entry[0], now) else None

    def remember(self, key: Key, accepted: Accepted, now: float) -> None:
        """Keep the answer to the first use of ``key``, which ``first`` did not find."""
        self._accepted[key] = (now, accepted)
        self._accepted.move_to_end(key)

    def entries(self) -> list[tuple[Key, float, Accepted]]:
        """Each key, when it was first used, and what was accepted under it; the oldest first."""
        return [(key, at, accepted) for key, (at, accepted) in self._accepted.items()]

    def forget(self, now: float) -> None:
        """Drop what has left the window, from the oldest on."""
        accepted = self._accepted
        while accepted and not _within(next(iter(accepted.values()))[0], now):
            accepted.popitem(last=False)

    def __len__(self) -> int:
        return len(self._accepted)


def _within(accepted_at: float, now: float) -> bool:
    return abs(now - accepted_at) < DEDUPLICATION_SECONDS
