"""Events in the words of the event stream."""

from collections.abc import Callable, Mapping
from typing import Any

from emulator.aws.arns import Arn
from emulator.aws.message_attribute import MessageAttribute
from emulator.control.attribute_values import attribute_values
from emulator.events import Event, Reset
from emulator.sns import events as sns
from emulator.sns.notification import timestamp
from emulator.sns.subscription import Subscription
from emulator.sqs import events as sqs

# The name of every kind of event: that of a step in the trace, where there is such a step.
NAMES: Mapping[type[Event], str] = {
    Reset: "reset",
    sqs.QueueCreated: "queue_created",
    sqs.QueueDeleted: "queue_deleted",
    sqs.QueueAttributesChanged: "queue_attributes_changed",
    sqs.Purged: "purged",
    sqs.Sent: "sent",
    sqs.Duplicate: "duplicate",
    sqs.Received: "received",
    sqs.VisibilityChanged: "visibility_changed",
    sqs.Deleted: "deleted",
    sqs.Expired: "expired",
    sqs.DeadLettered: "moved_to_dead_letter_queue",
    sqs.Moved: "moved",
    sns.TopicCreated: "topic_created",
    sns.TopicDeleted: "topic_deleted",
    sns.TopicAttributeChanged: "topic_attribute_changed",
    sns.Subscribed: "subscribed",
    sns.ConfirmationFailed: "confirmation_failed",
    sns.Confirmed: "subscription_confirmed",
    sns.Unsubscribed: "unsubscribed",
    sns.Unconfirmed: "subscription_never_confirmed",
    sns.Restored: "subscription_restored",
    sns.SubscriptionAttributeChanged: "subscription_attribute_changed",
    sns.Published: "published",
    sns.Duplicate: "duplicate",
    sns.Withheld: "withheld",
    sns.FilteredOut: "filtered_out",
    sns.Disturbed: "disturbed",
    sns.Delivered: "delivered",
    sns.Dispatched: "dispatched",
    sns.Attempted: "attempted",
    sns.Stored: "stored",
    sns.Failed: "failed",
    sns.DeadLettered: "dead_lettered",
    sns.DirectlyStored: "stored",
    sns.DirectlyFailed: "failed",
    sns.Forwarded: "forwarded",
    sns.ForwardingFailed: "forwarding_failed",
}

_SHOWN_CHARACTERS = 4_096  # of a message

Told = dict[str, object]


def told(event: Event) -> Told:
    """What ``event`` says, by the names of the stream; what does not apply is left out."""
    found: Told = {}
    for name in event.__struct_fields__:
        value = getattr(event, name)
        if value is not None:
            found |= _FORMS[name](value) if name in _FORMS else {name: value}
    if "account" not in found:
        arn = Arn.parse(str(found.get("queue") or found.get("topic")))
        found["account"] = None if arn is None else arn.account
    return found


def concerns_queue(event: Told, queue_arn: str) -> bool:
    """Whether the queue is where it happened, or where something went."""
    return queue_arn in (event.get("queue"), event.get("moved_to"))


def _subscription(subscription: Subscription) -> Told:
    found: Told = {
        "topic": subscription.topic_arn,
        "subscription": subscription.arn,
        "protocol": subscription.protocol,
        "endpoint": subscription.shown_endpoint,
    }
    arn = Arn.parse(subscription.topic_arn)
    assert arn is not None, "topics have ARNs"
    found["account"] = arn.account
    if subscription.protocol == "sqs":
        found["queue"] = subscription.endpoint
    return found


def _text(name: str) -> Callable[[str], Told]:
    return lambda value: {name: value[:_SHOWN_CHARACTERS], f"{name}_length": len(value)}


def _time(name: str) -> Callable[[float], Told]:
    return lambda value: {name: timestamp(value)}


def _renamed(name: str) -> Callable[[object], Told]:
    return lambda value: {name: value}


def _attributes(value: Mapping[str, MessageAttribute] | list[str]) -> Told:
    """Those of a message, with their values; of a queue the names of those that were set."""
    return {"attributes": value if isinstance(value, list) else attribute_values(value)}


def _nothing(_: object) -> Told:
    """The rest of what an event holds is said by other fields, or too large."""
    return {}


# How a field is told, by its name; any other is told as it is.
_FORMS: Mapping[str, Callable[[Any], Told]] = {
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
