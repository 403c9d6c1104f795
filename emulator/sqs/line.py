"""The line of visible messages, the first to be received in front.

It holds sequence numbers. None is ever taken out of the middle: when a message is no longer visible its
number stays until its turn comes, and is then passed over. ``compact`` keeps such stale numbers from
outnumbering the others.
"""

from collections import deque
from collections.abc import Callable
from heapq import heappop, heappush

_COMPACT_ABOVE = 64  # numbers; below this a stale one costs less than looking for it

IsVisible = Callable[[int], bool]


class Line:
    """New messages join at the end; one that was received before goes back to its old place."""

    __slots__ = ("_is_visible", "_new", "_returned")

    def __init__(self, is_visible: IsVisible) -> None:
        self._new: deque[int] = deque()
        self._returned: list[int] = []  # a heap
        self._is_visible = is_visible

    def join(self, sequence: int) -> None:
        """``sequence`` is higher than any before."""
        self._new.append(sequence)

    def go_back(self, sequence: int) -> None:
        heappush(self._returned, sequence)

    def pop(self) -> int | None:
        """Take the first visible message out."""
        new, returned, is_visible = self._new, self._returned, self._is_visible
        while new or returned:
            first_returned = returned and (not new or returned[0] < new[0])
            sequence = heappop(returned) if first_returned else new.popleft()
            if is_visible(sequence):
                return sequence
        return None

    def compact(self, visible: int) -> None:
        """Drop the stale numbers once they outnumber the ``visible`` messages."""
        if len(self._new) + len(self._returned) > 2 * visible + _COMPACT_ABOVE:
            self._new = deque(filter(self._is_visible, self._new))
            self._returned = sorted(filter(self._is_visible, set(self._returned)))
