"""A heap with lazy deletion.

An item that has changed gets a new entry. Its old entry is stale then, and is dropped when it comes up.

Law: ``first`` is the smallest current entry; ``compact`` keeps the stale entries from outnumbering the current ones,
and looks at no more than a few entries a call.

Source: the notes on priority queues in the documentation of ``heapq``,
https://docs.python.org/3/library/heapq.html#priority-queue-implementation-notes. Compaction in small steps is ours.
"""

from collections.abc import Callable
from heapq import heappop, heappush
from typing import Any, Final, Generic, Protocol, TypeVar

_COMPACT_ABOVE: Final = 64  # entries; below this a stale entry costs less than looking for it
_COMPACT_AT_ONCE: Final = 4  # entries; to look at a hundred thousand of them would stop the server


class Ordered(Protocol):
    def __lt__(self, other: Any, /) -> bool: ...


Entry = TypeVar("Entry", bound=Ordered)


class LazyHeap(Generic[Entry]):
    """Entries, the smallest first; ``is_current`` says whether an entry still counts."""

    __slots__ = ("_entries", "_is_current", "_rest")

    def __init__(self, is_current: Callable[[Entry], bool]) -> None:
        self._entries: list[Entry] = []
        self._rest: list[Entry] = []  # the old heap while compacting; its current entries are moved to _entries
        self._is_current = is_current

    def add(self, entry: Entry) -> None:
        heappush(self._entries, entry)

    def first(self) -> Entry | None:
        """The first current entry, which stays in the heap; None if there is none."""
        if self._rest:
            self._bring_first()
        entries = self._entries
        while entries:
            if self._is_current(entries[0]):
                return entries[0]
            heappop(entries)
            if self._rest:
                self._bring_first()
        return None

    def pop(self) -> None:
        """Take out the first entry, after ``first`` has returned it."""
        heappop(self._entries)

    def compact(self, live: int) -> None:
        """Drop a stale entry in front. Once stale entries outnumber the ``live`` ones, drop a few with each call."""
        entries = self._entries
        if self._rest:
            self._sift(_COMPACT_AT_ONCE)
        elif len(entries) > 2 * live + _COMPACT_ABOVE:
            self._entries, self._rest = self._rest, entries
        elif entries and not self._is_current(entries[0]):
            heappop(entries)

    def clear(self) -> None:
        self._entries.clear()
        self._rest.clear()

    @property
    def containers(self) -> tuple[list[Entry], list[Entry]]:
        """What holds the entries, to be emptied when the heap is not used any more."""
        return self._entries, self._rest

    def __len__(self) -> int:
        """The number of entries, including stale ones."""
        return len(self._entries) + len(self._rest)

    def _bring_first(self) -> None:
        """Make the first entry of both heaps the first of ``_entries``."""
        while self._rest and not (self._entries and self._entries[0] < self._rest[0]):
            self._sift(1)

    def _sift(self, count: int) -> None:
        """Move the next ``count`` entries of the rest, in order. Of equal ones, which come together, one is kept."""
        entries, rest, is_current = self._entries, self._rest, self._is_current
        for _ in range(count):
            if not rest:
                break
            entry = heappop(rest)
            if (not rest or rest[0] != entry) and is_current(entry):
                heappush(entries, entry)
