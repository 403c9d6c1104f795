"""The trace, as the control routes tell it: of one publish, what became of it at each subscription."""

from collections.abc import Mapping
from typing import Annotated

import msgspec

from emulator.aws.message_attribute import MessageAttribute
from emulator.control.explanation import Answer, AttributeValue, answer
from emulator.control.parameters import Account
from emulator.control.refusals import NotFoundError
from emulator.control.world import World
from emulator.events import Event
from emulator.sns import events as sns
from emulator.sns.filter_policy import Verdict
from emulator.sns.notification import timestamp
from emulator.sqs import events as sqs
from emulator.trace import Record

_SHOWN_CHARACTERS = 4_096  # of a message


class TraceQuery(msgspec.Struct, forbid_unknown_fields=True):
    """Which publishes to tell of: the newest of one topic or account, or of all."""

    topic: str | None = None  # ARN
    account: Account | None = None
    limit: Annotated[int, msgspec.Meta(ge=1, le=1_000)] = 100


class TracePath(msgspec.Struct):
    """Which publish: by the id that Publish answered with."""

    message_id: str


class Step(msgspec.Struct, omit_defaults=True):
    """One thing that happened; what does not apply is left out."""

    at: str
    event: str
    reason: str | None = None
    queue: str | None = None  # ARN
    queue_message_id: str | None = None
    receive_count: int | None = None
    moved_to: str | None = None  # ARN of a queue
    destination: str | None = None  # URL
    new_queue_message_id: str | None = None
    outbox_entry: str | None = None  # its id
    attempt: int | None = None  # from 1
    status: int | None = None  # of an HTTP answer
    answer: str | None = None  # the first characters of one, or why there was none
    next_attempt_at: str | None = None
    fault: str | None = None  # its id


class SubscriptionTrace(msgspec.Struct):
    """What became of a message at one subscription; ``filter`` is null where it has no filter policy."""

    subscription: str  # ARN
    protocol: str
    endpoint: str
    filter: Answer | None
    steps: list[Step]


class PublishTrace(msgspec.Struct):
    """What was published, and what became of it. A long ``message`` is cut off; ``message_length`` is in characters."""

    message_id: str
    at: str
    account: str
    topic: str | None  # ARN
    target: str | None  # phone number or endpoint ARN of a message that went past topics
    subject: str | None
    message: str
    message_length: int
    attributes: dict[str, AttributeValue]
    group_id: str | None
    deduplication_id: str | None
    sequence_number: str | None
    steps: list[Step]  # those that concern no subscription
    subscriptions: list[SubscriptionTrace]
    omitted: int  # steps that found no room


class PublishTraces(msgspec.Struct):
    publishes: list[PublishTrace]


def trace_of_one(world: World, path: TracePath) -> PublishTrace:
    """What became of one publish."""
    record = world.trace.find(path.message_id)
    if record is None:
        raise NotFoundError(f"No trace of the message {path.message_id}.")
    return _told(record)


def trace_of_newest(world: World, query: TraceQuery) -> PublishTraces:
    """What became of the newest publishes, the newest last."""
    records = world.trace.newest(query.limit, topic_arn=query.topic, account=query.account)
    return PublishTraces([_told(record) for record in records])


def _told(record: Record) -> PublishTrace:
    """All that the trace knows of one publish."""
    published = record.published
    return PublishTrace(
        message_id=published.message_id,
        at=timestamp(published.at),
        account=published.account,
        topic=published.topic_arn,
        target=published.target,
        subject=published.subject,
        message=published.message[:_SHOWN_CHARACTERS],
        message_length=len(published.message),
        attributes=attribute_values(published.attributes),
        group_id=published.group_id,
        deduplication_id=published.deduplication_id,
        sequence_number=published.sequence_number,
        steps=_own_steps(record.steps),
        subscriptions=_subscriptions(record.steps),
        omitted=record.omitted,
    )


def _own_steps(events: list[Event]) -> list[Step]:
    steps = []
    for event in events:
        if isinstance(event, sns.Duplicate):
            steps.append(Step(timestamp(event.at), "duplicate"))
        elif isinstance(event, sns.DirectlyStored):
            steps.append(Step(timestamp(event.at), "stored", outbox_entry=event.entry_id))
        elif isinstance(event, sns.DirectlyFailed):
            steps.append(Step(timestamp(event.at), "failed", reason=event.reason))
    return steps


