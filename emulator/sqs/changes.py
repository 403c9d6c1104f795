"""The changes of SQS's state that the ledger records, as data. ``replaying`` applies them to another emulator.

A change names a queue by its ARN, and a message by its sequence number in the queue. Consequences that follow from the
laws of a queue are not recorded, such as that a message group joins the line, or how many messages are in flight.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from msgspec import Struct

from emulator.aws.arns import account_in
from emulator.aws.message_attribute import MessageAttribute
from emulator.foundation.changes import Change
from emulator.sqs.message_content import NO_ATTRIBUTES

TaskStatus = Literal["RUNNING", "COMPLETED", "CANCELLED", "FAILED"]


class SqsChange(Change, frozen=True):
    """A change of the state of SQS. The classes without subclasses are recorded."""


# -- Queues --------------------------------------------------------------------------------------


class QueueChange(SqsChange, frozen=True):
    """A change of one queue."""

    queue: str  # ARN

    @property
    def account(self) -> str:
        return account_in(self.queue)


class QueueCreated(QueueChange, frozen=True):
    attributes: dict[str, str]
    tags: dict[str, str]
    created_at: float
    handle_key: bytes


class QueueAttributesSet(QueueChange, frozen=True):
    attributes: dict[str, str]  # all of them
    modified_at: float


class QueueTagged(QueueChange, frozen=True):
    tags: dict[str, str]  # all of them


class ChaosSet(QueueChange, frozen=True):
    """The chaos of a standard queue was set, changed by a receive, or (without ``state``) ended."""

    state: bytes | None = None  # of the random number generator
    delivered: tuple[int, ...] = ()  # sequence numbers of the messages delivered last


class QueuePurged(QueueChange, frozen=True):
    at: float


class QueueDeleted(QueueChange, frozen=True):
    reserved_since: float | None = None  # from when the name is reserved; None: it can be used again at once


class QueuesReset(SqsChange, frozen=True):
    """The queues of a place were dropped; None stands for all accounts or all regions."""

    account: str | None = None
    region: str | None = None


# -- Messages ------------------------------------------------------------------------------------


class WrittenContent(Struct, frozen=True, tag=True, omit_defaults=True, gc=False):
    """Content that is recorded for the first time."""

    body: str
    sender_id: str
    attributes: Mapping[str, MessageAttribute] = NO_ATTRIBUTES
    trace_header: str | None = None


class SharedContent(Struct, frozen=True, tag=True, gc=False):
    """The content is that of another message, which is still in its queue."""

    queue: str  # its ARN
    sequence: int


class RenderedContent(Struct, frozen=True, tag=True, omit_defaults=True, gc=False):
    """Content that is recorded for the first time, and whose body is rendered when a receiver wants it."""

    recipe: Any  # what ``Recipe.recorded`` returned; plain values once it was read from a store
    sender_id: str
    attributes: Mapping[str, MessageAttribute] = NO_ATTRIBUTES
    trace_header: str | None = None
    beside: SharedContent | None = None  # its recipe has what is left out of this one


class MessagePlaced(QueueChange, frozen=True):
    """A message came into the queue, behind all others; ``delayed`` or visible."""

    sequence: int
    id: str
    content: WrittenContent | RenderedContent | SharedContent
    sent_at: float
    visible_at: float
    delayed: bool = False
    group_id: str | None = None
    deduplication_id: str | None = None
    receive_count: int = 0
    first_received_at: float | None = None
    dead_letter_source: str | None = None
    received_elsewhere: int = 0


class DelayChanged(QueueChange, frozen=True):
    """The delay of a message now ends at ``visible_at``."""

    sequence: int
    visible_at: float


class MessageHidden(QueueChange, frozen=True):
    """A message was received, or its visibility timeout changed: it is in flight until ``visible_at``."""

    sequence: int
    visible_at: float
    receive_count: int
    first_received_at: float | None = None


class MessageShown(QueueChange, frozen=True):
    """The delay or the visibility timeout of a message is over."""

    sequence: int


class MessageGone(QueueChange, frozen=True):
    """A message was removed: deleted, expired, or moved to another queue."""

    sequence: int


class TenantNoiseChanged(QueueChange, frozen=True):
    """A tenant of a fair queue is noisy until ``noisy_until``, or (None) quiet."""

    group_id: str
    noisy_until: float | None = None


# -- FIFO queues ---------------------------------------------------------------------------------


class DeduplicationIdUsed(QueueChange, frozen=True):
    digest: str  # hexadecimal, as it has more digits than numbers of JSON may have
    at: float
    message_id: str
    sequence_number: str | None


class DeduplicationIdsForgotten(QueueChange, frozen=True):
    digests: list[str]


class AttemptMade(QueueChange, frozen=True):
    """A receive with an attempt id returned these messages."""

    attempt_id: str
    at: float
    messages: list[int]  # sequence numbers


class AttemptVoided(QueueChange, frozen=True):
    """The attempt cannot be repeated any more."""

    attempt_id: str


class AttemptForgotten(QueueChange, frozen=True):
    attempt_id: str


# -- Message move tasks --------------------------------------------------------------------------


class MoveTaskStarted(QueueChange, frozen=True):
    """A task began, with the queue as its source."""

    task_id: str
    started_at: float
    to_move: int
    destination: str | None  # as the caller gave it
    rate: int | None
    destinations: list[tuple[str | None, str | None]]  # ARNs: where messages came from, and where those are moved to


class MoveTaskProgressed(QueueChange, frozen=True):
    """A task moved or passed over messages.

    ``next`` is the sequence number of the message whose turn is next, None if no turn is left.
    """

    task_id: str
    moved: int
    next: int | None
    blocked_groups: tuple[str, ...] = ()  # those blocked since the last progress


class MoveTaskEnded(QueueChange, frozen=True):
    task_id: str
    status: TaskStatus
    failure_reason: str | None = None


def _concrete(kind: type[SqsChange]) -> Iterator[type[SqsChange]]:
    """The kinds of changes below ``kind`` that are recorded."""
    below = kind.__subclasses__()
    if not below:
        yield kind
    for each in below:
        yield from _concrete(each)


KINDS = tuple(_concrete(SqsChange))  # all that ``replaying`` can make
