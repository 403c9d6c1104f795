"""What falls due, in order of time.

An entry is a point in time and a message's sequence number. Entries are never taken out of the middle:
when a message's time changes it simply gets another entry, and its queue ignores the one that has become
stale. ``compact`` keeps the stale ones from outnumbering the others.
"""

from collections.abc import Callable
from heapq import heapify, heappop, heappush

_COMPACT_ABOVE = 64  # entries; below this a stale entry costs less than looking for it

IsCurrent = Callable[[float, int], bool]


class Timeline:
    """Entries of (seconds since the epoch, sequence number), the earliest first."""

    __slots__ = ("_entries", "_is_current")

    def __init__(self, is_current: IsCurrent) -> None:
        self._entries: list[tuple[float, int]] = []
        self._is_current = is_current

    def add(self, when: float, sequence: int) -> None:
        heappush(self._entries, (when, sequence))

    def next_due(self) -> float | None:
        """The time of the first entry that is not stale."""
        entries = self._entries
        while entries and not self._is_current(*entries[0]):
            heappop(entries)
        return entries[0][0] if entries else None

    def pop_due(self, until: float) -> int | None:
        """The sequence number of the first entry due at or before ``until``; it may be stale."""
        entries = self._entries
        if entries and entries[0][0] <= until:
            return heappop(entries)[1]
        return None

    def compact(self, live: int) -> None:
        """Drop the stale entries once they outnumber the ``live`` ones."""
        if len(self._entries) > 2 * live + _COMPACT_ABOVE:
            # A set: a time that was set again and again to the same value has left equal entries.
            self._entries = [entry for entry in set(self._entries) if self._is_current(*entry)]
            heapify(self._entries)

    def clear(self) -> None:
        self._entries.clear()
