"""Queues and what they hold, as the control routes show them: looked at, never touched."""

from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Annotated

import msgspec

from emulator.aws.sqs_errors import QueueDoesNotExist
from emulator.control.attribute_values import attribute_values
from emulator.control.explanation import AttributeValue
from emulator.control.parameters import Account
from emulator.control.refusals import BadRequestError, NotFoundError
from emulator.sns.notification import timestamp
from emulator.sqs.chaos import StandardQueueChaos
from emulator.sqs.exactly_once import sequence_number
from emulator.sqs.message import Message, MessageState
from emulator.sqs.queue import Queue
from emulator.world import World


class QueuesQuery(msgspec.Struct, forbid_unknown_fields=True):
    """Which queues to list."""

    account: Account | None = None
    region: str | None = None


class QueuePath(msgspec.Struct):
    """Which queue."""

    account: Account
    region: str
    name: str


class QueueQuery(msgspec.Struct, forbid_unknown_fields=True):
    """How many messages of a queue to show."""

    limit: Annotated[int, msgspec.Meta(ge=0, le=10_000)] = 1_000


class Chaos(msgspec.Struct, forbid_unknown_fields=True):
    """The chaos of a standard queue: its seed, or null for none."""

    seed: int | None


class QueueSummary(msgspec.Struct):
    """A queue, and how many messages it has in each state."""

    account: str
    region: str
    name: str
    arn: str
    fifo: bool
    visible: int
    delayed: int
    in_flight: int


class StoredMessage(msgspec.Struct, omit_defaults=True):
    """A message in a queue. Times are ISO 8601, by the clock of the queue's account; what does not apply is left out.

    ``visible_at`` is when the delay or the visibility timeout ends. ``group_in_flight`` says that an earlier
    message of the same group is in flight, so that this one cannot be received though it is visible;
    ``locked_by`` is its id.
    """

    message_id: str
    state: str  # "visible", "delayed" or "in_flight"
    body: str
    sent_at: str
    expires_at: str
    receive_count: int
    attributes: dict[str, AttributeValue]
    visible_at: str | None = None
    group_id: str | None = None
    group_in_flight: bool = False
    locked_by: str | None = None
    deduplication_id: str | None = None
    sequence_number: str | None = None
    dead_letter_source: str | None = None  # ARN of a queue


class QueueContents(QueueSummary):
    """A queue and its messages, in order of arrival; ``omitted`` says how many more there are."""

    now: str
    messages: list[StoredMessage]
    omitted: int


class QueueSummaries(msgspec.Struct):
    queues: list[QueueSummary]


def list_queues(world: World, query: QueuesQuery) -> QueueSummaries:
    """Every queue, or those of one account or region, with how many messages it has in each state."""
    return QueueSummaries(
        [
            _summary(queue, world.clocks.of(queue.identity.account).now())
            for queue in world.sqs.queues
            if query.account in (None, queue.identity.account) and query.region in (None, queue.identity.region)
        ]
    )


def show_queue(world: World, path: QueuePath, query: QueueQuery) -> QueueContents:
    """What a queue holds, looked at without receiving anything."""
    queue = _find(world, path)
    now = world.clocks.of(queue.identity.account).now()
    summary = _summary(queue, now)
    messages = list(islice(queue, query.limit))
    locks = group_locks(queue, messages)
    return QueueContents(
        **msgspec.structs.asdict(summary),
        now=timestamp(now),
        messages=[stored(message, queue, locks) for message in messages],
        omitted=len(queue.contents.messages) - len(messages),
    )


def set_chaos(world: World, path: QueuePath, body: Chaos) -> None:
    """Let a standard queue do what AWS allows: deliver out of order, at times twice, at times fewer than asked."""
    queue = _find(world, path)
    if queue.fifo:
        raise BadRequestError("A FIFO queue has no chaos.")
    queue.set_chaos(None if body.seed is None else StandardQueueChaos(body.seed))


def _find(world: World, path: QueuePath) -> Queue:
    try:
        return world.sqs.queues.get(path.account, path.region, path.name)
    except QueueDoesNotExist:
        raise NotFoundError(f"No queue {path.name} in {path.account}, {path.region}.") from None


def _summary(queue: Queue, now: float) -> QueueSummary:
    return QueueSummary(*_places(queue), queue.arn, queue.fifo, *queue.counts(now))


def _places(queue: Queue) -> tuple[str, str, str]:
    identity = queue.identity
    return identity.account, identity.region, identity.name


def group_locks(queue: Queue, messages: Iterable[Message]) -> Mapping[str | None, Message]:
    """Of the message groups of ``messages`` in a FIFO queue, the first message in flight, which locks those behind."""
    groups = queue.contents.groups
    if groups is None:
        return {}
    names = {message.group_id for message in messages if message.group_id is not None}
    return {name: lock for name in names if (lock := groups.lock_of(name)) is not None}


def stored(message: Message, queue: Queue, locks: Mapping[str | None, Message]) -> StoredMessage:
    """A message as it is in its queue, whose locked groups are ``locks``."""
    visible = message.state == MessageState.VISIBLE
    lock = locks.get(message.group_id)
    locked_by = lock.id if visible and lock is not None and lock.sequence < message.sequence else None
    return StoredMessage(
        message_id=message.id,
        state=message.state.name.lower(),
        body=message.body,
        sent_at=timestamp(message.sent_at),
        expires_at=timestamp(message.sent_at + queue.attributes.retention_seconds),
        receive_count=message.receive_count,
        attributes=attribute_values(message.content.attributes),
        visible_at=None if visible else timestamp(message.visible_at),
        group_id=message.group_id,
        group_in_flight=locked_by is not None,
        locked_by=locked_by,
        deduplication_id=message.deduplication_id,
        sequence_number=sequence_number(message.sequence) if queue.fifo else None,
        dead_letter_source=message.dead_letter_source,
    )
