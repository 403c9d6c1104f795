"""A line of numbers, to which numbers that were taken out can return.

Law: ``pop`` takes out the smallest current number. A new number is greater than all before it, so new numbers need no
heap; only those that come back do.

Source: the two-queue form of a priority queue whose input is mostly sorted: a FIFO for the sorted part, a heap for the
rest.
"""

from collections.abc import Callable
from typing import Final

from emulator.structures.lazy_heap import LazyHeap
from emulator.structures.numbers import Numbers

_COMPACT_ABOVE: Final = 64  # numbers; below this a stale one costs less than looking for it


class Line:
    """Numbers, the smallest first. New ones join at the end; one that was taken out can go back to its old place.

    A number for which ``is_current`` returns False is dropped when it comes up.
    """

    __slots__ = ("_is_current", "_new", "_returned", "join")

    def __init__(self, is_current: Callable[[int], bool]) -> None:
        self._new = Numbers()
        self._returned = LazyHeap[int](is_current)
        self._is_current = is_current
        self.join = self._new.append  # takes a number greater than any before

    def go_back(self, sequence: int) -> None:
        self._returned.add(sequence)

    def first(self) -> int | None:
        """The smallest current number, which stays in the line; None if there is none."""
        new = self._first_new()
        returned = self._returned.first() if self._returned else None
        return new if returned is None or (new is not None and new < returned) else returned

    def pop(self) -> int | None:
        """Take out the smallest current number."""
        first = self.first()
        if first is not None:
            if self._new.first() == first:
                self._new.pop()
            else:
                self._returned.pop()
        return first

    @property
    def containers(self) -> tuple[list[int], list[int]]:
        """What holds numbers, to be emptied when the line is not used any more. New numbers are in arrays."""
        return self._returned.containers

    def compact(self, current: int) -> None:
        """Drop the stale numbers once they outnumber the ``current`` ones."""
        self._returned.compact(current)
        self._first_new()
        if len(self._new) > 2 * current + _COMPACT_ABOVE:
            current_ones = list(filter(self._is_current, self._new))
            self._new.clear()
            for sequence in current_ones:
                self.join(sequence)

    def _first_new(self) -> int | None:
        """The first current number that was never taken out. Stale numbers before it are dropped."""
        while (first := self._new.first()) is not None and not self._is_current(first):
            self._new.pop()
        return first
