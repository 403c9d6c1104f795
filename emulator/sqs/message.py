"""A message: its place in a queue and its content. ``life_cycle`` has the states that it goes through."""

from enum import IntEnum
from typing import NamedTuple

from msgspec import Struct

from emulator.sqs.message_content import Content


class MessageState(IntEnum):
    DELAYED = 0
    VISIBLE = 1
    IN_FLIGHT = 2
    GONE = 3


class Counts(NamedTuple):
    """The numbers of messages by state, as GetQueueAttributes returns them."""

    visible: int
    delayed: int
    in_flight: int


class Message(Struct, eq=False, gc=False):
    """A place in a queue, and the content in it. Once the message was sent, only the queue changes the place.

    ``gc=False``: the garbage collector need not examine messages, as they are never part of a reference cycle.
    """

    id: str
    content: Content
    group_id: str | None = None
    deduplication_id: str | None = None
    state: MessageState = MessageState.GONE  # in no queue yet
    sequence: int = 0  # its number in its queue's order; unique in the queue, never used again
    sent_at: float = 0.0  # seconds since the epoch, as are the following two
    visible_at: float = 0.0  # when a delay or a visibility timeout ends
    first_received_at: float | None = None
    receive_count: int = 0

    @property
    def body(self) -> str:
        return self.content.body

    @property
    def origin(self) -> str | None:
        return self.content.origin

    @property
    def in_flight(self) -> bool:
        return self.state == MessageState.IN_FLIGHT

    @property
    def dead_letter_source(self) -> str | None:
        """ARN of the queue that the message was moved from; None for one that is no dead letter."""
        return None

    @property
    def received_elsewhere(self) -> int:
        """How many of its receives were in the queues from which redrive policies moved it here."""
        return 0


class DeadLetter(Message, kw_only=True, eq=False, gc=False):
    """A message in the dead-letter queue of ``dead_letter_source``. Only these have room for an ARN."""

    dead_letter_source: str | None = None
    received_elsewhere: int = 0

    @classmethod
    def of(cls, message: Message, source_arn: str, deduplication_id: str | None) -> "DeadLetter":
        """A dead letter, in no queue yet, with the content of ``message``, which was received too often."""
        return cls(
            message.id,
            message.content,
            message.group_id,
            deduplication_id,
            first_received_at=message.first_received_at,
            receive_count=message.receive_count,
            dead_letter_source=source_arn,
            received_elsewhere=message.receive_count,
        )


def new_message(
    message_id: str,
    content: Content,
    group_id: str | None,
    deduplication_id: str | None,
    source_arn: str | None,
    received_elsewhere: int,
) -> Message:
    """A message, or a dead letter from the queue ``source_arn``, that is in no queue yet."""
    if source_arn is None:
        return Message(message_id, content, group_id, deduplication_id)
    return DeadLetter(
        message_id,
        content,
        group_id,
        deduplication_id,
        dead_letter_source=source_arn,
        received_elsewhere=received_elsewhere,
    )


class Shared(Struct, frozen=True, gc=False):
    """Another message with the same content, or whose body is rendered from the same notification, and its queue."""

    queue_arn: str
    message: Message


class Delivery(Struct, frozen=True):
    """A message with the receipt handle of one receive."""

    message: Message
    receipt_handle: str
