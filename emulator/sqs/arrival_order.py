"""The order of standard queues.

Laws:

- Messages are received in the order in which they became visible for the first time. A message whose visibility timeout
  ended returns to its old place, ahead of later ones.
- Messages of noisy tenants come after all others (``tenants``).
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from emulator.sqs.message import Message, MessageState
from emulator.sqs.order import Receive
from emulator.structures.line import Line
from emulator.structures.pages import Pages
from emulator.timing.turns import emptied

if TYPE_CHECKING:
    from emulator.sqs.tenants import NoiseChanged, Tenants

_VISIBLE: Final = MessageState.VISIBLE
_IN_FLIGHT: Final = MessageState.IN_FLIGHT


class ArrivalOrder:
    """The order of ``messages``, the messages of a queue; ``counts`` has the number of them in each state."""

    renumbers_after_delay = True

    def __init__(self, messages: Pages[Message], counts: list[int], noise_changed: "NoiseChanged") -> None:
        self._messages = messages
        self._counts = counts
        self._noise_changed = noise_changed
        self._line = Line(self._is_visible)  # messages without a group
        self.tenants: Tenants | None = None  # messages with a group, once there are any

    def arrive(self, message: Message) -> None:
        if message.group_id is None:
            self._line.join(message.sequence)
        else:
            self._with_tenants().arrive(message)

    def depart(self, message: Message) -> None:
        if message.group_id is not None:
            self._with_tenants().depart(message, self._counts[_IN_FLIGHT])

    def come_back(self, message: Message) -> None:
        if message.group_id is not None:
            self._with_tenants().come_back(message)
        else:
            self._line.go_back(message.sequence)
            self._line.compact(self._counts[_VISIBLE])

    def rejoin(self, message: Message) -> None:
        if message.group_id is not None:
            self._with_tenants().rejoin(message)

    def settle(self, message: Message, left: MessageState) -> None:
        if message.group_id is not None:
            if left != MessageState.DELAYED:
                self._with_tenants().settle(message, left)
        elif left == _VISIBLE:
            self._line.compact(self._counts[_VISIBLE])

    def serve(self, receive: Receive, now: float) -> None:
        while receive.missing > 0 and (message := self.pop(now)) is not None:
            receive.take(message)

    def emptied(self) -> Iterator[None]:
        yield from emptied(*self._line.containers)
        if self.tenants is not None:
            yield from self.tenants.emptied()

    def receivable(self) -> int:
        return self._counts[_VISIBLE]

    def pop(self, now: float) -> Message | None:
        """The first message in line, taken out of it."""
        tenants = self.tenants
        first = None if tenants is None else tenants.first(self._line.first(), self._counts[_IN_FLIGHT], now)
        sequence = self._line.pop() if tenants is None or first is None else tenants.pop(first)
        return None if sequence is None else self._messages[sequence]

    def put_back(self, message: Message) -> None:
        """Put back a message that was popped and is still visible."""
        if message.group_id is not None:
            self._with_tenants().put_back(message)
        else:
            self._line.go_back(message.sequence)

    def _with_tenants(self) -> "Tenants":
        tenants = self.tenants
        if tenants is None:
            from emulator.sqs.tenants import Tenants  # most queues never need it, and a start is the faster without

            tenants = self.tenants = Tenants(self._messages, self._noise_changed)
        return tenants

    def _is_visible(self, sequence: int) -> bool:
        message = self._messages.get(sequence)
        return message is not None and message.state == _VISIBLE
