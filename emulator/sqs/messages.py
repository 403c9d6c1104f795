"""The messages of a queue: each by its sequence number, all in order, and which of them is the oldest.

They are kept in pages of some hundred. A dictionary that is full is copied as a whole, and so is a list; where it
holds a million, that stops the server for as long as a hundred requests take, or a thousand.
"""

from collections import OrderedDict
from collections.abc import Iterator
from itertools import chain
from math import inf

from emulator.sqs.lazy_heap import LazyHeap
from emulator.sqs.message import Message

_PAGE_BITS = 8  # of the sequence number that tell messages of one page apart


class Messages:
    """The mapping from sequence numbers to messages.

    Nothing was sent before ``earliest``, as a look at it tells at once.
    """

    __slots__ = ("_count", "_newest", "_pages", "_sent_before", "earliest", "last_sequence")

    def __init__(self) -> None:
        self.last_sequence = 0  # that was given to a message
        self.clear()

    def clear(self) -> None:
        # By page number; an ordered dictionary has its first entry at hand, also when a great many before it have gone.
        self._pages: OrderedDict[int, dict[int, Message]] = OrderedDict()
        self._count = 0
        self._newest = -inf  # when the last of those was sent that came in the order in which they were sent
        self._sent_before = LazyHeap[tuple[float, int]](
            self._is_kept
        )  # of the others: when they were, and their number
        self.earliest = inf

    def append(self, message: Message) -> None:
        """Keep ``message``, which gets the next place in the order."""
        message.sequence = self.last_sequence + 1
        self.restore(message)

    def restore(self, message: Message) -> None:
        """Keep ``message`` at its place, which comes after those of all others so far."""
        sequence, sent_at = message.sequence, message.sent_at
        self.last_sequence = sequence
        page = self._pages.get(sequence >> _PAGE_BITS)
        if page is None:
            page = self._pages[sequence >> _PAGE_BITS] = {}
        page[sequence] = message
        self._count += 1
        if sent_at >= self._newest:
            self._newest = sent_at
        else:
            self._sent_before.add((sent_at, sequence))
        if sent_at < self.earliest:
            self.earliest = sent_at

    def get(self, sequence: int) -> Message | None:
        page = self._pages.get(sequence >> _PAGE_BITS)
        return None if page is None else page.get(sequence)

    def remove(self, message: Message) -> None:
        """``message``, which is here, is no longer."""
        sequence = message.sequence
        page = self._pages[sequence >> _PAGE_BITS]
        del page[sequence]
        self._count -= 1
        if not page:
            del self._pages[sequence >> _PAGE_BITS]
        if self._sent_before:
            self._sent_before.compact(self._count)

    def oldest(self) -> Message | None:
        """The one that was sent first; of those sent together, the one that came first."""
        if not self._pages:
            return None
        first = next(iter(next(iter(self._pages.values())).values()))
        # Whatever follows it in the order in which it was sent is younger. Whatever does not is in the heap.
        before = self._sent_before.first() if self._sent_before else None
        return first if before is None or before[0] >= first.sent_at else self[before[1]]

    def sent_until(self, until: float) -> Message | None:
        """The oldest, if it was sent at ``until`` or before."""
        oldest = self.oldest()
        if oldest is not None and oldest.sent_at <= until:
            return oldest
        self.earliest = inf if oldest is None else oldest.sent_at
        return None

    def __getitem__(self, sequence: int) -> Message:
        return self._pages[sequence >> _PAGE_BITS][sequence]

    def __contains__(self, sequence: int) -> bool:
        return self.get(sequence) is not None

    def __iter__(self) -> Iterator[Message]:
        """In the order of their sequence numbers."""
        return chain.from_iterable(page.values() for page in self._pages.values())

    def __len__(self) -> int:
        return self._count

    def _is_kept(self, entry: tuple[float, int]) -> bool:
        return entry[1] in self
