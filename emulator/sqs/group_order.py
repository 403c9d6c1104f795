"""The order of FIFO queues.

Laws:

- Messages of one group are received in the order in which they were sent.
- A visible message can be received unless an earlier message of its group is in flight.
- A group that can be received from stands in line; it joined the line at its end when its first message became
  available. One receive takes all that it can from the first group in line, then from the next.
"""

from collections import OrderedDict
from collections.abc import Iterable, Iterator
from heapq import heappop, heappush
from typing import Final

from emulator.sqs.message import Message, MessageState
from emulator.sqs.order import Receive
from emulator.structures.pages import Pages
from emulator.timing.turns import emptied, emptied_values

_DELAYED: Final = MessageState.DELAYED
_VISIBLE: Final = MessageState.VISIBLE
_IN_FLIGHT: Final = MessageState.IN_FLIGHT


class MessageGroup:
    """The messages of one group that are not delayed, as two heaps of sequence numbers.

    A message that left its state stays in its heap until it is the first one there.
    """

    __slots__ = ("in_flight", "visible")

    def __init__(self) -> None:
        self.visible: list[int] = []
        self.in_flight: list[int] = []


class GroupOrder:
    """The order of the ``messages`` of a queue."""

    renumbers_after_delay = False

    def __init__(self, messages: Pages[Message]) -> None:
        self._messages = messages
        self._groups: dict[str, MessageGroup] = {}
        self._line: OrderedDict[str, None] = OrderedDict()  # the groups that can be received from, the next one first

    @property
    def line(self) -> list[str]:
        """The message groups that can be received from, in the order in which receives serve them."""
        return list(self._line)

    @property
    def line_by_age(self) -> list[str]:
        """The same groups in the order in which their first visible messages were sent."""
        return sorted(self._line, key=self._first_visible)

    def lock_of(self, name: str) -> Message | None:
        """The first message of a group that is in flight, which locks those behind it."""
        group = self._groups.get(name)
        return None if group is None else self._first(group.in_flight, _IN_FLIGHT)

    def line_up(self, groups: Iterable[str]) -> bool:
        """Let these groups stand behind the others, in this order. Returns False if one is not in line.

        For a queue that is being restored.
        """
        for group in groups:
            if group not in self._line:
                return False
            self._line.move_to_end(group)
        return True

    def arrive(self, message: Message) -> None:
        name = _group_of(message)
        group = self._groups.get(name)
        if group is None:
            group = self._groups[name] = MessageGroup()
        heappush(group.visible, message.sequence)
        self._update_line(name, group)

    def come_back(self, message: Message) -> None:
        self.arrive(message)

    def depart(self, message: Message) -> None:
        """``message`` is the first visible one of its group, which is locked from now on."""
        name = _group_of(message)
        group = self._groups[name]
        heappush(group.in_flight, message.sequence)
        self._update_line(name, group)

    def rejoin(self, message: Message) -> None:
        name = _group_of(message)
        group = self._groups.get(name)
        if group is None:
            group = self._groups[name] = MessageGroup()
        heappush(group.in_flight, message.sequence)
        self._update_line(name, group)

    def settle(self, message: Message, left: MessageState) -> None:
        if left != _DELAYED:
            name = _group_of(message)
            self._update_line(name, self._groups[name])

    def serve(self, receive: Receive, now: float) -> None:
        while receive.missing > 0 and self._line:
            name = next(iter(self._line))
            group = self._groups[name]
            end = self._first(group.in_flight, _IN_FLIGHT)
            while receive.missing > 0 and (message := self._first(group.visible, _VISIBLE)) is not None:
                if end is not None and message.sequence > end.sequence:
                    break
                heappop(group.visible)
                receive.take(message)

    def emptied(self) -> Iterator[None]:
        yield from emptied(self._line)
        yield from emptied_values(self._groups, lambda group: (group.visible, group.in_flight))

    def receivable(self) -> int:
        return len(self._line)

    def _update_line(self, name: str, group: MessageGroup) -> None:
        """Put the group into line if a receive can take its first message, else out of it; drop an empty group."""
        first = self._first(group.visible, _VISIBLE)
        in_flight = self._first(group.in_flight, _IN_FLIGHT)
        if first is not None and (in_flight is None or first.sequence < in_flight.sequence):
            self._line.setdefault(name)
            return
        self._line.pop(name, None)
        if first is None and in_flight is None:
            self._groups.pop(name, None)

    def _first_visible(self, name: str) -> int:
        first = self._first(self._groups[name].visible, _VISIBLE)
        assert first is not None, "a group in line has a visible message"
        return first.sequence

    def _first(self, sequences: list[int], state: MessageState) -> Message | None:
        """The first message of a heap that still is in ``state``."""
        while sequences:
            message = self._messages.get(sequences[0])
            if message is not None and message.state == state:
                return message
            heappop(sequences)
        return None


def _group_of(message: Message) -> str:
    assert message.group_id is not None, "a FIFO queue takes no message without a group"
    return message.group_id
