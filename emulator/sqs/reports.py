"""The reports of a queue about its messages: to its history, to the trace of their publish, and to watchers."""

from emulator.foundation.events import Observer
from emulator.sqs.content_text import body_of
from emulator.sqs.events import (
    DeadLettered,
    Deleted,
    Duplicate,
    Expired,
    Purged,
    QueueDeleted,
    QueueEvent,
    Received,
    Sent,
    VisibilityChanged,
)
from emulator.sqs.history import SHOWN_CHARACTERS, History
from emulator.sqs.message import Message


class Reports:
    """The reports of one queue. Those about every message cost next to nothing while there are no watchers."""

    __slots__ = ("_queue_arn", "_remember", "observer")

    def __init__(self, queue_arn: str, observer: Observer, history: History) -> None:
        self._queue_arn = queue_arn
        self.observer = observer
        self._remember = history.remember

    def sent(self, message: Message, now: float) -> None:
        content = message.content
        origin = content.origin
        if origin is None:
            body = body_of(content)
            self._remember(
                (
                    Sent,
                    now,
                    self._queue_arn,
                    message.id,
                    body[:SHOWN_CHARACTERS],  # the very text, where it is no longer
                    len(body),
                    message.group_id,
                    message.deduplication_id,
                    message.sequence,
                    message.visible_at,
                )
            )
        if self.observer.watched:
            body = body_of(content)
            self.observer.stream(
                Sent(
                    now,
                    self._queue_arn,
                    message.id,
                    body,
                    len(body),
                    message.group_id,
                    message.deduplication_id,
                    message.sequence,
                    message.visible_at,
                    origin=origin,
                )
            )

    def received(self, message: Message, now: float) -> None:
        count, until, origin = message.receive_count, message.visible_at, message.content.origin
        if origin is None:
            self._remember((Received, now, self._queue_arn, message.id, count, until))
        if origin is not None or self.observer.watched:
            self.observer.report(Received(now, self._queue_arn, message.id, count, until, origin=origin))

    def deleted(self, message: Message, now: float) -> None:
        origin = message.content.origin
        if origin is None:
            self._remember((Deleted, now, self._queue_arn, message.id))
        if origin is not None or self.observer.watched:
            self.observer.report(Deleted(now, self._queue_arn, message.id, origin=origin))

    def duplicate(self, message: Message, first_id: str, now: float) -> None:
        """``message`` was not taken in, as the message with ``first_id`` had the same deduplication id."""
        deduplication_id = message.deduplication_id
        assert deduplication_id is not None, "``digest_of_id`` has given it one"
        self.happened(Duplicate(now, self._queue_arn, first_id, deduplication_id, origin=message.origin))

    def hidden(self, message: Message, now: float) -> None:
        """The visibility timeout of ``message`` was changed."""
        self.happened(VisibilityChanged(now, self._queue_arn, message.id, message.visible_at, origin=message.origin))

    def expired(self, message: Message, at: float) -> None:
        """The retention period of ``message`` was over."""
        self.happened(Expired(at, self._queue_arn, message.id, origin=message.origin))

    def dead_lettered(self, message: Message, target_arn: str, now: float) -> None:
        """``message`` was received too often, and is now in the dead-letter queue."""
        count = message.receive_count
        event = DeadLettered(now, self._queue_arn, message.id, target_arn, count, origin=message.origin)
        self.happened(event)
        self.observer.warn(event)

    def happened(self, event: QueueEvent) -> None:
        """Report an event of one message that is none of those above."""
        if event.origin is None:
            self._remember(event)
        if event.origin is not None or self.observer.watched:
            self.observer.report(event)

    def ended(self, event: Purged | QueueDeleted) -> None:
        """Report that the queue was purged or deleted, with all its messages."""
        self._remember(event)
        if self.observer.watched:
            self.observer.stream(event)
