"""Numbers, first in, first out.

Law: ``append``, ``first`` and ``pop`` cost the same however many numbers there are, and the garbage collector has next
to nothing to look at.

Source: an unrolled linked list, as ``collections.deque`` is, with ``array`` for its blocks.
"""

from array import array
from collections.abc import Iterator
from typing import Final

_ARRAY_LENGTH: Final = 512


class Numbers:
    """Numbers from 0 to 2**64 - 1, in the order in which they came.

    They are kept in arrays, which the garbage collector skips. It would examine every entry of a list or deque: with a
    million numbers that takes longer than a hundred requests.
    """

    __slots__ = ("_arrays", "_last", "_start")

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        self._last = array("Q")
        self._arrays = [self._last]
        self._start = 0  # index of the first number that is left in the first array

    def append(self, number: int) -> None:
        last = self._last
        if len(last) == _ARRAY_LENGTH:
            last = self._last = array("Q")
            self._arrays.append(last)
        last.append(number)

    def first(self) -> int | None:
        """The first number, which stays; None if there is none."""
        arrays, start = self._arrays, self._start
        return arrays[0][start] if start < len(arrays[0]) else None

    def pop(self) -> None:
        """Take out the first number. There must be one."""
        self._start += 1
        if self._start == len(self._arrays[0]):
            self._start = 0
            if len(self._arrays) > 1:
                del self._arrays[0]
            else:
                del self._last[:]

    def __iter__(self) -> Iterator[int]:
        for index, numbers in enumerate(self._arrays):
            yield from numbers[self._start :] if index == 0 else numbers

    def __len__(self) -> int:
        return (len(self._arrays) - 1) * _ARRAY_LENGTH + len(self._last) - self._start
