"""What falls due, in order of time."""

from collections.abc import Callable
from heapq import heappop, heappush
from math import inf

from emulator.sqs.lazy_heap import LazyHeap

Due = tuple[float, int]


class Timeline(LazyHeap[Due]):
    """Entries of (seconds since the epoch, a message's sequence number).

    Nothing is due before ``earliest``, as a look at it tells at once.
    """

    __slots__ = ("earliest",)

    def __init__(self, is_current: Callable[[Due], bool]) -> None:
        super().__init__(is_current)
        self.earliest = inf

    def add(self, entry: Due) -> None:
        heappush(self._entries, entry)
        if entry[0] < self.earliest:
            self.earliest = entry[0]

    def next_due(self) -> float | None:
        """The time of the first entry that is current."""
        first = self.first()
        return None if first is None else first[0]

    def pop_due(self, until: float) -> int | None:
        """The sequence number of the first entry due at or before ``until``."""
        first = self.first()
        if first is not None and first[0] <= until:
            heappop(self._entries)
            return first[1]
        self.earliest = inf if first is None else first[0]
        return None
