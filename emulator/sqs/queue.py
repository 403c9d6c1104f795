"""A queue: its settings, the messages it holds, and what callers do with them.

Laws, which hold whenever a method has returned:

- A message is delivered at most once within a visibility timeout, where there is no chaos.
- Time enters as ``now`` and only there; what fell due before ``now`` has happened before anything else does.
- Send, receive, delete and change-visibility cost O(log n) at most.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-queue-types.html
"""

from collections.abc import Callable, Iterator
from math import inf
from typing import Final

from emulator.aws.accepted import Accepted
from emulator.aws.limits import IN_FLIGHT_MAX
from emulator.aws.sqs_errors import ReceiptHandleRefused
from emulator.foundation.changes import Ledger
from emulator.foundation.events import Observer
from emulator.sqs import life_cycle
from emulator.sqs.attributes import QueueAttributes
from emulator.sqs.catching_up import AttachedTask, Budget, DeepQueues
from emulator.sqs.changes import QueueAttributesSet, QueuePurged, QueueTagged
from emulator.sqs.content_text import size_of
from emulator.sqs.contents import Contents
from emulator.sqs.delay_change import change_delays
from emulator.sqs.events import Purged, QueueDeleted
from emulator.sqs.exactly_once import ExactlyOnce, digest_of_id
from emulator.sqs.history import History
from emulator.sqs.identity import QueueIdentity
from emulator.sqs.message import Counts, DeadLetter, Delivery, Message, MessageState, Shared
from emulator.sqs.queue_receive import QueueReceive
from emulator.sqs.receipts import ReceiptHandles
from emulator.sqs.reports import Reports
from emulator.sqs.totals import Totals

_DELAYED: Final = MessageState.DELAYED
_VISIBLE: Final = MessageState.VISIBLE
_IN_FLIGHT: Final = MessageState.IN_FLIGHT
_GONE: Final = MessageState.GONE

_FEW: Final = 100  # messages; each can become visible and expire
FindQueue = Callable[[str], "Queue | None"]  # by ARN


