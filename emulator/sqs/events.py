"""What happens to messages in queues."""

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
