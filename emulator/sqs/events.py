"""What happens to queues and to the messages in them."""

from dataclasses import dataclass

from emulator.events import Event


@dataclass(slots=True)
class QueueEvent(Event):
    """Something happened to one message in one queue."""

    queue_arn: str
    message_id: str


@dataclass(slots=True)
class Received(QueueEvent):
    receive_count: int


@dataclass(slots=True)
class Deleted(QueueEvent):
    """By a receiver."""


@dataclass(slots=True)
class Expired(QueueEvent):
    """The retention period was over."""


@dataclass(slots=True)
class DeadLettered(QueueEvent):
    """Received too often, it was moved to the dead-letter queue."""

    dead_letter_queue_arn: str


@dataclass(slots=True)
class Moved(QueueEvent):
    """A message move task took it out of a dead-letter queue and sent it on, as a new message."""

    destination_arn: str
    new_message_id: str


# Details, for watchers only. ----------------------------------------------------------------


@dataclass(slots=True)
class Sent(QueueEvent):
    """A queue took it in."""

    body: str
    group_id: str | None
    visible_at: float  # when its delay is over, in seconds since the epoch


@dataclass(slots=True)
class Duplicate(QueueEvent):
    """A FIFO queue had it before: the id is that of the first one."""


@dataclass(slots=True)
class VisibilityChanged(QueueEvent):
    """A receiver said anew until when it is hidden."""

    visible_at: float  # seconds since the epoch


@dataclass(slots=True)
class QueueCreated(Event):
    queue_arn: str


@dataclass(slots=True)
class QueueDeleted(Event):
    queue_arn: str


@dataclass(slots=True)
class QueueAttributesChanged(Event):
    queue_arn: str
    attributes: list[str]  # their names


@dataclass(slots=True)
class Purged(Event):
    queue_arn: str
