"""The messages of a queue as they are at one time, read in portions while the queue goes on.

Taking a snapshot looks at no message. A message that changes before the snapshot has come to it is copied first (copy
on write); its content never changes, so only the place is copied.
"""

from copy import copy
from heapq import heappop, heappush
from itertools import islice

from emulator.sqs.message import Message
from emulator.structures.pages import Pages


class Snapshot:
    """One reading of ``messages``, in order of their sequence numbers.

    The queue calls ``keep`` before it changes a message, for as long as the snapshot is read.
    """

    __slots__ = ("_kept", "_kept_order", "_last", "_position", "changed", "messages")

    def __init__(self, messages: Pages[Message]) -> None:
        self.messages = messages
        self.changed = False  # some message has changed since
        self._position = 0  # the sequence number that the reading has come to
        self._last = messages.last_sequence
        self._kept: dict[int, Message] = {}  # as they were
        self._kept_order: list[int] = []  # a heap of their sequence numbers

    def keep(self, message: Message) -> None:
        """``message`` is about to change."""
        self.changed = True
        sequence = message.sequence
        if self._position < sequence <= self._last and sequence not in self._kept:
            self._kept[sequence] = copy(message)
            heappush(self._kept_order, sequence)

    def next(self, limit: int) -> list[Message]:
        """The next ``limit`` messages; fewer only at the end. They are to be read before the queue goes on."""
        present = (
            message
            for message in self.messages.after(self._position)
            if message.sequence <= self._last and message.sequence not in self._kept
        )
        rows = list(islice(present, limit))
        order = self._kept_order
        if order and (len(rows) < limit or order[0] < rows[-1].sequence):
            kept = [self._kept[heappop(order)] for _ in range(min(limit, len(order)))]
            rows = sorted((*rows, *kept), key=_sequence_of)
            for message in rows[limit:]:
                if message.sequence in self._kept:
                    heappush(order, message.sequence)
            del rows[limit:]
        for message in rows:
            self._kept.pop(message.sequence, None)
        if rows:
            self._position = rows[-1].sequence
        return rows


def _sequence_of(message: Message) -> int:
    return message.sequence
