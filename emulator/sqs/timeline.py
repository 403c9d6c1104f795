"""What falls due, in order of time."""

from heapq import heappop

from emulator.sqs.lazy_heap import LazyHeap


class Timeline(LazyHeap[tuple[float, int]]):
    """Entries of (seconds since the epoch, a message's sequence number)."""

    __slots__ = ()

    def next_due(self) -> float | None:
        """The time of the first entry that is current."""
        first = self.first()
        return None if first is None else first[0]

    def pop_due(self, until: float) -> int | None:
        """The sequence number of the first entry due at or before ``until``; it may be stale."""
        entries = self._entries
        if entries and entries[0][0] <= until:
            return heappop(entries)[1]
        return None
