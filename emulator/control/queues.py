"""Queues and what they hold, as the control routes show them: looked at, never touched."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import Annotated

import msgspec

from emulator.aws.place import Place
from emulator.aws.sqs_errors import QueueDoesNotExist
from emulator.control.attribute_values import attribute_values
from emulator.control.explanation import AttributeValue
from emulator.control.parameters import Account
from emulator.control.refusals import BadRequestError, NotFoundError
from emulator.sns.notification import timestamp
from emulator.sqs.catching_up import Budget
from emulator.sqs.chaos import StandardQueueChaos
from emulator.sqs.exactly_once import sequence_number
from emulator.sqs.message import Message, MessageState
from emulator.sqs.queue import Queue
from emulator.timing.turns import PORTION, Work, in_turns, next_turn, portions
from emulator.world.world import World


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
    ``locked_by`` is its id. ``published_as`` is the id of the publish that the message came from.
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
    published_as: str | None = None


class QueueContents(QueueSummary):
    """A queue and its messages, in order of arrival; ``omitted`` says how many more there are."""

    now: str
    messages: list[StoredMessage]
    omitted: int


class QueueSummaries(msgspec.Struct):
    queues: list[QueueSummary]


async def list_queues(world: World, query: QueuesQuery) -> QueueSummaries:
    """Every queue, or those of one account or region, with how many messages it has in each state.

    All numbers are of one moment.
    """
    return QueueSummaries(await in_turns(summaries(world, Place(query.account, query.region))))


def summaries(world: World, place: Place, limit: int | None = None) -> Work[list[QueueSummary]]:
    """The queues in ``place``, at one moment; with a ``limit`` only the first ones."""
    yield from world.sqs.catching_up(world.clocks.now_of, place)
    rows = [(queue, tuple(queue.contents.counts)) for queue in islice(world.sqs.queues.within(place), limit)]
    shown: list[QueueSummary] = []
    for portion in portions(rows):
        yield
        for queue, counts in portion:
            shown.append(_summary(queue, counts))
    return shown


async def show_queue(world: World, path: QueuePath, query: QueueQuery) -> QueueContents:
    """What a queue holds, looked at without receiving anything."""
    return await in_turns(_contents(world, path, query.limit))


def _contents(world: World, path: QueuePath, limit: int) -> Work[QueueContents]:
    queue = find_queue(world, path)
    now_of = world.clocks.now_of
    while not queue.catch_up(now_of(path.account), Budget()):
        yield
    now, messages, shown = now_of(path.account), queue.contents.messages, list[StoredMessage]()
    count, summary = len(messages), _summary(queue, queue.contents.counts)
    locks: dict[str | None, Message] = {}
    with queue.contents.snapshot() as snapshot:
        while len(shown) < limit and (rows := snapshot.next(min(PORTION, limit - len(shown)))):
            shown += [_in_turn(message, queue, locks) for message in rows]
            yield
    return QueueContents(
        **msgspec.structs.asdict(summary), now=timestamp(now), messages=shown, omitted=count - len(shown)
    )


def _in_turn(message: Message, queue: Queue, locks: dict[str | None, Message]) -> StoredMessage:
    """``message``, after those before it. ``locks`` has the first message in flight of each group, once it came."""
    if queue.fifo and message.state == MessageState.IN_FLIGHT:
        locks.setdefault(message.group_id, message)
    return stored(message, queue, locks)


async def set_chaos(world: World, path: QueuePath, body: Chaos) -> None:
    """Let a standard queue do what AWS allows: deliver out of order, at times twice, at times fewer than asked."""
    queue = find_queue(world, path)
    if queue.fifo:
        raise BadRequestError("A FIFO queue has no chaos.")
    while not queue.catch_up(world.clocks.now_of(path.account), Budget()):
        await next_turn()
    queue.contents.set_chaos(None if body.seed is None else StandardQueueChaos(body.seed))


def find_queue(world: World, path: QueuePath) -> Queue:
    """The queue at ``path``; NotFoundError if there is none."""
    try:
        return world.sqs.queues.get(path.account, path.region, path.name)
    except QueueDoesNotExist:
        raise NotFoundError(f"No queue {path.name} in {path.account}, {path.region}.") from None


def _summary(queue: Queue, counts: Sequence[int]) -> QueueSummary:
    identity = queue.identity
    return QueueSummary(
        identity.account,
        identity.region,
        identity.name,
        queue.arn,
        queue.fifo,
        visible=counts[MessageState.VISIBLE],
        delayed=counts[MessageState.DELAYED],
        in_flight=counts[MessageState.IN_FLIGHT],
    )


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
        published_as=message.origin,
    )
