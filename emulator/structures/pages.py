"""Items by number, in order, in pages, and the oldest of them.

Law: no call costs more than a page does, however many items there are. A dictionary or a list that is full is copied
as a whole, and where it holds a million items that stops the server for as long as a thousand requests take.

Source: paging, as in the leaves of a B+ tree. Finding the oldest item needs no heap of all items, since all but a few
are added in order of age.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterator
from itertools import chain
from math import inf
from typing import Final, Generic, Protocol, TypeVar

from emulator.structures.lazy_heap import LazyHeap
from emulator.timing.turns import emptied

# How many numbers belong to a page: as many as a dictionary of CPython takes before it grows from 256 slots to 512.
# With one more, a page takes twice the memory.
_PAGE_LENGTH: Final = 170
_PAGES_AT_ONCE: Final = 6  # that are dropped


class Numbered(Protocol):
    """An item that can be kept in pages."""

    sequence: int  # its number
    sent_at: float  # its time, in seconds since the epoch; the oldest item is the one with the earliest time


Item = TypeVar("Item", bound=Numbered)


def _ignore() -> None:
    """For pages of which nothing is to be known."""


def _ignore_time(_: float) -> None:
    """As ``_ignore``."""


class Pages(Generic[Item]):
    """The mapping from numbers to items: ``count`` of them, and none is older than ``earliest``."""

    __slots__ = (
        "_last_end",
        "_last_page",
        "_newest",
        "_on_earlier",
        "_on_page",
        "_pages",
        "_sent_before",
        "count",
        "earliest",
        "last_sequence",
    )

    def __init__(
        self, on_page: Callable[[], None] = _ignore, on_earlier: Callable[[float], None] = _ignore_time
    ) -> None:
        """``on_page`` is called with each page after the first, ``on_earlier`` with each time before ``earliest``."""
        self.last_sequence = 0  # the highest number that was given to an item
        self._on_page = on_page
        self._on_earlier = on_earlier
        self.clear()

    def clear(self) -> None:
        # By page number. An OrderedDict finds its first entry at once, also after many before it were removed.
        self._pages: OrderedDict[int, dict[int, Item]] = OrderedDict()
        self._last_page: dict[int, Item] = {}  # that was appended to; if it is empty by now, it is no page any more
        self._last_end = 0  # the first number behind it
        self.count = 0
        self._newest = -inf  # the time of the last item that was added in order of age
        self._sent_before = LazyHeap[tuple[float, int]](self._is_kept)  # the others: when they began, and their number
        self.earliest = inf

    def emptied(self) -> Iterator[None]:
        """Drop all items, a few pages with each step. For pages that are not used any more."""
        pages = self._pages
        while len(pages) > _PAGES_AT_ONCE:
            for _ in range(_PAGES_AT_ONCE):
                pages.popitem()
            yield
        yield from emptied(*self._sent_before.containers)
        self.clear()

    def append(self, item: Item) -> None:
        """Add ``item`` under the next number."""
        item.sequence = self.last_sequence = sequence = self.last_sequence + 1
        sent_at = item.sent_at
        page = self._last_page
        if not page or sequence >= self._last_end:
            page = self._page_of(sequence)
        page[sequence] = item
        self.count += 1
        if sent_at >= self._newest:
            self._newest = sent_at
        else:
            self._sent_before.add((sent_at, sequence))
        if sent_at < self.earliest:
            self.earliest = sent_at
            self._on_earlier(sent_at)

    def _page_of(self, sequence: int) -> dict[int, Item]:
        """The page of this number, which is greater than all others so far, and the last page from now on."""
        number = sequence // _PAGE_LENGTH
        page = self._pages.get(number)
        if page is None:
            page = self._pages[number] = {}
            if self.count:
                self._on_page()
        self._last_page, self._last_end = page, (number + 1) * _PAGE_LENGTH
        return page

    def restore(self, item: Item) -> None:
        """Add ``item`` under its own number, which is greater than all others so far."""
        self.last_sequence = item.sequence - 1
        self.append(item)

    def get(self, sequence: int) -> Item | None:
        page = self._pages.get(sequence // _PAGE_LENGTH)
        return None if page is None else page.get(sequence)

    def remove(self, item: Item) -> None:
        """Take out ``item``, which must be here."""
        sequence = item.sequence
        page = self._pages[sequence // _PAGE_LENGTH]
        del page[sequence]
        self.count -= 1
        if not page:
            del self._pages[sequence // _PAGE_LENGTH]
        if self._sent_before:
            self._sent_before.compact(self.count)

    def oldest(self) -> Item | None:
        """The item with the earliest time; of several with the same time, the one with the lowest number."""
        if not self._pages:
            return None
        first = next(iter(next(iter(self._pages.values())).values()))
        # The items after it are younger, except those that were not added in order of age: these are in the heap.
        before = self._sent_before.first() if self._sent_before else None
        return first if before is None or before[0] >= first.sent_at else self[before[1]]

    def sent_until(self, until: float) -> Item | None:
        """The oldest item, if its time is at or before ``until``; else None."""
        oldest = self.oldest()
        if oldest is not None and oldest.sent_at <= until:
            return oldest
        self.earliest = inf if oldest is None else oldest.sent_at
        return None

    def after(self, sequence: int) -> Iterator[Item]:
        """The items with greater numbers, in order; nothing may be added or removed meanwhile."""
        first, last = (sequence + 1) // _PAGE_LENGTH, self.last_sequence // _PAGE_LENGTH
        few = len(self._pages) <= last - first  # else most numbers have a page, and those before are not looked at
        for number in self._pages if few else range(first, last + 1):
            page = self._pages.get(number)
            if page is not None and number >= first:
                for item in page.values():
                    if item.sequence > sequence:
                        yield item

    def __getitem__(self, sequence: int) -> Item:
        return self._pages[sequence // _PAGE_LENGTH][sequence]

    def __contains__(self, sequence: int) -> bool:
        return self.get(sequence) is not None

    def __iter__(self) -> Iterator[Item]:
        """In order of their numbers."""
        return chain.from_iterable(map(dict.values, self._pages.values()))

    def __len__(self) -> int:
        return self.count

    def _is_kept(self, entry: tuple[float, int]) -> bool:
        return entry[1] in self
