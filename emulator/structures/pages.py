"""Items by number, in order, in pages; and which of them is the oldest.

Law: no call costs more than a page does, however many items there are. A dictionary or a list that is full is copied
as a whole, and where it holds a million items that stops the server for as long as a thousand requests take.

Source: paging, as in the leaves of a B+ tree. The oldest item needs no heap of all items, since they come in order of
age but for a few.
"""

from collections import OrderedDict
from collections.abc import Iterator
from itertools import chain
from math import inf
from typing import Generic, Protocol, TypeVar

from emulator.structures.lazy_heap import LazyHeap

# How many numbers belong to a page: as many as a dictionary of CPython takes before it grows from 256 slots to 512.
# With one more, a page takes twice the memory.
_PAGE_LENGTH = 170


class Numbered(Protocol):
    """What can be kept in pages."""

    sequence: int  # its number
    sent_at: float  # when it began; the oldest item is the one that began first


Item = TypeVar("Item", bound=Numbered)


class Pages(Generic[Item]):
    """The mapping from numbers to items. No item is older than ``earliest``, an attribute."""

    __slots__ = ("_count", "_newest", "_pages", "_sent_before", "earliest", "last_sequence")

    def __init__(self) -> None:
        self.last_sequence = 0  # the highest that was given to an item
        self.clear()

    def clear(self) -> None:
        # By page number. An ordered dictionary finds its first entry at once, also after many before it have gone.
        self._pages: OrderedDict[int, dict[int, Item]] = OrderedDict()
        self._count = 0
        self._newest = -inf  # when the last item began that came in order of age
        self._sent_before = LazyHeap[tuple[float, int]](self._is_kept)  # the others: when they began, and their number
        self.earliest = inf

    def append(self, item: Item) -> None:
        """Add ``item`` under the next number."""
        item.sequence = self.last_sequence + 1
        self.restore(item)

    def restore(self, item: Item) -> None:
        """Add ``item`` under its own number, which is greater than all others so far."""
        sequence, sent_at = item.sequence, item.sent_at
        self.last_sequence = sequence
        page = self._pages.get(sequence // _PAGE_LENGTH)
        if page is None:
            page = self._pages[sequence // _PAGE_LENGTH] = {}
        page[sequence] = item
        self._count += 1
        if sent_at >= self._newest:
            self._newest = sent_at
        else:
            self._sent_before.add((sent_at, sequence))
        if sent_at < self.earliest:
            self.earliest = sent_at

    def get(self, sequence: int) -> Item | None:
        page = self._pages.get(sequence // _PAGE_LENGTH)
        return None if page is None else page.get(sequence)

    def remove(self, item: Item) -> None:
        """Take out ``item``, which is here."""
        sequence = item.sequence
        page = self._pages[sequence // _PAGE_LENGTH]
        del page[sequence]
        self._count -= 1
        if not page:
            del self._pages[sequence // _PAGE_LENGTH]
        if self._sent_before:
            self._sent_before.compact(self._count)

    def oldest(self) -> Item | None:
        """The item that began first; of those that began together, the one that came first."""
        if not self._pages:
            return None
        first = next(iter(next(iter(self._pages.values())).values()))
        # What follows it in order of age is younger. What does not is in the heap.
        before = self._sent_before.first() if self._sent_before else None
        return first if before is None or before[0] >= first.sent_at else self[before[1]]

    def sent_until(self, until: float) -> Item | None:
        """The oldest item, if it began at ``until`` or before."""
        oldest = self.oldest()
        if oldest is not None and oldest.sent_at <= until:
            return oldest
        self.earliest = inf if oldest is None else oldest.sent_at
        return None

    def after(self, sequence: int) -> Iterator[Item]:
        """The items with greater numbers, in order; nothing may be added or removed meanwhile."""
        first = (sequence + 1) // _PAGE_LENGTH
        pages = (page for number, page in self._pages.items() if number >= first)
        return (item for page in pages for item in page.values() if item.sequence > sequence)

    def __getitem__(self, sequence: int) -> Item:
        return self._pages[sequence // _PAGE_LENGTH][sequence]

    def __contains__(self, sequence: int) -> bool:
        return self.get(sequence) is not None

    def __iter__(self) -> Iterator[Item]:
        """In order of their numbers."""
        return chain.from_iterable(page.values() for page in self._pages.values())

    def __len__(self) -> int:
        return self._count

    def _is_kept(self, entry: tuple[float, int]) -> bool:
        return entry[1] in self
