"""The FIFO queue.

Laws, beside those of every queue:

- Messages of one group are received in the order in which they were sent.
- A visible message can be received unless an earlier message of its group is in flight.
- A message with a deduplication id used within the last five minutes is accepted and not delivered.
- A group that can be received from stands in line; it joined the line at its end when its first message became
  available. One receive takes all that it can from the first group in line, then from the next.
"""

from collections import OrderedDict
from collections.abc import Iterable
from hashlib import sha256
from heapq import heappop, heappush

from emulator.aws.deduplication import Accepted, DeduplicationWindow
from emulator.aws.sqs_errors import ReceiptHandleExpired
from emulator.sqs.attempts import ReceiveAttempts
from emulator.sqs.attributes import QueueAttributes
from emulator.sqs.events import Duplicate, VisibilityChanged
from emulator.sqs.message import Delivery, Message, MessageState
from emulator.sqs.queue import Queue
from emulator.sqs.receipts import Receipt

_FIRST_SEQUENCE_NUMBER = 18_849_496_460_467_696_128  # twenty digits, as AWS's have
_SEQUENCE_STEP = 256


class MessageGroup:
    """The messages of one group that are not delayed, as two heaps of sequence numbers.

    A message that left its state stays in its heap until it is the first one there.
    """

    __slots__ = ("in_flight", "visible")

    def __init__(self) -> None:
        self.visible: list[int] = []
        self.in_flight: list[int] = []


class FifoQueue(Queue):
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-fifo-queues.html"""

    fifo = True

    def _clear(self) -> None:
        self._groups: dict[str, MessageGroup] = {}
        self._line: OrderedDict[str, None] = OrderedDict()  # the groups that can be received from, the next one first
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
        """As for every queue; a repeated ``attempt_id`` gets the same messages and handles again, or is refused."""
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
        self._void_attempts(receipt_handle)

    def change_visibility(self, receipt_handle: str, timeout: int, now: float) -> None:
        super().change_visibility(receipt_handle, timeout, now)
        self._void_attempts(receipt_handle)

    def _void_attempts(self, receipt_handle: str) -> None:
        if self._attempts:
            self._attempts.void(self._handles.read(receipt_handle).sequence)

    def advance(self, now: float) -> None:
        super().advance(now)
        self._window.forget(now)
        self._attempts.forget(now)

    def _receivable(self) -> int:
        return len(self._line)

    @property
    def line(self) -> list[str]:
        """The message groups that can be received from, in the order in which receives serve them."""
        return list(self._line)

    def line_up(self, groups: Iterable[str]) -> None:
        """Let the groups in line stand in this order. For a queue that is restored."""
        for group in groups:
            self._line.move_to_end(group)

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
        name = _group_of(message)
        group = self._groups.get(name)
        if group is None:
            group = self._groups[name] = MessageGroup()
        heappush(group.visible, message.sequence)
        self._update_line(name, group)

    def _depart(self, message: Message) -> None:
        heappush(self._groups[_group_of(message)].in_flight, message.sequence)

    def _rejoin(self, message: Message) -> None:
        heappush(self._groups.setdefault(_group_of(message), MessageGroup()).in_flight, message.sequence)

    def _return(self, message: Message) -> None:
        self._arrive(message)

    def _settle(self, message: Message, left: MessageState) -> None:
        if left != MessageState.DELAYED:
            name = _group_of(message)
            self._update_line(name, self._groups[name])

    def _take(self, limit: int, visibility_timeout: int, now: float) -> list[Delivery]:
        deliveries: list[Delivery] = []
        while len(deliveries) < limit and self._line:
            name = self._line.popitem(last=False)[0]
            group = self._groups[name]
            end = self._first(group.in_flight, MessageState.IN_FLIGHT) if group.in_flight else None
            while len(deliveries) < limit and (message := self._first(group.visible, MessageState.VISIBLE)) is not None:
                if end is not None and message.sequence > end.sequence:
                    break
                heappop(group.visible)
                if not self._dead_letter(message, now):
                    deliveries.append(self._deliver(message, visibility_timeout, now))
            self._update_line(name, group)
        return deliveries

    def _update_line(self, name: str, group: MessageGroup) -> None:
        """Put the group into line if a receive can take its first message, else out of it; drop an empty group."""
        first = self._first(group.visible, MessageState.VISIBLE) if group.visible else None
        in_flight = self._first(group.in_flight, MessageState.IN_FLIGHT) if group.in_flight else None
        if first is not None and (in_flight is None or first.sequence < in_flight.sequence):
            self._line.setdefault(name)
            return
        self._line.pop(name, None)
        if first is None and in_flight is None:
            self._groups.pop(name, None)

    def _first(self, sequences: list[int], state: MessageState) -> Message | None:
        """The first message of a heap that still is in ``state``."""
        while sequences:
            message = self._messages.get(sequences[0])
            if message is not None and message.state == state:
                return message
            heappop(sequences)
        return None

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
