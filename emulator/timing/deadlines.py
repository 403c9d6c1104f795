"""Deadlines in order of time: a heap from which a deadline is removed lazily, as in trio.

A removed deadline stays in the heap and is skipped when it comes up. Once the removed ones outnumber the others, all of
them are dropped, so that removing costs O(1) on average and a heap holds at most twice what it needs.
"""

from collections.abc import Iterator
from heapq import heapify, heappop, heappush
from itertools import count
from typing import Generic, TypeVar

_KEPT_REMOVED = 64  # removed deadlines that a heap may hold in any case

What = TypeVar("What")


class Deadline(Generic[What]):
    """A point in time and ``what`` is due then."""

    __slots__ = ("at", "pending", "what")

    def __init__(self, at: float, what: What) -> None:
        self.at = at
        self.what = what
        self.pending = True  # neither reached nor removed


class Deadlines(Generic[What]):
    """Pending deadlines, the earliest first. Equal ones are reached in the order in which they were added."""

    __slots__ = ("_heap", "_numbers", "_pending")

    def __init__(self) -> None:
        self._heap: list[tuple[float, int, Deadline[What]]] = []
        self._numbers: Iterator[int] = count()
        self._pending = 0

    def __len__(self) -> int:
        return self._pending

    def add(self, at: float, what: What) -> Deadline[What]:
        deadline = Deadline(at, what)
        heappush(self._heap, (at, next(self._numbers), deadline))
        self._pending += 1
        return deadline

    def remove(self, deadline: Deadline[What]) -> None:
        """Remove a deadline. Does nothing if it was reached or removed before."""
        if not deadline.pending:
            return
        deadline.pending = False
        self._pending -= 1
        if len(self._heap) > 2 * self._pending + _KEPT_REMOVED:
            self._heap = [entry for entry in self._heap if entry[2].pending]
            heapify(self._heap)

    def next_at(self) -> float | None:
        """The time of the earliest deadline; None if there is none."""
        heap = self._heap
        while heap and not heap[0][2].pending:
            heappop(heap)
        return heap[0][0] if heap else None

    def pop(self, now: float) -> Deadline[What] | None:
        """Take out the earliest deadline, if it has been reached."""
        at = self.next_at()
        if at is None or at > now:
            return None
        deadline = heappop(self._heap)[2]
        deadline.pending = False
        self._pending -= 1
        return deadline
