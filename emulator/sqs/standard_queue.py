"""The standard queue.

Laws, beside those of every queue:

- Messages come in the order in which they became visible for the first time; one whose visibility timeout
  ended comes back to its old place, ahead of later ones.
- Each message is delivered once per visibility timeout (AWS allows itself more than once).
"""

from collections import deque
from heapq import heappop, heappush

from emulator.sqs.message import Delivery, Message, MessageState
from emulator.sqs.queue import Queue
from emulator.sqs.receipts import Receipt


class StandardQueue(Queue):
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/standard-queues.html"""

    fifo = False

    def _receivable(self) -> int:
        return self._counts[MessageState.VISIBLE]

    def _clear(self) -> None:
        # Sequence numbers. Of a message no longer visible, the number stays until its turn comes.
        self._fresh: deque[int] = deque()
        self._returned: list[int] = []  # a heap

    def _arrive(self, message: Message) -> None:
        self._fresh.append(message.sequence)

    def _end_delay(self, message: Message) -> None:
        """After its delay a message lines up behind those that were visible before it."""
        del self._messages[message.sequence]
        self._number(message)
        self._arrive(message)

    def _return(self, message: Message) -> None:
        heappush(self._returned, message.sequence)

    def _take(self, limit: int, visibility_timeout: int, now: float) -> list[Delivery]:
        deliveries: list[Delivery] = []
        while len(deliveries) < limit and (message := self._next()) is not None:
            if not self._dead_letter(message, now):
                deliveries.append(self._deliver(message, visibility_timeout, now))
        return deliveries

    def _next(self) -> Message | None:
        fresh, returned = self._fresh, self._returned
        while fresh or returned:
            first_returned = returned and (not fresh or returned[0] < fresh[0])
            message = self._messages.get(heappop(returned) if first_returned else fresh.popleft())
            if message is not None and message.state == MessageState.VISIBLE:
                return message
        return None

    def _settle(self, message: Message, left: MessageState) -> None:
        """Nothing waits for a standard message to go."""

    def _check_handle(self, message: Message, receipt: Receipt, handle: str) -> None:
        """The handle of any receive of a standard message will do."""
