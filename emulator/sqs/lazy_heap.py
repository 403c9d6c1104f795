"""A heap out of whose middle nothing is ever taken.

Something that has changed gets another entry, and the one that has become stale is passed over when its turn
comes. ``compact`` keeps the stale entries from outnumbering the others.
"""

from collections.abc import Callable
from heapq import heapify, heappop, heappush
from typing import Any, Generic, Protocol, TypeVar

_COMPACT_ABOVE = 64  # entries; below this a stale entry costs less than looking for it


class Ordered(Protocol):
    def __lt__(self, other: Any, /) -> bool: ...


Entry = TypeVar("Entry", bound=Ordered)


class LazyHeap(Generic[Entry]):
    """Entries, the smallest first; ``is_current`` tells those that still count from the stale ones."""

    __slots__ = ("_entries", "_is_current")

    def __init__(self, is_current: Callable[[Entry], bool]) -> None:
        self._entries: list[Entry] = []
        self._is_current = is_current

    def add(self, entry: Entry) -> None:
        heappush(self._entries, entry)

    def first(self) -> Entry | None:
        """The first entry that is current; it stays."""
        entries = self._entries
        while entries:
            if self._is_current(entries[0]):
                return entries[0]
            heappop(entries)
        return None

    def pop(self) -> None:
        """Take out the first entry, which ``first`` has found."""
        heappop(self._entries)

    def compact(self, live: int) -> None:
        """Drop the stale entries once they outnumber the ``live`` ones."""
        if len(self._entries) > 2 * live + _COMPACT_ABOVE:
            # A set: what changed to and fro has left equal entries.
            self._entries = list(filter(self._is_current, set(self._entries)))
            heapify(self._entries)

    def clear(self) -> None:
        self._entries.clear()

    def __len__(self) -> int:
        """With the stale ones."""
        return len(self._entries)
