"""The events of published messages, topics and subscriptions."""

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Literal

from msgspec.structs import replace

from emulator.aws.message_attribute import MessageAttribute
from emulator.foundation.events import Event
from emulator.sns.audience import Audience
from emulator.sns.filter_policy import FilterPolicy
from emulator.sns.notification import Notification
from emulator.sns.subscription import Subscription

Disturbance = Literal["dropped", "doubled", "delayed"]


class SnsEvent(Event):
    """``message_id`` is the id that Publish returned."""

    message_id: str


class Published(SnsEvent):
    """A message was accepted for a topic, or for one phone or device, its ``target``."""

    account: str  # the topic's, or the publisher's if there is no topic
    region: str  # likewise
    topic_arn: str | None
    target: str | None  # a phone number, or the ARN of a platform endpoint
    subject: str | None
    message: str
    texts: Mapping[str, str]  # by protocol, for the protocols that have a text of their own
    attributes: Mapping[str, MessageAttribute]
    group_id: str | None = None
    deduplication_id: str | None = None
    sequence_number: str | None = None


class Duplicate(SnsEvent):
    """A FIFO topic had accepted this message before; the id is the first one's."""

    topic_arn: str


class DeliveryEvent(SnsEvent):
    """Something happened to a message on its way to one subscriber. ``filter_policy`` is the subscription's."""

    subscription: Subscription
    filter_policy: FilterPolicy | None


class Together(SnsEvent):
    """Stands for ``length`` events of one kind about one message, each for a subscription of ``audience``.

    The events themselves are made only when they are read, so that a publish to many subscriptions stays cheap.
    """

    audience: Audience
    length: int

    def events(self) -> Iterator[DeliveryEvent]:
        """The events, in the order of the subscriptions."""
        return islice(self._all(), self.length)

    def _all(self) -> Iterator[DeliveryEvent]:
        raise NotImplementedError

    def shortened(self, length: int) -> "Together":
        """The same for the first ``length`` events."""
        return replace(self, length=length)


class Withheld(DeliveryEvent):
    """The subscription gets no messages at present; ``reason`` says why."""

    reason: str


def each(event: Event) -> Iterator[Event]:
    """The event itself or, of a ``Together``, the events that it stands for."""
    return event.events() if isinstance(event, Together) else iter((event,))


class FilteredOut(DeliveryEvent):
    """The filter policy rejected the message. Why is computed only when it is asked for."""

    notification: Notification


class FilteredOutTogether(Together):
    """The filter policies of an audience rejected the message, except those ``accepted`` and the unusual ones."""

    notification: Notification
    accepted: tuple[int, ...]  # positions in the audience

    def _all(self) -> Iterator[FilteredOut]:
        accepted = set(self.accepted)
        for position in range(len(self.audience.subscriptions)):
            if position not in accepted and position not in self.audience.unusual:
                yield self.at_position(position)

    def at_position(self, position: int) -> FilteredOut:
        """The event of one subscription, which rejected the message."""
        subscription, policy = self.audience.subscriptions[position], self.audience.policies[position]
        return FilteredOut(self.at, self.message_id, subscription, policy, self.notification)


class Disturbed(DeliveryEvent):
    """A fault makes the message arrive twice, later or not at all; ``cause`` names it."""

    disturbance: Disturbance
    cause: str


class Delivered(DeliveryEvent):
    """A queue accepted the message."""

    queue_message_id: str


class DeliveredTogether(Together):
    """Queues accepted the message. ``outcomes`` has the id of the message in each, or something else if it failed."""

    positions: tuple[int, ...]  # in the audience
    outcomes: tuple[object, ...]  # for each position

    def _all(self) -> Iterator[Delivered]:
        audience = self.audience
        for position, outcome in zip(self.positions, self.outcomes, strict=True):
            if isinstance(outcome, str):
                subscription, policy = audience.subscriptions[position], audience.policies[position]
                yield Delivered(self.at, self.message_id, subscription, policy, outcome)

    def has(self, queue_message_id: str) -> bool:
        """Whether a message with this id is among them."""
        return queue_message_id in self.outcomes


class Dispatched(DeliveryEvent):
    """The message is on its way to an HTTP endpoint, or waits for a free call."""

    endpoint: str


class Attempted(DeliveryEvent):
    """An HTTP endpoint was called."""

    number: int  # number of the attempt, from 1
    status: int | None  # None if there was no answer
    answer: str  # the first characters of the answer, or why there was none
    delivered: bool
    next_at: float | None  # when the next attempt is made, in seconds since the epoch


class Stored(DeliveryEvent):
    """The message was put into the outbox, in the form its receiver would get."""

    entry_id: str


class Failed(DeliveryEvent):
    """The message did not arrive; ``reason`` says why."""

    reason: str


class DeadLettered(DeliveryEvent):
    """The subscription's dead-letter queue accepted the message, in the form the endpoint would have got."""

    queue_arn: str
    queue_message_id: str


class DirectlyStored(SnsEvent):
    """A message to one phone or device was put into the outbox."""

    account: str  # the publisher's
    entry_id: str


class DirectlyFailed(SnsEvent):
    """A message to one phone is not sent; ``reason`` says why."""

    account: str  # the publisher's
    reason: str


class Forwarded(SnsEvent):
    """An entry of the outbox was sent on to a real server."""

    account: str  # the entry's
    entry_id: str
    destination: str  # URL


class ForwardingFailed(SnsEvent):
    """A real server did not accept an entry of the outbox; ``reason`` says why."""

    account: str  # the entry's
    entry_id: str
    destination: str  # URL
    reason: str


# Details, for watchers only. ----------------------------------------------------------------


class TopicCreated(Event):
    topic_arn: str


class TopicDeleted(Event):
    """A topic was deleted, with its subscriptions."""

    topic_arn: str


class TopicAttributeChanged(Event):
    topic_arn: str
    attribute: str  # name of the attribute


class SubscriptionEvent(Event):
    """Something happened to a subscription itself."""

    subscription: Subscription


class Subscribed(SubscriptionEvent):
    """A subscription was created; it may still have to be confirmed."""


class ConfirmationFailed(SubscriptionEvent):
    """The request to confirm could not be delivered; ``reason`` says why."""

    reason: str


class Confirmed(SubscriptionEvent):
    """A pending subscription was confirmed."""


class Unsubscribed(SubscriptionEvent):
    """A subscription was ended."""


class Unconfirmed(SubscriptionEvent):
    """A subscription was removed because it was not confirmed in time."""


class Restored(SubscriptionEvent):
    """A cancelled subscription was restored."""


class SubscriptionAttributeChanged(SubscriptionEvent):
    attribute: str  # name of the attribute
