"""Messages in a queue."""

from collections.abc import Mapping
from typing import Annotated, Literal

import msgspec

from emulator.aws.message_attribute import MessageAttribute
from emulator.aws.principals import user_id
from emulator.sqs.message import Message, MessageState, new_message
from emulator.sqs.message_content import NO_ATTRIBUTES, Content
from emulator.sqs.queue import Queue
from emulator.state.part import NO_TIME, Count, DocumentError, Part, Time
from emulator.state.renaming import Renaming
from emulator.structures.parted import PartedSet
from emulator.timing.turns import Work, emptied, portions

_ReceiveCount = Annotated[int, msgspec.Meta(ge=0, lt=2**31)]

_STATES = {"visible": MessageState.VISIBLE, "delayed": MessageState.DELAYED, "in_flight": MessageState.IN_FLIGHT}
_NAMES: Mapping[MessageState, Literal["visible", "delayed", "in_flight"]] = {
    MessageState.VISIBLE: "visible",
    MessageState.DELAYED: "delayed",
    MessageState.IN_FLIGHT: "in_flight",
}


class StoredAttribute(Part):
    """A message attribute, with one of the two values; ``binary`` is base64."""

    type: str
    string: str | None = None
    binary: bytes | None = None

    def __post_init__(self) -> None:
        if (self.string is None) == (self.binary is None):
            raise ValueError("A message attribute has either `string` or `binary`")


class StoredMessage(Part, kw_only=True):
    """A message in a queue. ``sequence`` is its place there; ``dead_letter_source`` is an ARN.

    ``received_elsewhere`` is how many of a dead letter's receives were before it came to this queue.
    """

    id: str = ""
    sequence: Count = 0
    body: str
    sender_id: str = ""
    sent_at: Time = NO_TIME
    visible_at: Time = NO_TIME
    state: Literal["visible", "delayed", "in_flight"] = "visible"
    receive_count: _ReceiveCount = 0
    first_received_at: Time | None = None
    attributes: dict[str, StoredAttribute] = {}
    group_id: str | None = None
    deduplication_id: str | None = None
    trace_header: str | None = None
    dead_letter_source: str | None = None
    received_elsewhere: _ReceiveCount = 0

    def rename(self, renaming: Renaming) -> None:
        if self.sender_id == user_id(renaming.old):
            self.sender_id = user_id(renaming.new)
        self.dead_letter_source = renaming.optional(self.dead_letter_source)


def stored_attributes(attributes: Mapping[str, MessageAttribute]) -> dict[str, StoredAttribute]:
    return {
        name: StoredAttribute(type=value.data_type, string=value.string_value, binary=value.binary_value)
        for name, value in attributes.items()
    }


def message_attributes(stored: Mapping[str, StoredAttribute]) -> Mapping[str, MessageAttribute]:
    if not stored:
        return NO_ATTRIBUTES  # one for the many messages that have none
    return {name: MessageAttribute(value.type, value.string, value.binary) for name, value in stored.items()}


def stored_message(message: Message) -> StoredMessage:
    content = message.content
    return StoredMessage(
        id=message.id,
        sequence=message.sequence,
        state=_NAMES[message.state],
        body=content.body,
        sender_id=content.sender_id,
        sent_at=message.sent_at,
        visible_at=message.visible_at,
        receive_count=message.receive_count,
        first_received_at=message.first_received_at,
        attributes=stored_attributes(content.attributes),
        group_id=message.group_id,
        deduplication_id=message.deduplication_id,
        trace_header=content.trace_header,
        dead_letter_source=message.dead_letter_source,
        received_elsewhere=message.received_elsewhere,
    )


def restoring_messages(queue: Queue, stored: list[StoredMessage], last_sequence: int) -> Work[None]:
    """Put messages into a new queue, in portions. DocumentError where they cannot be in one together."""
    ids = PartedSet[str]()
    sequence = 0
    queue.contents.restore((), last_sequence)
    for portion in portions(enumerate(stored)):
        for number, message in portion:
            problem = _problem(queue, message, sequence, last_sequence)
            if not ids.add(message.id):
                problem = f"Message {message.id} is in the queue already"
            if problem is not None:
                raise DocumentError(problem, f".messages[{number}]")
            sequence = message.sequence
        queue.contents.restore((_message(message) for _, message in portion), last_sequence)
        yield
    yield from emptied(*ids.containers)


def _problem(queue: Queue, message: StoredMessage, before: int, last_sequence: int) -> str | None:
    """Why ``message`` cannot be in ``queue`` behind one with the sequence number ``before``; None: it can."""
    if not before < message.sequence <= last_sequence:
        return f"The sequence number {message.sequence} is not between that of the message before and the last"
    if message.state == "in_flight" and message.receive_count == 0:
        return "A message in flight has been received"
    if not queue.fifo and message.state == "delayed" and message.receive_count:
        return "A delayed message in a standard queue has not been received"
    if message.received_elsewhere > (message.receive_count if message.dead_letter_source is not None else 0):
        return "Only a dead letter was received elsewhere, and not more often than it was received"
    if queue.fifo and (message.group_id is None or message.deduplication_id is None):
        return "A message in a FIFO queue has a group and a deduplication id"
    if not queue.fifo and message.deduplication_id is not None:
        return "Only a message in a FIFO queue has a deduplication id"
    return None


def _message(stored: StoredMessage) -> Message:
    content = Content(
        stored.body, stored.sender_id, message_attributes(stored.attributes), trace_header=stored.trace_header
    )
    message = new_message(
        stored.id,
        content,
        stored.group_id,
        stored.deduplication_id,
        stored.dead_letter_source,
        stored.received_elsewhere,
    )
    message.state = _STATES[stored.state]
    message.sequence = stored.sequence
    message.sent_at = stored.sent_at
    message.visible_at = stored.visible_at
    message.first_received_at = stored.first_received_at
    message.receive_count = stored.receive_count
    return message
