"""The messages that topics put into queues, and the interface by which they reach queues."""

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Protocol

from msgspec import Struct

from emulator.aws.limits import MESSAGE_ATTRIBUTES_MAX
from emulator.aws.message_attribute import MessageAttribute
from emulator.sns.delivery.deliverer import Deliverer, Outcome, Undeliverable
from emulator.sns.delivery.envelope import Envelope
from emulator.sns.subscription import Subscription

Body = str | Envelope  # an envelope is rendered when a receiver wants it
Address = tuple[str, Body, Mapping[str, MessageAttribute]]  # a queue's ARN, and what that queue gets

NO_QUEUE = Undeliverable("no queue of this ARN can take it")
TOO_MANY_ATTRIBUTES = Undeliverable(
    f"raw delivery cannot carry more than {MESSAGE_ATTRIBUTES_MAX} message attributes to a queue"
)


class MessageHeader(Struct, frozen=True, omit_defaults=True):
    """The part of one message that is the same for all queues."""

    topic_arn: str
    published_as: str | None = None  # the id that Publish returned
    trace_header: str | None = None
    group_id: str | None = None  # in a standard queue
    fifo_ids: tuple[str | None, str | None] = (None, None)  # message group and deduplication id in a FIFO queue


class QueueMessage(Struct, frozen=True, gc=False):
    """A message as one queue gets it."""

    header: MessageHeader
    body: Body
    attributes: Mapping[str, MessageAttribute]


class QueueSink(Protocol):
    """The queues that topics reach within the call."""

    def send(self, header: MessageHeader, addresses: Iterable[Address]) -> list[Outcome]:
        """Put a message into queues. Returns, for each, the id of the message there, or why it was not accepted."""
        ...

    def catch_up(self, reached: Callable[[], Collection[str]]) -> bool:
        """Let the queues that a publish reaches catch up, within one turn of the event loop.

        ``reached`` returns their ARNs, and is called only if something may be due. Returns False if something is left.
        """
        ...


class AbroadDeliverer(Deliverer, Protocol):
    """A deliverer to queues that are not reached within the call."""

    def put_into_dead_letter_queue(self, subscription: Subscription, message: QueueMessage, queue_arn: str) -> None:
        """Put ``message``, which its endpoint did not get, into the queue with this ARN."""
        ...
