"""The line of visible messages, the first to be received in front."""

from collections.abc import Callable

from emulator.sqs.lazy_heap import LazyHeap
from emulator.sqs.numbers import Numbers

_COMPACT_ABOVE = 64  # numbers; below this a stale one costs less than looking for it


class Line:
    """Sequence numbers: new messages join at the end, one that was received before goes back to its old place.

    A message that is no longer visible is passed over when its turn comes.
    """

    __slots__ = ("_is_visible", "_new", "_returned", "join")

    def __init__(self, is_visible: Callable[[int], bool]) -> None:
        self._new = Numbers()
        self._returned = LazyHeap[int](is_visible)
        self._is_visible = is_visible
        self.join = self._new.append  # with a sequence number that is higher than any before

    def go_back(self, sequence: int) -> None:
        self._returned.add(sequence)

    def first(self) -> int | None:
        """The first visible message."""
        new = self._first_new()
        returned = self._returned.first() if self._returned else None
        return new if returned is None or (new is not None and new < returned) else returned

    def pop(self) -> int | None:
        """Take the first visible message out."""
        first = self.first()
        if first is not None:
            if self._new.first() == first:
                self._new.pop()
            else:
                self._returned.pop()
        return first

    def compact(self, visible: int) -> None:
        """Drop the stale numbers once they outnumber the ``visible`` messages."""
        self._returned.compact(visible)
        self._first_new()
        if len(self._new) > 2 * visible + _COMPACT_ABOVE:
            visible_ones = list(filter(self._is_visible, self._new))
            self._new.clear()
            for sequence in visible_ones:
                self.join(sequence)

    def _first_new(self) -> int | None:
        """The first of those that were never received, after those that are no longer visible have been dropped."""
        while (first := self._new.first()) is not None and not self._is_visible(first):
            self._new.pop()
        return first
