"""The FIFO queue.

Laws, beside those of every queue:

- Messages of one group come in the order in which they were sent.
- While a message of a group is in flight, no other receive gets one of that group.
- A message with a deduplication id used within the last five minutes is accepted and not delivered.
- Groups take turns by the age of their first message; one receive takes all it can from a group.
"""

from hashlib import sha256
from heapq import heappop, heappush

from emulator.aws.deduplication import Accepted, DeduplicationWindow
from emulator.aws.sqs_errors import ReceiptHandleExpired
from emulator.sqs.attempts import ReceiveAttempts
from emulator.sqs.attributes import QueueAttributes
from emulator.sqs.events import Duplicate, VisibilityChanged
from emulator.sqs.lazy_heap import LazyHeap
from emulator.sqs.message import Delivery, Message, MessageState
from emulator.sqs.queue import Queue
from emulator.sqs.receipts import Receipt

_FIRST_SEQUENCE_NUMBER = 18_849_496_460_467_696_128  # twenty digits, as AWS's have
_SEQUENCE_STEP = 256


class MessageGroup:
    """The messages of one group that are not delayed."""

    __slots__ = ("in_flight", "ready")

    def __init__(self) -> None:
        self.ready: list[int] = []  # a heap of sequence numbers; gone messages stay until their turn
        self.in_flight = 0


