"""Due times in order.

Law: ``due_until`` and ``pop`` take the entries out in order of time. Nothing is due before ``earliest``, an attribute,
so that asking whether anything is due costs one comparison.

Source: the event list of discrete-event simulation, and the heap of deadlines in trio (``trio/_core/_run.py``).
"""

from collections.abc import Callable
from heapq import heappush
from math import inf

from emulator.structures.lazy_heap import LazyHeap

Due = tuple[float, int]


def _ignore(_: float) -> None:
    """For entries of which nothing is to be known."""


class Timeline(LazyHeap[Due]):
    """Entries of (seconds since the epoch, number of the item that is due then)."""

    __slots__ = ("_on_earlier", "earliest")

    def __init__(self, is_current: Callable[[Due], bool], on_earlier: Callable[[float], None] = _ignore) -> None:
        """``on_earlier`` is called with each time that is before ``earliest``."""
        super().__init__(is_current)
        self._on_earlier = on_earlier
        self.earliest = inf

    def add(self, entry: Due) -> None:
        heappush(self._entries, entry)
        if entry[0] < self.earliest:
            self.earliest = entry[0]
            self._on_earlier(entry[0])

    def next_due(self) -> float | None:
        """The time of the first current entry; None if there is none."""
        first = self.first()
        return None if first is None else first[0]

    def due_until(self, until: float) -> Due | None:
        """The first current entry, which stays, if it is due at or before ``until``; else None."""
        first = self.first()
        if first is not None and first[0] <= until:
            return first
        self.earliest = inf if first is None else first[0]
        return None
