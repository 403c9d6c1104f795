"""What a queue or a topic tells the sender of a message."""

from msgspec import Struct


class Accepted(Struct, frozen=True):
    """What a sender learns: of a duplicate, the identity of the message first sent."""

    message_id: str
    sequence_number: str | None = None  # FIFO queues and topics only
