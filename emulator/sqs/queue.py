"""What standard and FIFO queues have in common.

Laws, which hold whenever a method has returned:

- Every message sent is in exactly one state; ``counts`` equals what the queue holds.
- A message is delivered at most once within a visibility timeout.
- Time enters as ``now`` and only there; what fell due before ``now`` has happened before anything else does.
- Send, receive, delete and change-visibility cost O(log n) at most.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator

from emulator.aws.deduplication import Accepted
from emulator.aws.limits import IN_FLIGHT_MAX, VISIBILITY_TIMEOUT_MAX
from emulator.aws.sqs_errors import ReceiptHandleExpired, RefusedByQueue
from emulator.events import Observer
from emulator.sqs.attributes import QueueAttributes
from emulator.sqs.events import (
    DeadLettered,
    Deleted,
    Expired,
    Purged,
    QueueDeleted,
    QueueEvent,
    Received,
    VisibilityChanged,
)
from emulator.sqs.history import History, sent_entry, sent_event
from emulator.sqs.identity import QueueIdentity
from emulator.sqs.message import Counts, Delivery, Message, MessageState
from emulator.sqs.messages import Messages
from emulator.sqs.mover import Mover
from emulator.sqs.receipts import Receipt, ReceiptHandles
from emulator.sqs.timeline import Timeline
from emulator.sqs.totals import Totals

_DELAYED, _VISIBLE, _IN_FLIGHT, _GONE = MessageState


FindQueue = Callable[[str], "Queue | None"]  # by ARN


class Queue(ABC):
    """One queue, its settings and its messages. Subclasses say in which order messages are received."""

    fifo: bool

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
    ) -> None:
        self.identity = identity
        self.arn = identity.arn
        self.attributes = attributes
        self.tags = tags
        self.created_at = now
        self.modified_at = now
        self.purged_at: float | None = None
        self.deleted = False
        self.on_change: Callable[[], None] | None = None  # told when messages or due times may have changed
        self.observer = observer
        self._remember = history.remember
        self.totals = Totals()
        self._find_queue = find_queue
        self._movers: tuple[Mover, ...] = ()
        self.handle_key = handle_key
        self._handles = ReceiptHandles(handle_key)
        self._messages = Messages()
        self._counts = [0, 0, 0, 0]  # by state; that of GONE means nothing
        self._due = Timeline(self._is_due_time)  # ends of delays and visibility timeouts
        self._clear()

    # -- What subclasses decide ------------------------------------------------------------

    @abstractmethod
    def _clear(self) -> None:
        """Start with no message in line."""

    @abstractmethod
    def _arrive(self, message: Message) -> None:
        """``message`` has become visible for the first time."""

    def _end_delay(self, message: Message) -> None:
        """The delay of ``message`` is over."""
        self._arrive(message)

    @abstractmethod
    def _depart(self, message: Message) -> None:
        """``message`` was visible and is in flight now."""

    @abstractmethod
    def _return(self, message: Message) -> None:
        """The visibility timeout of ``message`` is over."""

    @abstractmethod
    def _rejoin(self, message: Message) -> None:
        """``message`` is in flight, from before the queue was restored."""

    @abstractmethod
    def _take(self, limit: int, visibility_timeout: int, now: float) -> list[Delivery]:
        """Up to ``limit`` visible messages, now in flight."""

    @abstractmethod
    def _settle(self, message: Message, left: MessageState) -> None:
        """``message`` has gone, out of the state ``left``."""

    @abstractmethod
    def _check_handle(self, message: Message, receipt: Receipt, handle: str) -> None:
        """Refuse a handle that no longer gives power over ``message``."""

    @abstractmethod
    def _receivable(self) -> int:
        """How many receives in a row would find something; 0 only if the next one would not."""

    # -- Attributes ------------------------------------------------------------------------

    def set_attributes(self, attributes: QueueAttributes, now: float) -> None:
        self.advance(now)
        self.attributes = attributes
        self.modified_at = now
        self._changed()

    def counts(self, now: float) -> Counts:
        self.advance(now)
        return Counts(self._counts[_VISIBLE], self._counts[_DELAYED], self._counts[_IN_FLIGHT])

    def oldest_sent_at(self, now: float) -> float | None:
        """When the oldest message was sent, whatever its state; None where there is none."""
        self.advance(now)
        oldest = self._messages.oldest()
        return None if oldest is None else oldest.sent_at

    # -- Messages --------------------------------------------------------------------------

    def send(self, message: Message, now: float, delay_seconds: int | None = None) -> Accepted:
        """Take ``message`` in; ``delay_seconds`` stands in for the queue's own delay."""
        self.advance(now)
        message.sent_at = now
        self._admit(message, now, self.attributes.delay_seconds if delay_seconds is None else delay_seconds)
        totals = self.totals
        totals.sent += 1
        message.count_size(totals)
        if message.origin is None:
            self._remember(sent_entry(message, self.arn, now))
        if self.observer.watched:
            self.observer.detail(sent_event(message, self.arn, now))
        if self.on_change is not None:
            self.on_change()
        return Accepted(message.id)

    def receive(
        self, limit: int, visibility_timeout: int | None, now: float, attempt_id: str | None = None
    ) -> list[Delivery]:
        """Up to ``limit`` messages, hidden for ``visibility_timeout`` seconds (None: the queue's own).

        ``attempt_id`` is the ReceiveRequestAttemptId, which means something to FIFO queues only.
        """
        self.advance(now)
        limit = min(limit, IN_FLIGHT_MAX - self._counts[_IN_FLIGHT])
        timeout = self.attributes.visibility_timeout if visibility_timeout is None else visibility_timeout
        deliveries = self._take(limit, timeout, now)
        self.totals.received += len(deliveries)
        self._changed()
        return deliveries

    def delete(self, receipt_handle: str, now: float) -> None:
        """Delete the message received under ``receipt_handle``; nothing happens if it is gone already."""
        receipt = self._read_handle(receipt_handle, now)
        self.advance(now)
        message = self._messages.get(receipt.sequence)
        if message is not None:
            self._check_handle(message, receipt, receipt_handle)
            self._forget(message)
            if message.origin is None:
                self._remember((Deleted, now, self.arn, message.id))
            if message.origin is not None or self.observer.watched:
                self.observer.tell(Deleted(now, self.arn, message.id, origin=message.origin))
            self._changed()
        self.totals.deleted += 1

    def change_visibility(self, receipt_handle: str, timeout: int, now: float) -> None:
        """Hide the message for ``timeout`` seconds from ``now``; 0 makes it visible at once."""
        receipt = self._read_handle(receipt_handle, now)
        self.advance(now)
        message = self._messages.get(receipt.sequence)
        if message is None:
            raise RefusedByQueue.of(
                "ReceiptHandle",
                receipt_handle,
                "Message does not exist or is not available for visibility timeout change.",
            )
        self._check_handle(message, receipt, receipt_handle)
        if timeout and now + timeout >= receipt.received_at + VISIBILITY_TIMEOUT_MAX:
            raise RefusedByQueue.of(
                "VisibilityTimeout",
                timeout,
                f"Total VisibilityTimeout for the message is beyond the limit [{VISIBILITY_TIMEOUT_MAX} seconds].",
            )
        if timeout or message.state == _IN_FLIGHT:
            self._hide(message, now + timeout)
            self.report(VisibilityChanged(now, self.arn, message.id, now + timeout, origin=message.origin))
            self.advance(now)
            self._changed()

    def purge(self, now: float) -> None:
        """Delete every message, whatever its state."""
        self.advance(now)
        self.purged_at = now
        self._empty()
        self._report_end(Purged(now, self.arn))

    def end(self, now: float) -> None:
        """Delete the queue."""
        self.close()
        self._report_end(QueueDeleted(now, self.arn))

    def close(self) -> None:
        """The queue is deleted: whoever still holds it finds it empty."""
        self._empty()
        self.deleted = True
        self._changed()

    def _empty(self) -> None:
        for message in self._messages:
            message.state = _GONE
        self._messages.clear()
        self._counts = [0, 0, 0, 0]
        self._due.clear()
        self._clear()

    def receivable(self, now: float) -> int:
        """For how many receives there is something; 0 only if there is nothing for the next one."""
        self.advance(now)
        return 0 if self.full else self._receivable()

    @property
    def full(self) -> bool:
        """Whether as many messages are in flight as AWS allows."""
        return self._counts[_IN_FLIGHT] >= IN_FLIGHT_MAX

    # -- Time ------------------------------------------------------------------------------

    def next_due(self) -> float | None:
        """When the next message will become visible, expire, or be moved here or away, by itself."""
        oldest = self._messages.oldest()
        expires = None if oldest is None else oldest.sent_at + self.attributes.retention_seconds
        dues = [self._due.next_due(), expires, *(mover.next_due() for mover in self._movers)]
        return min((due for due in dues if due is not None), default=None)

    def advance(self, now: float) -> None:
        """Let everything happen that fell due until ``now``."""
        kept_since = now - self.attributes.retention_seconds
        if self._movers or self._due.earliest <= now or self._messages.earliest <= kept_since:
            self._catch_up(now, kept_since)

    def _catch_up(self, now: float, kept_since: float) -> None:
        for mover in self._movers:
            mover.advance(now)
        while (sequence := self._due.pop_due(now)) is not None:
            message = self._messages[sequence]
            self._expire(message.visible_at - self.attributes.retention_seconds)
            if message.state != _GONE:
                self._become_visible(message)
        self._expire(kept_since)

    def _expire(self, kept_since: float) -> None:
        """Drop the messages that were sent until ``kept_since``."""
        messages = self._messages
        while messages.earliest <= kept_since and (message := messages.sent_until(kept_since)) is not None:
            self._forget(message)
            expired_at = message.sent_at + self.attributes.retention_seconds
            self.report(Expired(expired_at, self.arn, message.id, origin=message.origin))

    def _become_visible(self, message: Message) -> None:
        was = message.state
        self._move(message, _VISIBLE)
        if was == _DELAYED:
            self._end_delay(message)
        else:
            self._return(message)

    # -- Steps -----------------------------------------------------------------------------

    def _admit(self, message: Message, now: float, delay_seconds: int) -> None:
        self._messages.append(message)
        message.state = state = _DELAYED if delay_seconds else _VISIBLE
        self._counts[state] += 1
        if delay_seconds:
            message.visible_at = now + delay_seconds
            self._due.add((message.visible_at, message.sequence))
        else:
            message.visible_at = now  # the very number, not another one that takes memory
            self._arrive(message)

    def _deliver(self, message: Message, visibility_timeout: int, now: float) -> Delivery:
        message.receive_count += 1
        if message.first_received_at is None:
            message.first_received_at = now
        self._hide(message, now + visibility_timeout)
        if message.origin is None:
            self._remember((Received, now, self.arn, message.id, message.receive_count, message.visible_at))
        if message.origin is not None or self.observer.watched:
            self.observer.tell(
                Received(now, self.arn, message.id, message.receive_count, message.visible_at, origin=message.origin)
            )
        handle = self._handles.issue(Receipt(message.sequence, message.receive_count, now))
        return Delivery(message, handle)

    def _hide(self, message: Message, until: float) -> None:
        left = message.state
        self._move(message, _IN_FLIGHT)
        if left == _VISIBLE:
            self._depart(message)
        message.visible_at = until
        self._due.add((until, message.sequence))
        self._due.compact(self._counts[_IN_FLIGHT] + self._counts[_DELAYED])

    def _move(self, message: Message, state: MessageState) -> None:
        self._counts[message.state] -= 1
        self._counts[state] += 1
        message.state = state

    def _forget(self, message: Message) -> None:
        left = message.state
        self._messages.remove(message)
        self._move(message, _GONE)
        self._settle(message, left)
        self._due.compact(self._counts[_IN_FLIGHT] + self._counts[_DELAYED])

    def _dead_letter_queue(self, message: Message) -> "Queue | None":
        """Where ``message`` is moved by the next receive, since it was received too often."""
        redrive = self.attributes.redrive
        if redrive is None or message.receive_count < redrive.max_receive_count:
            return None
        target = self._find_queue(redrive.target_arn)
        return None if target is self else target

    def _dead_letter(self, message: Message, now: float) -> bool:
        """Move a message that was received too often; False where it stays."""
        target = self._dead_letter_queue(message)
        if target is None:
            return False
        self._forget(message)
        message.dead_letter_source = self.arn
        event = DeadLettered(now, self.arn, message.id, target.arn, message.receive_count, origin=message.origin)
        self.report(event)
        self.observer.warn([event])
        target.adopt(message, now)
        return True

    def adopt(self, message: Message, now: float) -> None:
        """Take over a message from the queue whose dead-letter queue this is; its retention runs on."""
        self.advance(now)
        self._admit(message, now, 0)
        self._changed()

    # -- What happened ---------------------------------------------------------------------

    def report(self, event: QueueEvent) -> None:
        """Keep ``event`` in the history, or in the trace of the publish its message came from; and tell watchers."""
        if event.origin is None:
            self._remember(event)
        if event.origin is not None or self.observer.watched:
            self.observer.tell(event)

    def _report_end(self, event: Purged | QueueDeleted) -> None:
        self._remember(event)
        if self.observer.watched:
            self.observer.detail(event)

    # -- Move tasks, restoring -------------------------------------------------------------

    def attach(self, mover: Mover) -> None:
        """From now on ``mover`` is up to date before anything happens here."""
        self._movers = (*self._movers, mover)
        self._changed()

    def detach(self, mover: Mover) -> None:
        self._movers = tuple(other for other in self._movers if other is not mover)

    def __iter__(self) -> Iterator[Message]:
        """Every message, in order of arrival; nothing may happen meanwhile."""
        return iter(self._messages)

    def messages(self) -> list[Message]:
        """Every message, in order of arrival."""
        return list(self._messages)

    @property
    def last_sequence(self) -> int:
        """The highest sequence number that was given to a message."""
        return self._messages.last_sequence

    def state_of(self, message: Message) -> MessageState:
        """The state of ``message`` in this queue: GONE also if it is in another one by now."""
        return message.state if self._messages.get(message.sequence) is message else _GONE

    def withdraw(self, message: Message) -> None:
        """Take out ``message``, which is visible here."""
        self._forget(message)
        self._changed()

    def restore(self, messages: Iterable[Message], last_sequence: int) -> None:
        """Go on as a queue that held these, in order of sequence numbers and in the states they say. Once, when new."""
        for message in messages:
            self._messages.restore(message)
            self._counts[message.state] += 1
            if message.state == _VISIBLE:
                self._arrive(message)
            else:
                self._due.add((message.visible_at, message.sequence))
            if message.state == _IN_FLIGHT:
                self._rejoin(message)
        self._messages.last_sequence = last_sequence

    # -- Receipt handles -------------------------------------------------------------------

    def _read_handle(self, handle: str, now: float) -> Receipt:
        receipt = self._handles.read(handle)
        if now - receipt.received_at > VISIBILITY_TIMEOUT_MAX:
            raise ReceiptHandleExpired.of_handle(handle)
        return receipt

    # -- Timelines -------------------------------------------------------------------------

    def _is_due_time(self, entry: tuple[float, int]) -> bool:
        when, sequence = entry
        message = self._messages.get(sequence)
        return message is not None and message.state != _VISIBLE and message.visible_at == when

    def _changed(self) -> None:
        if self.on_change is not None:
            self.on_change()
