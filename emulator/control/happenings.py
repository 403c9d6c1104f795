"""One table of all kinds of events, and one function that shows the fields of an event.

The event stream, the traces and ``docs/observing.md`` are made from it.
"""

from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct

from emulator.aws.arns import Arn
from emulator.aws.message_attribute import MessageAttribute
from emulator.control.attribute_values import attribute_values
from emulator.foundation.events import Event, Reset
from emulator.functions import events as functions
from emulator.sns import events as sns
from emulator.sns.notification import timestamp
from emulator.sns.subscription import Subscription
from emulator.sqs import events as sqs

_SUBSCRIPTION = ("subscription", "topic", "protocol", "endpoint")
_DELIVERY = (*_SUBSCRIPTION, "message_id")
_IN_QUEUE = ("queue", "message_id", "published_as")
_STEP_IN_QUEUE = ("queue", "queue_message_id")


class Happening(Struct, frozen=True):
    """One kind of event: a row of the table. The stream, traces, documentation and tests are made from it."""

    name: str  # in the stream, in a trace and, if it is logged as a warning, in the log
    fields: tuple[str, ...]  # that the stream shows besides ``at`` and ``account``
    meaning: str = ""  # for the documentation, if the name does not say it
    step: tuple[str, ...] | None = None  # the fields of its step in a trace; None: it is not a step of a message


def _in_queue(name: str, *fields: str, meaning: str = "", step: tuple[str, ...] | None = None) -> Happening:
    """An event of a message in a queue. Its step has the same fields, unless ``step`` is given."""
    shown = fields if step is None else step
    return Happening(name, (*_IN_QUEUE, *fields), meaning, (*_STEP_IN_QUEUE, *shown))


def _in_delivery(name: str, *fields: str, meaning: str = "", step: tuple[str, ...] | None = None) -> Happening:
    """An event of a message on its way to one subscriber. Its step has the same fields, unless ``step`` is given."""
    return Happening(name, (*_DELIVERY, *fields), meaning, fields if step is None else step)


HAPPENINGS: Mapping[type[Event], Happening] = {
    Reset: Happening(
        "reset",
        ("region", "service"),
        "its `account` is null for a reset of all accounts; there are no events for the things it dropped",
    ),
    sqs.QueueCreated: Happening("queue_created", ("queue",)),
    sqs.QueueDeleted: Happening("queue_deleted", ("queue",), step=_STEP_IN_QUEUE),
    sqs.QueueAttributesChanged: Happening(
        "queue_attributes_changed",
        ("queue", "attributes"),
        "by SetQueueAttributes, AddPermission or RemovePermission; `attributes` are names",
    ),
    sqs.Purged: Happening("purged", ("queue",), step=_STEP_IN_QUEUE),
    sqs.Sent: _in_queue(
        "sent",
        "body",
        "body_length",
        "group_id",
        "deduplication_id",
        "visible_at",
        meaning="by a sender, a topic or a move task",
        step=("visible_at",),
    ),
    sqs.Duplicate: _in_queue(
        "duplicate",
        "deduplication_id",
        step=("reason",),
        meaning="a FIFO queue had already accepted this message; `message_id` is the first one's",
    ),
    sqs.Received: _in_queue("received", "receive_count", "visible_at"),
    sqs.VisibilityChanged: _in_queue("visibility_changed", "visible_at", meaning="by ChangeMessageVisibility"),
    sqs.Deleted: _in_queue("deleted", meaning="by a receiver"),
    sqs.Expired: _in_queue("expired", meaning="its retention period ended"),
    sqs.DeadLettered: _in_queue(
        "moved_to_dead_letter_queue", "moved_to", "receive_count", meaning="by the redrive policy of the queue"
    ),
    sqs.Moved: _in_queue(
        "moved",
        "moved_to",
        "new_message_id",
        step=("moved_to", "new_queue_message_id"),
        meaning="by a message move task",
    ),
    functions.Invoked: _in_queue(
        "invoked", "function", "batch_size", meaning="a function gets the message from its queue, in a batch"
    ),
    functions.FunctionAnswered: _in_queue(
        "function_answered",
        "function",
        "result",
        "answer",
        meaning="`result` is `processed`, `failed`, `throttled`, or `not_deleted` if it came too late for a FIFO queue",
    ),
    functions.RejectedByFilter: _in_queue(
        "rejected_by_filter",
        "function",
        meaning="the filter criteria of the event source mapping do not match, and the message is deleted",
    ),
    sns.TopicCreated: Happening("topic_created", ("topic",)),
    sns.TopicDeleted: Happening("topic_deleted", ("topic",), "its subscriptions are gone with it"),
    sns.TopicAttributeChanged: Happening("topic_attribute_changed", ("topic", "attribute"), "`attribute` is its name"),
    sns.Subscribed: Happening("subscribed", _SUBSCRIPTION, "it may still have to be confirmed"),
    sns.ConfirmationFailed: Happening(
        "confirmation_failed", (*_SUBSCRIPTION, "reason"), "the request to confirm could not be delivered"
    ),
    sns.Confirmed: Happening("subscription_confirmed", _SUBSCRIPTION),
    sns.Unsubscribed: Happening("unsubscribed", _SUBSCRIPTION),
    sns.Unconfirmed: Happening("subscription_never_confirmed", _SUBSCRIPTION, "it was not confirmed within two days"),
    sns.Restored: Happening("subscription_restored", _SUBSCRIPTION, "it was ended, and its endpoint restored it"),
    sns.SubscriptionAttributeChanged: Happening(
        "subscription_attribute_changed", (*_SUBSCRIPTION, "attribute"), "`attribute` is its name"
    ),
    sns.Published: Happening(
        "published",
        (
            "topic",
            "target",
            "message_id",
            "message",
            "message_length",
            "subject",
            "attributes",
            "group_id",
            "deduplication_id",
            "sequence_number",
            "region",
        ),
        "`topic` or `target`",
    ),
    sns.Duplicate: Happening(
        "duplicate",
        ("topic", "message_id"),
        "a FIFO topic had already accepted this message; `message_id` is the first one's",
        step=("reason",),
    ),
    sns.Withheld: _in_delivery("withheld", "reason", meaning="the subscription gets no messages"),
    sns.FilteredOut: _in_delivery("filtered_out", meaning="[the trace](control.md#the-trace) of `message_id` says why"),
    sns.Disturbed: _in_delivery(
        "disturbed",
        "disturbance",
        "fault",
        step=("fault",),
        meaning="a [fault](faults.md) makes the message arrive twice, later or not at all",
    ),
    sns.Delivered: _in_delivery("delivered", "queue", "queue_message_id", meaning="a queue accepted the message"),
    sns.Dispatched: _in_delivery(
        "dispatched", meaning="on its way to an HTTP endpoint, or to a queue of another account", step=("destination",)
    ),
    sns.Attempted: _in_delivery(
        "attempted",
        "attempt",
        "status",
        "answer",
        "delivered",
        "next_attempt_at",
        meaning="an HTTP endpoint was called",
        step=("attempt", "status", "answer", "next_attempt_at"),
    ),
    sns.Stored: _in_delivery("stored", "outbox_entry", meaning="put into [the outbox](control.md#the-outbox)"),
    sns.Failed: _in_delivery("failed", "reason", meaning="the message did not arrive"),
    sns.DeadLettered: _in_delivery(
        "dead_lettered", "queue", "queue_message_id", meaning="put into the dead-letter queue of the subscription"
    ),
    sns.DirectlyStored: Happening(
        "stored", ("message_id", "outbox_entry"), "a message to one phone or device", ("outbox_entry",)
    ),
    sns.DirectlyFailed: Happening("failed", ("message_id", "reason"), "a message to one phone or device", ("reason",)),
    sns.Forwarded: Happening(
        "forwarded",
        ("message_id", "outbox_entry", "destination"),
        "sent on to a real server",
        ("outbox_entry", "destination"),
    ),
    sns.ForwardingFailed: Happening(
        "forwarding_failed",
        ("message_id", "outbox_entry", "destination", "reason"),
        "the real server did not accept it",
        ("outbox_entry", "destination", "reason"),
    ),
}

