"""What happens to published messages, to topics and to subscriptions."""

from collections.abc import Mapping
from typing import Literal

from emulator.aws.message_attribute import MessageAttribute
from emulator.events import Event
from emulator.sns.filter_policy import FilterPolicy
from emulator.sns.notification import Notification
from emulator.sns.subscription import Subscription

Disturbance = Literal["dropped", "doubled", "delayed"]


class SnsEvent(Event):
    """``message_id`` is what the publisher was told."""

    message_id: str


class Published(SnsEvent):
    """A message was accepted for a topic, or for the one phone or device that is its target."""

    account: str  # the topic's, or else the publisher's
    region: str  # likewise
    topic_arn: str | None
    target: str | None  # a phone number, or the ARN of a platform endpoint
    subject: str | None
    message: str
    texts: Mapping[str, str]  # by protocol, where protocols have texts of their own
    attributes: Mapping[str, MessageAttribute]
    group_id: str | None = None
    deduplication_id: str | None = None
    sequence_number: str | None = None


class Duplicate(SnsEvent):
    """A FIFO topic had this message before: the id is that of the first one."""

    topic_arn: str


class DeliveryEvent(SnsEvent):
    """Something happened to a message on its way to one subscriber; ``filter_policy`` is the one it met."""

    subscription: Subscription
    filter_policy: FilterPolicy | None


class Withheld(DeliveryEvent):
    """The subscription gets no messages; ``reason`` says why."""

    reason: str


class FilteredOut(DeliveryEvent):
    """The filter policy turned the message down. It can say why, which takes it longer than to say no."""

    notification: Notification


class Disturbed(DeliveryEvent):
    """Something from outside sees to it that the message arrives twice, later or not at all; ``cause`` names it."""

    disturbance: Disturbance
    cause: str


class Delivered(DeliveryEvent):
    """A queue took the message in."""

    queue_message_id: str


class Dispatched(DeliveryEvent):
    """The message is on its way to an HTTP endpoint, or waits for its turn."""

    endpoint: str


class Attempted(DeliveryEvent):
    """An HTTP endpoint was called."""

    number: int  # of the attempt, from 1
    status: int | None  # None where there was no answer
    answer: str  # its first characters, or why there was none
    delivered: bool
    next_at: float | None  # when it is tried again, in seconds since the epoch


class Stored(DeliveryEvent):
    """What the receiver would have got is in the outbox."""

    entry_id: str


class Failed(DeliveryEvent):
    """The message did not arrive; ``reason`` says why."""

    reason: str


class DeadLettered(DeliveryEvent):
    """The subscription's dead-letter queue took in what the endpoint would have got."""

    queue_arn: str
    queue_message_id: str


class DirectlyStored(SnsEvent):
    """What the one phone or device would have got is in the outbox."""

    account: str  # the publisher's
    entry_id: str


class DirectlyFailed(SnsEvent):
    """The one phone does not get the message; ``reason`` says why."""

    account: str  # the publisher's
    reason: str


class Forwarded(SnsEvent):
    """An entry of the outbox was handed on to a real server."""

    account: str  # the entry's
    entry_id: str
    destination: str  # URL


class ForwardingFailed(SnsEvent):
    """The real server did not take an entry of the outbox; ``reason`` says why."""

    account: str  # the entry's
    entry_id: str
    destination: str  # URL
    reason: str


# Details, for watchers only. ----------------------------------------------------------------


class TopicCreated(Event):
    topic_arn: str


class TopicDeleted(Event):
    """Its subscriptions are gone with it."""

    topic_arn: str


class TopicAttributeChanged(Event):
    topic_arn: str
    attribute: str  # its name


class SubscriptionEvent(Event):
    """Something happened to a subscription itself."""

    subscription: Subscription


class Subscribed(SubscriptionEvent):
    """It is new; it may wait for confirmation yet."""


class ConfirmationFailed(SubscriptionEvent):
    """The endpoint could not be asked to confirm; ``reason`` says why."""

    reason: str


class Confirmed(SubscriptionEvent):
    """It was pending, and is no longer."""


class Unsubscribed(SubscriptionEvent):
    """Somebody has ended it."""


class Unconfirmed(SubscriptionEvent):
    """Nobody has confirmed it in time, so it is gone."""


class Restored(SubscriptionEvent):
    """It was ended, and its endpoint has brought it back."""


class SubscriptionAttributeChanged(SubscriptionEvent):
    attribute: str  # its name
