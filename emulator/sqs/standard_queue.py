"""The standard queue.

Laws, beside those of every queue, where no chaos reigns:

- Messages come in the order in which they became visible for the first time; one whose visibility timeout
  ended comes back to its old place, ahead of later ones.
- Those of noisy tenants come after all others (``tenants``).
- Each message is delivered once per visibility timeout (AWS allows itself more than once: ``chaos``).
"""

from emulator.sqs.chaos import StandardQueueChaos
from emulator.sqs.line import Line
from emulator.sqs.message import Delivery, Message, MessageState
from emulator.sqs.queue import Queue
from emulator.sqs.receipts import Receipt
from emulator.sqs.tenants import Tenants


class StandardQueue(Queue):
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/standard-queues.html"""

    fifo = False
    chaos: StandardQueueChaos | None = None  # None: none

    def _clear(self) -> None:
        self._line = Line(self._is_visible)  # messages without a group
        self._tenants: Tenants | None = None  # messages with one, once there are any

    @property
    def tenants(self) -> Tenants | None:
        """None while no message had a group."""
        return self._tenants

    def _receivable(self) -> int:
        return self._counts[MessageState.VISIBLE]

    # -- Coming and going ------------------------------------------------------------------

    def _arrive(self, message: Message) -> None:
        if message.group_id is None:
            self._line.join(message.sequence)
            return
        if self._tenants is None:
            self._tenants = Tenants(self._messages)
        self._tenants.arrive(message)

    def _end_delay(self, message: Message) -> None:
        """After its delay a message lines up behind those that were visible before it."""
        self._messages.remove(message)
        self._messages.append(message)
        self._arrive(message)

    def _depart(self, message: Message) -> None:
        if self._tenants is not None and message.group_id is not None:
            self._tenants.depart(message, self._counts[MessageState.IN_FLIGHT])

    def _rejoin(self, message: Message) -> None:
        if message.group_id is not None:
            self._tenants = self._tenants or Tenants(self._messages)
            self._tenants.rejoin(message)

    def _return(self, message: Message) -> None:
        if self._tenants is not None and message.group_id is not None:
            self._tenants.land(message)
        else:
            self._line.go_back(message.sequence)
            self._line.compact(self._counts[MessageState.VISIBLE])

    def _settle(self, message: Message, left: MessageState) -> None:
        if self._tenants is not None and message.group_id is not None and left != MessageState.DELAYED:
            self._tenants.settle(message, left)
        elif left == MessageState.VISIBLE:
            self._line.compact(self._counts[MessageState.VISIBLE])

    # -- Receiving -------------------------------------------------------------------------

    def _take(self, limit: int, visibility_timeout: int, now: float) -> list[Delivery]:
        if self.chaos is not None:
            return self._take_at_random(self.chaos, limit, visibility_timeout, now)
        deliveries: list[Delivery] = []
        while len(deliveries) < limit and (message := self._next(now)) is not None:
            if not self._dead_letter(message, now):
                deliveries.append(self._deliver(message, visibility_timeout, now))
        return deliveries

    def _take_at_random(
        self, chaos: StandardQueueChaos, limit: int, visibility_timeout: int, now: float
    ) -> list[Delivery]:
        deliveries: list[Delivery] = []
        passed_over: list[Message] = []

        def deliver(message: Message) -> None:
            if not self._dead_letter(message, now):
                chaos.delivered(message.sequence)
                deliveries.append(self._deliver(message, visibility_timeout, now))

        limit = chaos.fewer(limit)
        again = self._messages.get(chaos.again() or 0)
        if limit > 0 and again is not None and self._dead_letter_queue(again) is None:
            deliveries.append(self._deliver(again, visibility_timeout, now))
        while len(deliveries) < limit and (message := self._next(now)) is not None:
            if chaos.passes_over():
                passed_over.append(message)
            else:
                deliver(message)
        while len(deliveries) < limit and passed_over:
            deliver(passed_over.pop())
        for message in passed_over:
            self._go_back(message)
        return deliveries

    def _next(self, now: float) -> Message | None:
        """The first message in line, taken out of it."""
        tenants = self._tenants
        standing = tenants and tenants.first(self._line.first(), self._counts[MessageState.IN_FLIGHT], now)
        sequence = tenants.pop(standing) if tenants and standing else self._line.pop()
        return None if sequence is None else self._messages[sequence]

    def _go_back(self, message: Message) -> None:
        if self._tenants is not None and message.group_id is not None:
            self._tenants.go_back(message)
        else:
            self._line.go_back(message.sequence)

    def _is_visible(self, sequence: int) -> bool:
        message = self._messages.get(sequence)
        return message is not None and message.state == MessageState.VISIBLE

    def _check_handle(self, message: Message, receipt: Receipt, handle: str) -> None:
        """Every handle of a message is good for as long as the message is there."""
