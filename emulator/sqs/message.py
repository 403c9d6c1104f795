"""A message and its life.

    send ──> DELAYED ──delay ends──> VISIBLE ──receive──> IN_FLIGHT ──delete──> GONE
      └─────── no delay ───────────────^  ^─ timeout ends ───┘ └─ moved to a dead-letter queue ─> GONE

From every state a message goes to GONE by a purge or at the end of its retention period.
By the receipt handle of an earlier receive a standard message can also be deleted, or hidden, while VISIBLE.
"""

from collections.abc import Callable, Mapping
from enum import IntEnum
from typing import NamedTuple

from msgspec import Struct, field

from emulator.aws.checksums import md5_of_body
from emulator.aws.message_attribute import MessageAttribute, attributes_size, utf8_length
from emulator.sqs.totals import Totals


class MessageState(IntEnum):
    DELAYED = 0
    VISIBLE = 1
    IN_FLIGHT = 2
    GONE = 3


class Counts(NamedTuple):
    """Messages by state, as GetQueueAttributes tells them."""

    visible: int
    delayed: int
    in_flight: int


LazyText = Callable[[], str]  # a text that is made when it is first wanted

NO_ATTRIBUTES: Mapping[str, MessageAttribute] = {}


class Message(Struct, eq=False, gc=False):
    """A message as a queue keeps it; the queue alone changes it once it was sent.

    The garbage collector need not look at messages: nothing that one holds leads back to it.
    """

    id: str
    _body: str | LazyText
    sender_id: str
    attributes: Mapping[str, MessageAttribute] = field(default_factory=lambda: NO_ATTRIBUTES)
    group_id: str | None = None
    deduplication_id: str | None = None
    trace_header: str | None = None
    origin: str | None = None  # id of the publish that it came from
    _body_md5: bytes | None = None  # the digits take twice the room
    _not_counted_in: Totals | None = None  # where its size is missing until its body is made
    state: MessageState = MessageState.GONE  # in no queue yet
    sequence: int = 0  # its place in its queue's order; unique in the queue, never used again
    sent_at: float = 0.0  # seconds since the epoch, as are the following two
    visible_at: float = 0.0  # when a delay or a visibility timeout ends
    first_received_at: float | None = None
    receive_count: int = 0
    dead_letter_source: str | None = None  # ARN of the queue it was moved from

    @property
    def body(self) -> str:
        body = self._body
        if isinstance(body, str):
            return body
        self._body = text = body()
        if self._not_counted_in is not None:
            self.count_size(self._not_counted_in)
        return text

    @property
    def body_md5(self) -> str:
        digest = self._body_md5
        if digest is None:
            digest = self._body_md5 = md5_of_body(self.body)
        return digest.hex()

    def count_size(self, totals: Totals) -> None:
        """Count its size: now, or once its body is made, which nobody makes for counting."""
        body = self._body
        if isinstance(body, str):
            totals.measured += 1
            totals.measured_bytes += _size(body, self.attributes)
            self._not_counted_in = None
        else:
            self._not_counted_in = totals

    @property
    def in_flight(self) -> bool:
        return self.state == MessageState.IN_FLIGHT

    @property
    def size(self) -> int:
        """Bytes that count against MaximumMessageSize: the UTF-8 body and the message attributes."""
        return _size(self.body, self.attributes)


def _size(body: str, attributes: Mapping[str, MessageAttribute]) -> int:
    size = utf8_length(body)
    return size + attributes_size(attributes) if attributes else size


class Delivery(Struct, frozen=True):
    """A message as a receiver gets it."""

    message: Message
    receipt_handle: str
