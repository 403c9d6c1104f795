"""Routes that show traces: what became of a message at each subscription and in each queue."""

from collections.abc import Iterable
from typing import Annotated

import msgspec

from emulator.aws.arns import Arn
from emulator.control.attribute_values import attribute_values
from emulator.control.explanation import Answer, answer
from emulator.control.message_trace import trace_of_message
from emulator.control.parameters import Account
from emulator.control.refusals import NotFoundError
from emulator.control.trace_shapes import SHOWN_CHARACTERS, PublishTrace, PublishTraces, Step, SubscriptionTrace
from emulator.control.trace_steps import QueueLife, duplicate_of, step_of
from emulator.foundation.events import Event
from emulator.observation.trace import Record
from emulator.sns import events as sns
from emulator.sns.filter_policy import Verdict
from emulator.sns.notification import timestamp
from emulator.sqs import events as sqs
from emulator.sqs.history import Ends
from emulator.timing.turns import Work, in_turns, portions
from emulator.world.world import World


class TraceQuery(msgspec.Struct, forbid_unknown_fields=True):
    """Which publishes to return: the newest of one topic or account, or of all."""

    topic: str | None = None  # ARN
    account: Account | None = None
    limit: Annotated[int, msgspec.Meta(ge=1, le=1_000)] = 100


class TracePath(msgspec.Struct):
    """Which message: the id that Publish or SendMessage returned."""

    message_id: str


async def trace_of_one(world: World, path: TracePath) -> PublishTrace:
    """What became of one message that was published, or sent to a queue.

    The id that a published message has in a queue is accepted, too.
    """
    record = world.trace.find(path.message_id) or await in_turns(world.trace.find_delivered(path.message_id))
    if record is not None:
        return await in_turns(_trace_of(world, record))
    trace = await in_turns(trace_of_message(world, path.message_id))
    if trace is None:
        raise NotFoundError(f"No trace of the message {path.message_id}.")
    return trace


async def trace_of_newest(world: World, query: TraceQuery) -> PublishTraces:
    """What became of the newest publishes, newest last. Each is shown as it is when its turn comes."""
    records = world.trace.newest(query.limit, topic_arn=query.topic, account=query.account)
    return PublishTraces([await in_turns(_trace_of(world, record)) for record in records])


def _trace_of(world: World, record: Record) -> Work[PublishTrace]:
    """Everything that the trace knows of one publish, as it is now."""
    own_steps, omitted = _own_steps(record.published, record.entries), record.omitted
    subscriptions = yield from _Subscriptions(world).of(record.steps())
    published = record.published
    return PublishTrace(
        message_id=published.message_id,
        at=timestamp(published.at),
        account=published.account,
        topic=published.topic_arn,
        target=published.target,
        queue=None,
        subject=published.subject,
        message=published.message[:SHOWN_CHARACTERS],
        message_length=len(published.message),
        attributes=attribute_values(published.attributes),
        group_id=published.group_id,
        deduplication_id=published.deduplication_id,
        sequence_number=published.sequence_number,
        steps=own_steps,
        subscriptions=subscriptions,
        omitted=omitted,
    )


def _own_steps(published: sns.Published, events: list[Event]) -> list[Step]:
    steps = []
    for event in events:
        if isinstance(event, sns.Duplicate | sns.DirectlyStored | sns.DirectlyFailed):
            step = step_of(event)
            if isinstance(event, sns.Duplicate):
                step.reason = duplicate_of(event.message_id, published.deduplication_id)
            steps.append(step)
    return steps


class _Subscriptions:
    """The events of one publish by subscription. Events in queues belong to the one that brought the message."""

    def __init__(self, world: World) -> None:
        self._ends = Ends(world.sqs.queues.history)
        self._now_of = world.clocks.now_of
        self._by_arn: dict[str, SubscriptionTrace] = {}
        self._serials: dict[str, int] = {}
        self._by_queue_message: dict[str, tuple[SubscriptionTrace, QueueLife]] = {}
        self._lives: list[tuple[SubscriptionTrace, QueueLife]] = []  # of messages that this publish made
        self._duplicates: dict[str, list[sqs.Duplicate]] = {}  # before the delivery; by the first one's id
        self._by_entry: dict[str, SubscriptionTrace] = {}

    def of(self, events: Iterable[Event]) -> Work[list[SubscriptionTrace]]:
        """Oldest subscription first."""
        for portion in portions(events):
            for event in portion:
                self._add(event)
            yield
        for lives in portions(self._lives):
            for trace, life in lives:
                arn = Arn.parse(life.queue_arn)
                assert arn is not None, "queues have ARNs"
                trace.steps += life.rest(self._now_of(arn.account))
            yield
        return [self._by_arn[arn] for arn in sorted(self._by_arn, key=self._serials.__getitem__)]

    def _add(self, event: Event) -> None:
        if isinstance(event, sns.DeliveryEvent):
            self._delivery(event)
        elif isinstance(event, sqs.QueueEvent):
            self._in_queue(event)
        elif isinstance(event, sns.Forwarded | sns.ForwardingFailed):
            self._by_entry[event.entry_id].steps.append(step_of(event))

    def _delivery(self, event: sns.DeliveryEvent) -> None:
        subscription = event.subscription
        if subscription.arn not in self._by_arn:
            self._by_arn[subscription.arn] = SubscriptionTrace(
                subscription.arn, subscription.protocol, subscription.shown_endpoint, _verdict(event), []
            )
        self._serials[subscription.arn] = subscription.serial
        trace = self._by_arn[subscription.arn]
        trace.steps.append(step_of(event))
        if isinstance(event, sns.Delivered):
            self._arrived(trace, subscription.endpoint, event.queue_message_id, event.at)
        elif isinstance(event, sns.DeadLettered):
            self._arrived(trace, event.queue_arn, event.queue_message_id, event.at)
        elif isinstance(event, sns.Stored):
            self._by_entry[event.entry_id] = trace

    def _arrived(self, trace: SubscriptionTrace, queue_arn: str, message_id: str, at: float) -> None:
        """A queue accepted the message, unless it was a duplicate there."""
        duplicates = self._duplicates.pop(message_id, [])
        trace.steps += map(step_of, duplicates)
        if message_id not in self._by_queue_message:
            known = trace, QueueLife(self._ends, queue_arn, message_id, at)
            self._by_queue_message[message_id] = known
            if not duplicates:
                self._lives.append(known)

    def _in_queue(self, event: sqs.QueueEvent) -> None:
        known = self._by_queue_message.get(event.message_id)
        if known is None:
            if isinstance(event, sqs.Duplicate):
                self._duplicates.setdefault(event.message_id, []).append(event)
            return
        trace, life = known
        trace.steps += life.steps(event)
        if isinstance(event, sqs.Moved):
            self._by_queue_message[event.new_message_id] = known


def _verdict(event: sns.DeliveryEvent) -> Answer | None:
    """The filter policy's verdict, whose reasons are computed now."""
    policy = event.filter_policy
    if policy is None or isinstance(event, sns.Withheld):
        return None
    if not isinstance(event, sns.FilteredOut):
        return answer(Verdict(matches=True))
    notification = event.notification
    return answer(policy.explain(notification.message_for(event.subscription.protocol), notification.attributes))
