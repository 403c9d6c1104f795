"""What happens to queues and to the messages in them."""

from emulator.events import Event


class FromPublish(Event, kw_only=True):
    """It is about a message that may have come from a topic."""

    origin: str | None = None  # the id that its publisher was told


class QueueEvent(FromPublish):
    """Something happened to one message in one queue."""

    queue_arn: str
    message_id: str


class Received(QueueEvent):
    receive_count: int


class Deleted(QueueEvent):
    """By a receiver."""


class Expired(QueueEvent):
    """The retention period was over."""


class DeadLettered(QueueEvent):
    """Received too often, it was moved to the dead-letter queue."""

    dead_letter_queue_arn: str
    receive_count: int


class Moved(QueueEvent):
    """A message move task took it out of a dead-letter queue and sent it on, as a new message."""

    destination_arn: str
    new_message_id: str


# Details, for watchers only. ----------------------------------------------------------------


class Sent(QueueEvent):
    """A queue took it in."""

    body: str
    group_id: str | None
    visible_at: float  # when its delay is over, in seconds since the epoch


class Duplicate(QueueEvent):
    """A FIFO queue had it before: the id is that of the first one."""


class VisibilityChanged(QueueEvent):
    """A receiver said anew until when it is hidden."""

    visible_at: float  # seconds since the epoch


class QueueCreated(Event):
    queue_arn: str


class QueueDeleted(Event):
    queue_arn: str


class QueueAttributesChanged(Event):
    queue_arn: str
    attributes: list[str]  # their names


class Purged(Event):
    queue_arn: str
