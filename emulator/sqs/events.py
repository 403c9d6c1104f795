"""What happens to queues and to the messages in them."""

from emulator.foundation.events import Event


class FromPublish(Event, kw_only=True):
    """An event about a message that may have come from a topic."""

    origin: str | None = None  # the message id that Publish returned; None if it came from no topic


class QueueEvent(FromPublish):
    """Something happened to one message in one queue."""

    queue_arn: str
    message_id: str


class Received(QueueEvent):
    receive_count: int
    visible_at: float  # when its visibility timeout is over, in seconds since the epoch


class Deleted(QueueEvent):
    """A consumer deleted it."""


class Expired(QueueEvent):
    """Its retention period ended."""


class DeadLettered(QueueEvent):
    """It was received too often and moved to the dead-letter queue."""

    dead_letter_queue_arn: str
    receive_count: int


class Moved(QueueEvent):
    """A message move task took it out of a dead-letter queue and sent it to another queue, as a new message."""

    destination_arn: str
    new_message_id: str


class Duplicate(QueueEvent):
    """A FIFO queue found a duplicate. The id is that of the first message, the origin that of the duplicate."""

    deduplication_id: str


class Sent(QueueEvent):
    """A queue accepted it. For a message from a topic this is a detail, reported to watchers only."""

    body: str  # in the history its first characters
    body_length: int  # in characters
    group_id: str | None
    deduplication_id: str | None
    sequence: int  # its place in the queue's order
    visible_at: float  # when its delay is over, in seconds since the epoch


class VisibilityChanged(QueueEvent):
    """A consumer changed its visibility timeout."""

    visible_at: float  # seconds since the epoch


class Purged(Event):
    queue_arn: str


class QueueDeleted(Event):
    queue_arn: str


# Details, for watchers only. ----------------------------------------------------------------


class QueueCreated(Event):
    queue_arn: str


class QueueAttributesChanged(Event):
    queue_arn: str
    attributes: list[str]  # their names