class FifoQueue(Queue):
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-fifo-queues.html"""

    fifo = True

    def _clear(self) -> None:
        self._groups: dict[str, MessageGroup] = {}
        self._first_of_free = LazyHeap[int](self._leads_free_group)  # the first message of each unlocked group
        self._window = DeduplicationWindow()
        self._attempts = ReceiveAttempts()

    def send(self, message: Message, now: float, delay_seconds: int | None = None) -> Accepted:
        """Take ``message`` in, unless it is a duplicate. Its delay is always the queue's."""
        if message.deduplication_id is None:
            message.deduplication_id = sha256(message.body.encode()).hexdigest()
        group = message.group_id if self.attributes.deduplicates_by_group else None
        key = (group, message.deduplication_id)
        first = self._window.first(key, now)
        if first is not None:
            self.totals.deduplicated += 1
            self.report(Duplicate(now, self.arn, first.message_id, message.deduplication_id, origin=message.origin))
            return first
        super().send(message, now)
        accepted = Accepted(message.id, sequence_number(message.sequence))
        self._window.remember(key, accepted, now)
        return accepted

    def receive(
        self, limit: int, visibility_timeout: int | None, now: float, attempt_id: str | None = None
    ) -> list[Delivery]:
        """As for every queue; a repeated ``attempt_id`` gets the same messages and handles again."""
        if attempt_id is None:
            return super().receive(limit, visibility_timeout, now)
        self.advance(now)
        deliveries = self._attempts.find(attempt_id)
        if deliveries is None:
            deliveries = super().receive(limit, visibility_timeout, now)
            self._attempts.remember(attempt_id, deliveries, now)
            return deliveries
        timeout = self.attributes.visibility_timeout if visibility_timeout is None else visibility_timeout
        for delivery in deliveries:
            message = delivery.message
            self._hide(message, now + timeout)
            self.report(VisibilityChanged(now, self.arn, message.id, message.visible_at, origin=message.origin))
        self.totals.received += len(deliveries)
        self._changed()
        return deliveries

    def delete(self, receipt_handle: str, now: float) -> None:
        super().delete(receipt_handle, now)
        self._attempts.void(receipt_handle)

    def change_visibility(self, receipt_handle: str, timeout: int, now: float) -> None:
        super().change_visibility(receipt_handle, timeout, now)
        self._attempts.void(receipt_handle)

    def advance(self, now: float) -> None:
        super().advance(now)
        self._window.forget(now)
        self._attempts.forget(now)

    def _receivable(self) -> int:
        return 0 if self._first_of_free.first() is None else len(self._first_of_free)

    def set_attributes(self, attributes: QueueAttributes, now: float) -> None:
        """On FIFO queues a new delay also holds for messages that are delayed already."""
        delay_changed = attributes.delay_seconds != self.attributes.delay_seconds
        super().set_attributes(attributes, now)
        if delay_changed:
            for message in self._messages:
                if message.state == MessageState.DELAYED:
                    message.visible_at = message.sent_at + attributes.delay_seconds
                    self._due.add((message.visible_at, message.sequence))
            self._due.compact(self._counts[MessageState.IN_FLIGHT] + self._counts[MessageState.DELAYED])
            self._changed()

    @property
    def window(self) -> DeduplicationWindow:
        return self._window

    @property
    def attempts(self) -> ReceiveAttempts:
        return self._attempts

    def delivered(self, message: Message, at: float) -> Delivery:
        """What the last receive of ``message``, which is in flight, has got; it was ``at`` this time."""
        return Delivery(message, self._handles.issue(Receipt(message.sequence, message.receive_count, at)))

    def adopt(self, message: Message, now: float) -> None:
        """A message is as new in a FIFO dead-letter queue: its retention starts anew, its group keeps its order."""
        message.deduplication_id = message.id
        self.advance(now)
        message.sent_at = now
        self._admit(message, now, self.attributes.delay_seconds)
        self._changed()

    def _arrive(self, message: Message) -> None:
        group = self._groups.get(_group_of(message))
        if group is None:
            group = self._groups[_group_of(message)] = MessageGroup()
        heappush(group.ready, message.sequence)
        if not group.in_flight and group.ready[0] == message.sequence:
            self._lead(message.sequence)

    def _depart(self, message: Message) -> None:
        self._groups[_group_of(message)].in_flight += 1

    def _rejoin(self, message: Message) -> None:
        self._groups.setdefault(_group_of(message), MessageGroup()).in_flight += 1

    def _return(self, message: Message) -> None:
        group = self._groups[_group_of(message)]
        heappush(group.ready, message.sequence)
        self._unlock(group)

    def _settle(self, message: Message, left: MessageState) -> None:
        if left == MessageState.DELAYED:
            return
        group = self._groups[_group_of(message)]
        if left == MessageState.IN_FLIGHT:
            self._unlock(group)
        elif not group.in_flight:
            self._offer(group)
        if not group.ready and not group.in_flight:
            del self._groups[_group_of(message)]

    def _take(self, limit: int, visibility_timeout: int, now: float) -> list[Delivery]:
        deliveries: list[Delivery] = []
        while len(deliveries) < limit and (first := self._first_of_free.first()) is not None:
            self._first_of_free.pop()
            group = self._groups[_group_of(self._messages[first])]
            while group.ready and len(deliveries) < limit:
                message = self._messages.get(heappop(group.ready))
                if message is not None and not self._dead_letter(message, now):
                    deliveries.append(self._deliver(message, visibility_timeout, now))
        return deliveries

    def _leads_free_group(self, sequence: int) -> bool:
        """Whether this is the first message of a group that is not locked."""
        message = self._messages.get(sequence)
        if message is None or message.state != MessageState.VISIBLE:
            return False
        group = self._groups[_group_of(message)]
        return not group.in_flight and group.ready[0] == sequence

    def _unlock(self, group: MessageGroup) -> None:
        """One message of ``group`` is no longer in flight."""
        group.in_flight -= 1
        if not group.in_flight:
            self._offer(group)

    def _offer(self, group: MessageGroup) -> None:
        while group.ready and group.ready[0] not in self._messages:
            heappop(group.ready)
        if group.ready:
            self._lead(group.ready[0])

    def _lead(self, sequence: int) -> None:
        """This is the first message of an unlocked group now."""
        self._first_of_free.add(sequence)
        self._first_of_free.compact(len(self._groups))

    def _check_handle(self, message: Message, receipt: Receipt, handle: str) -> None:
        """Only the handle of the last receive counts, and only while its visibility timeout runs."""
        if message.state != MessageState.IN_FLIGHT or message.receive_count != receipt.receive_number:
            raise ReceiptHandleExpired.of_handle(handle)


def sequence_number(sequence: int) -> str:
    """A FIFO message's SequenceNumber, of its place in the queue's order."""
    return str(_FIRST_SEQUENCE_NUMBER + sequence * _SEQUENCE_STEP)


def _group_of(message: Message) -> str:
    assert message.group_id is not None, "a FIFO queue takes no message without a group"
    return message.group_id