def _subscriptions(events: list[Event]) -> list[SubscriptionTrace]:
    """The events by subscription, the oldest first; those in queues belong to the one that brought the message."""
    by_arn: dict[str, SubscriptionTrace] = {}
    serials: dict[str, int] = {}
    by_queue_message: dict[str, SubscriptionTrace] = {}
    by_entry: dict[str, SubscriptionTrace] = {}
    for event in events:
        if isinstance(event, sns.DeliveryEvent):
            subscription = event.subscription
            if subscription.arn not in by_arn:
                by_arn[subscription.arn] = SubscriptionTrace(
                    subscription.arn, subscription.protocol, subscription.shown_endpoint, _verdict(event), []
                )
            serials[subscription.arn] = subscription.serial
            trace = by_arn[subscription.arn]
            trace.steps.append(_delivery_step(event))
            if isinstance(event, sns.Delivered | sns.DeadLettered):
                by_queue_message.setdefault(event.queue_message_id, trace)
            elif isinstance(event, sns.Stored):
                by_entry[event.entry_id] = trace
        elif isinstance(event, sqs.QueueEvent):
            trace = by_queue_message[event.message_id]
            trace.steps.append(_queue_step(event))
            if isinstance(event, sqs.Moved):
                by_queue_message[event.new_message_id] = trace
        elif isinstance(event, sns.Forwarded | sns.ForwardingFailed):
            by_entry[event.entry_id].steps.append(_forwarding_step(event))
    return [by_arn[arn] for arn in sorted(by_arn, key=serials.__getitem__)]


def _verdict(event: sns.DeliveryEvent) -> Answer | None:
    """What the filter policy says; only now it is asked for its reasons."""
    policy = event.filter_policy
    if policy is None or isinstance(event, sns.Withheld):
        return None
    if not isinstance(event, sns.FilteredOut):
        return answer(Verdict(matches=True))
    notification = event.notification
    return answer(policy.explain(notification.message_for(event.subscription.protocol), notification.attributes))


def _delivery_step(event: sns.DeliveryEvent) -> Step:
    at = timestamp(event.at)
    match event:
        case sns.Withheld(reason=reason):
            return Step(at, "withheld", reason=reason)
        case sns.FilteredOut():
            return Step(at, "filtered_out")
        case sns.Disturbed(disturbance=disturbance, cause=cause):
            return Step(at, disturbance, fault=cause)
        case sns.Delivered(subscription=subscription, queue_message_id=message_id):
            return Step(at, "delivered", queue=subscription.endpoint, queue_message_id=message_id)
        case sns.Dispatched(endpoint=endpoint):
            return Step(at, "dispatched", destination=endpoint)
        case sns.Attempted(number=number, status=status, answer=text, delivered=delivered, next_at=next_at):
            next_attempt = None if next_at is None else timestamp(next_at)
            outcome = "delivered" if delivered else "attempt_failed"
            return Step(at, outcome, attempt=number, status=status, answer=text, next_attempt_at=next_attempt)
        case sns.Stored(entry_id=entry):
            return Step(at, "stored", outbox_entry=entry)
        case sns.Failed(reason=reason):
            return Step(at, "failed", reason=reason)
        case sns.DeadLettered(queue_arn=queue, queue_message_id=message_id):
            return Step(at, "dead_lettered", queue=queue, queue_message_id=message_id)
    raise AssertionError(f"{type(event).__name__} has no words")


def _forwarding_step(event: sns.Forwarded | sns.ForwardingFailed) -> Step:
    step = Step(timestamp(event.at), "forwarded", outbox_entry=event.entry_id, destination=event.destination)
    if isinstance(event, sns.ForwardingFailed):
        step.event, step.reason = "forwarding_failed", event.reason
    return step


def _queue_step(event: sqs.QueueEvent) -> Step:
    step = Step(timestamp(event.at), "", queue=event.queue_arn, queue_message_id=event.message_id)
    match event:
        case sqs.Received(receive_count=count):
            step.event, step.receive_count = "received", count
        case sqs.Deleted():
            step.event = "deleted"
        case sqs.Expired():
            step.event = "expired"
        case sqs.DeadLettered(dead_letter_queue_arn=queue):
            step.event, step.moved_to = "moved_to_dead_letter_queue", queue
        case sqs.Moved(destination_arn=queue, new_message_id=message_id):
            step.event, step.moved_to, step.new_queue_message_id = "moved", queue, message_id
    return step


def attribute_values(attributes: Mapping[str, MessageAttribute]) -> dict[str, AttributeValue]:
    return {
        name: AttributeValue(attribute.data_type, attribute.string_value, attribute.binary_value)
        for name, attribute in attributes.items()
    }
