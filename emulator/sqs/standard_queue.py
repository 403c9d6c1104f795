"""The standard queue.

Laws, beside those of every queue:

- Messages come in the order in which they became visible for the first time; one whose visibility timeout
  ended comes back to its old place, ahead of later ones.
- Each message is delivered once per visibility timeout (AWS allows itself more than once).
"""

from emulator.sqs.line import Line
from emulator.sqs.message import Delivery, Message, MessageState
from emulator.sqs.queue import Queue
from emulator.sqs.receipts import Receipt


class StandardQueue(Queue):
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/standard-queues.html"""

    fifo = False

    def _clear(self) -> None:
        self._line = Line(self._is_visible)

    def _receivable(self) -> int:
        return self._counts[MessageState.VISIBLE]

    def _arrive(self, message: Message) -> None:
        self._line.join(message.sequence)

    def _end_delay(self, message: Message) -> None:
        """After its delay a message lines up behind those that were visible before it."""
        del self._messages[message.sequence]
        self._number(message)
        self._sent.compact(len(self._messages))
        self._arrive(message)

    def _return(self, message: Message) -> None:
        self._line.go_back(message.sequence)
        self._line.compact(self._counts[MessageState.VISIBLE])

    def _settle(self, message: Message, left: MessageState) -> None:
        if left == MessageState.VISIBLE:
            self._line.compact(self._counts[MessageState.VISIBLE])

    def _take(self, limit: int, visibility_timeout: int, now: float) -> list[Delivery]:
        deliveries: list[Delivery] = []
        while len(deliveries) < limit and (sequence := self._line.pop()) is not None:
            message = self._messages[sequence]
            if not self._dead_letter(message, now):
                deliveries.append(self._deliver(message, visibility_timeout, now))
        return deliveries

    def _is_visible(self, sequence: int) -> bool:
        message = self._messages.get(sequence)
        return message is not None and message.state == MessageState.VISIBLE

    def _check_handle(self, message: Message, receipt: Receipt, handle: str) -> None:
        """Every handle of a message is good for as long as the message is there."""