class Queue:
    """A standard or FIFO queue. Times are seconds since the epoch, by the clock of the account that owns it."""

    def __init__(
        self,
        identity: QueueIdentity,
        attributes: QueueAttributes,
        *,
        tags: dict[str, str],
        handle_key: bytes,
        find_queue: FindQueue,
        now: float,
        observer: Observer,
        history: History,
        ledger: Ledger,
        deep: "DeepQueues[Queue]",
    ) -> None:
        self.identity = identity
        self.arn = identity.arn
        self.fifo = attributes.fifo
        self.attributes = attributes
        self.tags = tags
        self.created_at = self.modified_at = now
        self.purged_at: float | None = None
        self.deleted = False
        self.cut_short = False  # the last receive ended early, as it had moved many messages to the dead-letter queue
        self.on_change: Callable[[], None] | None = None  # called when messages or due times may have changed
        self.reports = Reports(identity.arn, observer, history)
        self.totals = Totals()
        self.handle_key = handle_key
        self._deep = deep
        add, lower = lambda: self._deep.add(self), lambda at: self._deep.lower(at)
        self.contents = Contents(identity.arn, ledger, fifo=attributes.fifo, on_page=add, on_due=lower)
        self.exactly_once = ExactlyOnce(identity.arn, ledger) if attributes.fifo else None
        self._ledger = ledger
        self._find_queue = find_queue
        self._tasks: tuple[AttachedTask, ...] = ()
        self._handles = ReceiptHandles(handle_key)

    def set_attributes(self, attributes: QueueAttributes, now: float) -> None:
        """Change the attributes. A FIFO queue also gives a new delay to the messages that are delayed already."""
        self.advance(now)
        delay_changed = attributes.delay_seconds != self.attributes.delay_seconds
        if self._ledger.kept and (attributes.values, now) != (self.attributes.values, self.modified_at):
            self._ledger.record(QueueAttributesSet(self.arn, attributes.values, now))
        self.replace_attributes(attributes, now)
        if delay_changed and self.fifo:
            change_delays(self, attributes.delay_seconds, now)
        self._changed()

    def replace_attributes(self, attributes: QueueAttributes, modified_at: float) -> None:
        """Set the attributes without any effect on messages, and without recording it."""
        self.attributes = attributes
        self.modified_at = modified_at
        self._deep.add(self)  # it may have another retention period

    def join(self, deep: "DeepQueues[Queue]") -> None:
        """Register with ``deep``, the deep queues of its account and region. Called when the queue is entered there."""
        self._deep = deep
        if not self.is_shallow():
            deep.add(self)

    def resume(self, modified_at: float, purged_at: float | None) -> None:
        """Restore the times at which the queue was last modified and purged."""
        self.modified_at, self.purged_at = modified_at, purged_at

    def set_tags(self, tags: dict[str, str]) -> None:
        """Replace all tags."""
        if tags != self.tags:
            self.tags = tags
            if self._ledger.kept:
                self._ledger.record(QueueTagged(self.arn, tags))

    def counts(self, now: float) -> Counts:
        self.advance(now)
        counts = self.contents.counts
        return Counts(counts[_VISIBLE], counts[_DELAYED], counts[_IN_FLIGHT])

    def receivable(self, now: float) -> int:
        """A lower bound of how many receives would get a message; 0 only if the next one would get none."""
        if self.is_due(now) and not self.catch_up(now, Budget()) and not self.contents.order.receivable():
            self.advance(now)
        return 0 if self.full else self.contents.order.receivable()

    @property
    def full(self) -> bool:
        """Whether as many messages are in flight as AWS allows."""
        return self.contents.counts[_IN_FLIGHT] >= IN_FLIGHT_MAX

    def __iter__(self) -> Iterator[Message]:
        """Every message, in order of arrival. The queue must not change during the iteration."""
        return iter(self.contents.messages)

    def state_of(self, message: Message) -> MessageState:
        """The state of ``message`` in this queue: GONE also if it was moved to another one."""
        return message.state if self.contents.messages.get(message.sequence) is message else _GONE

    def send(
        self, message: Message, now: float, delay_seconds: int | None = None, shared: Shared | None = None
    ) -> Accepted:
        """Take ``message`` in, as ``take_in`` does. Returns the answer to its sender."""
        return self.take_in(message, now, delay_seconds, shared) or Accepted(message.id)

    def take_in(
        self, message: Message, now: float, delay_seconds: int | None = None, shared: Shared | None = None
    ) -> Accepted | None:
        """Take ``message`` in, with ``delay_seconds`` or, if that is None, with the queue's own delay.

        A standard queue returns None. A FIFO queue always applies its own delay, and returns what it answers: for a
        duplicate, which it does not take in, the answer to the first message. ``shared``: see ``Contents.place``.
        """
        self.advance(now)
        exactly_once, totals, content, digest = self.exactly_once, self.totals, message.content, 0
        if exactly_once is not None:
            digest = digest_of_id(message, by_group=self.attributes.deduplicates_by_group)
            first = exactly_once.window.first(digest, now)
            if first is not None:
                totals.deduplicated += 1
                self.reports.duplicate(message, first.message_id, now)
                return first
        if delay_seconds is None or exactly_once is not None:
            delay_seconds = self.attributes.delay_seconds
        # Not delayed it has ``now`` itself, and not an equal number, which would take memory.
        visible_at = now + delay_seconds if delay_seconds else now
        self.contents.place(message, now, visible_at, shared, delayed=delay_seconds > 0)
        totals.sent += 1
        if isinstance(content.source, str):  # as ``is_text``, which would be one more call
            totals.count_size(size_of(content))
        if content.origin is None or self.reports.observer.watched:
            self.reports.sent(message, now)
        if self.on_change is not None:
            self.on_change()
        return None if exactly_once is None else exactly_once.accept(message, digest, now)

    def receive(
        self, limit: int, visibility_timeout: int | None, now: float, attempt_id: str | None = None
    ) -> list[Delivery]:
        """Up to ``limit`` messages, hidden for ``visibility_timeout`` seconds (None: the queue's own).

        With an ``attempt_id``, the ReceiveRequestAttemptId of FIFO queues, the messages and handles that a receive
        under it got before, or RefusedByQueue.
        """
        self.advance(now)
        timeout = self.attributes.visibility_timeout if visibility_timeout is None else visibility_timeout
        exactly_once = None if attempt_id is None else self.exactly_once
        if attempt_id is not None and exactly_once is not None:
            repeated = exactly_once.attempts.find(attempt_id, now)
            if repeated is not None:
                return self._receive_again(repeated, timeout, now)
        receive = QueueReceive(self, min(limit, IN_FLIGHT_MAX - self.contents.counts[_IN_FLIGHT]), timeout, now)
        self.contents.order.serve(receive, now)
        deliveries, self.cut_short = receive.deliveries, receive.cut_short
        self.totals.received += len(deliveries)
        self._changed()
        if attempt_id is not None and exactly_once is not None:
            exactly_once.attempts.remember(attempt_id, deliveries, now)
        return deliveries

    def _receive_again(self, deliveries: list[Delivery], visibility_timeout: int, now: float) -> list[Delivery]:
        for delivery in deliveries:
            self.contents.hide(delivery.message, now + visibility_timeout)
            self.reports.hidden(delivery.message, now)
        self.totals.received += len(deliveries)
        self._changed()
        return deliveries

    def deliver(self, message: Message, visibility_timeout: int, now: float) -> Delivery:
        """Receive ``message``, as part of a receive."""
        self.contents.receive(message, now + visibility_timeout, now)
        if message.content.origin is not None and message.receive_count == 1 and not message.content.is_text:
            self.totals.count_size(size_of(message.content))
        self.reports.received(message, now)
        return Delivery(message, self._handles.issue(message.sequence, message.receive_count, now))

    def delivered(self, message: Message, at: float) -> Delivery:
        """The delivery that the last receive of ``message``, which was ``at`` this time, returned."""
        return Delivery(message, self._handles.issue(message.sequence, message.receive_count, at))

    def delete(self, receipt_handle: str, now: float) -> None:
        """Delete the message received under ``receipt_handle``; nothing happens if it is gone already."""
        receipt = self._handles.read_valid(receipt_handle, now)
        self.advance(now)
        message = self.contents.received(receipt.sequence)
        exactly_once = self.exactly_once
        if message is not None:
            if exactly_once is not None:
                exactly_once.check_handle(message, receipt, receipt_handle)
            self.contents.remove(message, life_cycle.DELETED)
            self.reports.deleted(message, now)
            self._changed()
        self.totals.deleted += 1
        if exactly_once is not None:
            exactly_once.attempts.void(receipt.sequence)

    def change_visibility(self, receipt_handle: str, timeout: int, now: float) -> None:
        """Hide the message for ``timeout`` seconds from ``now``; 0 makes it visible at once."""
        receipt = self._handles.read_valid(receipt_handle, now)
        self.advance(now)
        message = self.contents.received(receipt.sequence)
        if message is None:
            raise ReceiptHandleRefused.gone(receipt_handle)
        if self.exactly_once is not None:
            self.exactly_once.check_handle(message, receipt, receipt_handle)
        if timeout:
            receipt.check_extension(timeout, now)
        if timeout or message.state == _IN_FLIGHT:
            self.contents.hide(message, now + timeout)
            self.reports.hidden(message, now)
            self.advance(now)
            self._changed()
        if self.exactly_once is not None:
            self.exactly_once.attempts.void(receipt.sequence)

    def purge(self, now: float) -> None:
        """Delete every message, whatever its state."""
        self.advance(now)
        empty = not self.contents.messages and (self.exactly_once is None or self.exactly_once.empty)
        if self._ledger.kept and not (empty and self.purged_at == now):
            self._ledger.record(QueuePurged(self.arn, now))
        self.empty_at(now)
        self.reports.ended(Purged(now, self.arn))

    def empty_at(self, now: float) -> None:
        """Drop every message, as a purge at this time does."""
        self.purged_at = now
        self._empty()

    def end(self, now: float) -> None:
        """Delete the queue."""
        self.close()
        self.reports.ended(QueueDeleted(now, self.arn))

    def close(self) -> None:
        """Mark the queue as deleted, and drop its messages."""
        self._empty()
        self.abandon()

    def abandon(self) -> None:
        """Mark the queue as deleted, without dropping its messages yet: ``close``, called later, does that."""
        self.deleted = True
        self._deep.discard(self)
        self._changed()

    def _empty(self) -> None:
        self.contents.clear()
        if self.exactly_once is not None:
            self.exactly_once.clear()

    def next_due(self) -> float | None:
        """When the next message will become visible, expire, or be moved here or away, by itself."""
        dues = [self.contents.next_due(self.attributes.retention_seconds), *[task.next_due() for task in self._tasks]]
        return min([due for due in dues if due is not None], default=None)

    def is_shallow(self) -> bool:
        """Whether all that can fall due here at once is few steps."""
        return self.contents.messages.count <= _FEW and not self._tasks

    def due_from(self) -> float:
        """The earliest time at which something may fall due here, in seconds since the epoch."""
        return -inf if self._tasks else self.contents.due_from(self.attributes.retention_seconds)

    def is_due(self, now: float) -> bool:
        """Whether something may have fallen due until ``now``, here or in the dead-letter queue."""
        redrive = self.attributes.redrive
        target = None if redrive is None else self._find_queue(redrive.target_arn)
        return self.is_due_here(now) or (target is not None and target.is_due_here(now))

    def is_due_here(self, now: float) -> bool:
        """As ``is_due``, without the dead-letter queue."""
        kept_since = now - self.attributes.retention_seconds
        return bool(self._tasks) or self.contents.due.earliest <= now or self.contents.messages.earliest <= kept_since

    def advance(self, now: float) -> None:
        """Do everything that fell due until ``now``: delays and visibility timeouts end, messages expire or move."""
        contents = self.contents  # as in ``is_due_here``, without a call
        kept_since = now - self.attributes.retention_seconds
        if contents.due.earliest <= now or contents.messages.earliest <= kept_since or self._tasks:
            self._catch_up(now, Budget(inf))
        if self.exactly_once is not None:
            self.exactly_once.forget(now)

    def catch_up(self, now: float, budget: Budget) -> bool:
        """As ``advance``, within the budget; False if something may be left.

        The dead-letter queue catches up too, as a receive here may move messages there.
        """
        self._catch_up(now, budget)
        redrive = self.attributes.redrive
        target = None if redrive is None else self._find_queue(redrive.target_arn)
        if target is not None:
            target._catch_up(now, budget)  # noqa: SLF001 - another queue
        return budget.left > 0

    def _catch_up(self, now: float, budget: Budget) -> None:
        for task in self._tasks:
            task.catch_up(now, budget)
        self.contents.catch_up(now, self.attributes.retention_seconds, budget, self._expire)

    def _expire(self, message: Message) -> None:
        self.contents.remove(message, life_cycle.EXPIRED)
        self.reports.expired(message, message.sent_at + self.attributes.retention_seconds)

    def dead_letter_queue(self, message: Message) -> "Queue | None":
        """The queue to which the next receive moves ``message``; None if the message has not been received too often.

        A message is received at least once in each queue. Otherwise queues that are each other's dead-letter queues
        would move it in a circle, and no consumer would get it.
        """
        redrive, count = self.attributes.redrive, message.receive_count
        if redrive is None or count < redrive.max_receive_count or count == message.received_elsewhere:
            return None
        target = self._find_queue(redrive.target_arn)
        return None if target is self else target

    def dead_letter(self, message: Message, now: float) -> bool:
        """Move ``message`` to the dead-letter queue if it was received too often. Returns whether it was moved."""
        target = None if self.attributes.redrive is None else self.dead_letter_queue(message)
        if target is None:
            return False
        target.adopt(message, self.arn, now)
        self.contents.remove(message, life_cycle.DEAD_LETTERED)
        self.reports.dead_lettered(message, target.arn, now)
        return True

    def adopt(self, message: Message, source_arn: str, now: float) -> None:
        """Take in a dead letter: a new message with the content of ``message``, from the queue ``source_arn``.

        In a standard queue its retention period continues. In a FIFO queue it is like a new message: its retention
        period starts again, it is delayed, and its message id becomes its deduplication id.
        """
        self.advance(now)
        dead_letter = DeadLetter.of(message, source_arn, message.id if self.fifo else None)
        sent_at, delay_seconds = (now, self.attributes.delay_seconds) if self.fifo else (message.sent_at, 0)
        visible_at = now + delay_seconds if delay_seconds else now
        self.contents.place(dead_letter, sent_at, visible_at, Shared(source_arn, message), delayed=bool(delay_seconds))
        self._changed()

    def attach(self, task: AttachedTask) -> None:
        """Let ``task`` catch up before anything else happens here, until ``detach``."""
        self._tasks = (*self._tasks, task)
        self._deep.add(self)
        self._changed()

    def detach(self, task: AttachedTask) -> None:
        self._tasks = tuple(other for other in self._tasks if other is not task)

    def withdraw(self, message: Message) -> None:
        """Take out ``message``, which is visible here, for a move task."""
        self.contents.remove(message, life_cycle.MOVED)
        self._changed()

    def _changed(self) -> None:
        if self.on_change is not None:
            self.on_change()