NAMES: Mapping[type[Event], str] = {event: row.name for event, row in HAPPENINGS.items()}

_SHOWN_CHARACTERS = 4_096  # of a message

Fields = dict[str, object]


def fields_of(event: Event) -> Fields:
    """The fields of ``event``, by their names in the stream; what does not apply is left out."""
    found: Fields = {}
    for name in event.__struct_fields__:
        value = getattr(event, name)
        if value is not None:
            found |= _FORMS[name](value) if name in _FORMS else {name: value}
    if "account" not in found:
        arn = Arn.parse(str(found.get("queue") or found.get("topic")))
        found["account"] = None if arn is None else arn.account
    return found


def concerns_queue(event: Fields, queue_arn: str) -> bool:
    """Whether the event happened in the queue, or moved a message to it."""
    return queue_arn in (event.get("queue"), event.get("moved_to"))


def _subscription(subscription: Subscription) -> Fields:
    found: Fields = {
        "topic": subscription.topic.arn,
        "subscription": subscription.arn,
        "protocol": subscription.protocol,
        "endpoint": subscription.shown_endpoint,
        "account": subscription.topic.account,
    }
    if subscription.protocol == "sqs":
        found["queue"] = subscription.endpoint
    return found


def _text(name: str) -> Callable[[str], Fields]:
    return lambda value: {name: value[:_SHOWN_CHARACTERS], f"{name}_length": len(value)}


def _time(name: str) -> Callable[[float], Fields]:
    return lambda value: {name: timestamp(value)}


def _renamed(name: str) -> Callable[[object], Fields]:
    return lambda value: {name: value}


def _attributes(value: Mapping[str, MessageAttribute] | list[str]) -> Fields:
    """The attributes of a message with their values; for a queue the names of those that were set."""
    return {"attributes": value if isinstance(value, list) else attribute_values(value)}


def _nothing(_: object) -> Fields:
    """Shows nothing: other fields say it, or it is too large."""
    return {}


# How fields of events are shown, by name; any other is shown as it is.
_FORMS: Mapping[str, Callable[[Any], Fields]] = {
    "at": _time("at"),
    "visible_at": _time("visible_at"),
    "next_at": _time("next_attempt_at"),
    "origin": _renamed("published_as"),
    "queue_arn": _renamed("queue"),
    "topic_arn": _renamed("topic"),
    "dead_letter_queue_arn": _renamed("moved_to"),
    "destination_arn": _renamed("moved_to"),
    "subscription": _subscription,
    "body": _text("body"),
    "message": _text("message"),
    "attributes": _attributes,
    "body_length": _nothing,
    "sequence": _nothing,
    "texts": _nothing,
    "notification": _nothing,
    "filter_policy": _nothing,
    "number": _renamed("attempt"),
    "entry_id": _renamed("outbox_entry"),
    "cause": _renamed("fault"),
}
