"""Fan-out: one notification to all subscribers of its topic, each by the deliverer of its protocol."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Protocol

from msgspec import Struct

from emulator.aws.limits import MESSAGE_ATTRIBUTES_MAX
from emulator.aws.message_attribute import MessageAttribute
from emulator.events import Event, Observer
from emulator.sns.delivery.envelope import Confirmation, Envelope, Envelopes
from emulator.sns.events import DeadLettered, Delivered, DeliveryEvent, Failed, FilteredOut, Withheld
from emulator.sns.filter_policy import FilterPolicy, Offers
from emulator.sns.notification import Notification
from emulator.sns.protocols import is_fifo
from emulator.sns.subscription import Subscription

_TRUE = MessageAttribute("String", "true")
_NO_ATTRIBUTES: Mapping[str, MessageAttribute] = {}


Body = str | Callable[[], str]  # one that can be called is made by that when somebody reads it
Address = tuple[str, Body, Mapping[str, MessageAttribute]]  # a queue's ARN, and what that queue gets


class Parcel(Struct, frozen=True):
    """What all queues get alike of one message."""

    topic_arn: str
    published_as: str | None = None  # the id the publisher was told
    trace_header: str | None = None
    group_id: str | None = None  # in a standard queue
    fifo_ids: tuple[str | None, str | None] = (None, None)  # message group and deduplication id in a FIFO queue


class QueueSink(Protocol):
    """The queues, as far as topics know them."""

    def send(self, parcel: Parcel, addresses: Iterable[Address]) -> "list[str | Undeliverable]":
        """Put a message into queues: for each the id it got there."""
        ...


class Undeliverable(Struct, frozen=True):
    """A message can never arrive; ``reason`` is for people."""

    reason: str


# Made of what each event about a delivery holds, and of the id that the message has where it arrived.
Arrival = Callable[[float, str, Subscription, FilterPolicy | None, str], DeliveryEvent]


class Deliverer(Protocol):
    """How subscribers of one protocol are reached. ``arrival`` is the event of having reached one."""

    @property
    def arrival(self) -> Arrival: ...

    def deliver(self, envelopes: Envelopes, subscription: Subscription) -> str | Undeliverable:
        """Hand a notification over: the id it has where it arrived."""
        ...

    def ask_to_confirm(self, confirmation: Confirmation, subscription: Subscription) -> None:
        """Hand over the request to confirm a pending subscription."""
        ...


class Courier(Deliverer, Protocol):
    """A deliverer that takes its time. What it cannot deliver it hands to ``GiveUp``."""

    def forget(self, subscription: Subscription) -> None:
        """Make no more attempts for a subscription that has ended."""
        ...


# Calls the function, which hands a notification over to a subscriber at a time: once, or however it likes.
Interference = Callable[[Notification, Subscription, float, Callable[[float], None]], None]
GiveUp = Callable[[Envelopes, Subscription, str, float], None]  # with the reason and the time
CourierOf = Callable[[GiveUp], Courier]


NO_QUEUE = Undeliverable("no queue of this ARN can take it")
TOO_MANY_ATTRIBUTES = Undeliverable(
    f"raw delivery cannot carry more than {MESSAGE_ATTRIBUTES_MAX} message attributes to a queue"
)


class QueueDeliverer:
    """Puts messages into queues, within the call."""

    arrival = Delivered

    def __init__(self, sink: QueueSink) -> None:
        self._sink = sink

    def deliver(self, envelopes: Envelopes, subscription: Subscription) -> str | Undeliverable:
        if subscription.raw and len(envelopes.notification.attributes) > MESSAGE_ATTRIBUTES_MAX:
            return TOO_MANY_ATTRIBUTES
        return self.send(envelopes, subscription, subscription.endpoint)

    def deliver_to_all(self, envelopes: Envelopes, subscriptions: Sequence[Subscription]) -> list[str | Undeliverable]:
        """What ``deliver`` does for each that is not overfull, at a third of the cost."""
        return self._send(envelopes, [(each, each.endpoint) for each in subscriptions])

    def send(self, envelopes: Envelopes, subscription: Subscription, queue_arn: str) -> str | Undeliverable:
        """Put what the subscription's endpoint gets into any queue: the id of the message there."""
        return self._send(envelopes, [(subscription, queue_arn)])[0]

    def _send(self, envelopes: Envelopes, to: Iterable[tuple[Subscription, str]]) -> list[str | Undeliverable]:
        notification = envelopes.notification
        # An envelope is signed, which takes longer than all the rest: not before somebody reads it.
        addresses = [
            (queue_arn, notification.message_for(subscription.protocol), _raw_attributes(notification))
            if subscription.raw
            else (queue_arn, Envelope(envelopes, subscription.arn, subscription.protocol), _NO_ATTRIBUTES)
            for subscription, queue_arn in to
        ]
        return self._sink.send(_parcel(notification), addresses)

    def ask_to_confirm(self, confirmation: Confirmation, subscription: Subscription) -> None:
        unique = subscription.arn.rpartition(":")[2]
        parcel = Parcel(subscription.topic_arn, fifo_ids=(unique, unique))
        self._sink.send(parcel, [(subscription.endpoint, confirmation.as_json(), _NO_ATTRIBUTES)])


def _parcel(notification: Notification) -> Parcel:
    """FIFO topics give standard queues no message group."""
    group_id = notification.group_id
    return Parcel(
        notification.topic_arn,
        notification.message_id,
        notification.trace_header,
        group_id if group_id is None or not is_fifo(notification.topic_arn) else None,
        (group_id, notification.deduplication_id),
    )


_NONE: Mapping[str, Deliverer] = {}


class FanOut:
    """Visits subscriptions. ``deliverers`` are those for other protocols than sqs, http and https."""

    def __init__(
        self,
        sink: QueueSink,
        observer: Observer,
        deliverers: Mapping[str, Deliverer] = _NONE,
        http: CourierOf | None = None,
    ) -> None:
        self._queues = QueueDeliverer(sink)
        self._deliverers: dict[str, Deliverer] = {"sqs": self._queues, **deliverers}
        self._observer = observer
        self.interference: Interference | None = None
        self._http = None if http is None else http(self.give_up)
        if self._http is not None:
            self._deliverers |= {"http": self._http, "https": self._http}

    def deliver(self, envelopes: Envelopes, subscriptions: Iterable[Subscription], now: float | None = None) -> None:
        """Hand a notification to those that are to have it, ``now`` or, without it, when it is published."""
        notification = envelopes.notification
        at = notification.published_at if now is None else now
        overfull = len(notification.attributes) > MESSAGE_ATTRIBUTES_MAX
        together = not self._observer.watched  # while nobody watches how one thing follows another
        told: list[Event] = []
        tell = told.append if together else self._tell_and_warn
        offers: Offers | None = None  # read for the first filter policy, and for all of them alike
        queues: list[Subscription] = []
        for subscription in subscriptions:
            deliverer = self._deliverers.get(subscription.protocol)
            free = subscription.confirmed and subscription.replay is None  # the usual case
            withheld = None if free else subscription.withheld(notification.published_at)
            if deliverer is None or withheld is not None:
                tell(_withheld(envelopes, subscription, withheld, at))
            elif subscription.filter_policy is not None and (
                refusal := subscription.refusal(notification, offers := offers or Offers(notification.attributes))
            ):
                subscription.totals.filter_out(refusal)
                tell(FilteredOut(at, notification.message_id, subscription, subscription.filter_policy, notification))
            elif self.interference is not None:
                hand_over = partial(self._hand_over, deliverer, envelopes, subscription)
                self.interference(notification, subscription, at, hand_over)
            elif deliverer is self._queues and together and not (subscription.raw and overfull):
                queues.append(subscription)
            else:
                self._hand_over(deliverer, envelopes, subscription, at)
        if told:
            self._observer.warn(told)
        if queues:
            told += self._hand_over_to_queues(envelopes, queues, at)
        self._observer.tell_all(told)

    def _hand_over_to_queues(
        self, envelopes: Envelopes, subscriptions: Sequence[Subscription], now: float
    ) -> list[Event]:
        """What ``_hand_over`` does for each, and the events of having reached them, which are still to be told."""
        message_id = envelopes.notification.message_id
        arrivals: list[Event] = []
        for subscription, outcome in zip(
            subscriptions, self._queues.deliver_to_all(envelopes, subscriptions), strict=True
        ):
            if isinstance(outcome, Undeliverable):
                subscription.totals.failed += 1
                self.give_up(envelopes, subscription, outcome.reason, now)
            else:
                arrivals.append(Delivered(now, message_id, subscription, subscription.filter_policy, outcome))
        subscriptions[0].totals.delivered += len(arrivals)
        return arrivals

    def _hand_over(self, deliverer: Deliverer, envelopes: Envelopes, subscription: Subscription, now: float) -> None:
        outcome = deliverer.deliver(envelopes, subscription)
        if isinstance(outcome, Undeliverable):
            subscription.totals.failed += 1
            self.give_up(envelopes, subscription, outcome.reason, now)
            return
        if deliverer is not self._http:  # which counts when the endpoint has answered
            subscription.totals.delivered += 1
        message_id, policy = envelopes.notification.message_id, subscription.filter_policy
        self._observer.tell(deliverer.arrival(now, message_id, subscription, policy, outcome))

    def give_up(self, envelopes: Envelopes, subscription: Subscription, reason: str, now: float) -> None:
        """Put what the endpoint would have got into the subscription's dead-letter queue, if it has one."""
        message_id = envelopes.notification.message_id
        policy, queue_arn = subscription.filter_policy, subscription.dead_letter_queue
        self._tell_and_warn(Failed(now, message_id, subscription, policy, reason))
        if queue_arn is None:
            return
        outcome = self._queues.send(envelopes, subscription, queue_arn)
        if isinstance(outcome, Undeliverable):
            subscription.totals.redrive_failed += 1
        else:
            subscription.totals.redriven += 1
        if isinstance(outcome, Undeliverable):
            reason = f"dead-letter queue {queue_arn}: {outcome.reason}"
            self._tell_and_warn(Failed(now, message_id, subscription, policy, reason))
        else:
            self._tell_and_warn(DeadLettered(now, message_id, subscription, policy, queue_arn, outcome))

    def _tell_and_warn(self, event: Event) -> None:
        self._observer.tell(event)
        self._observer.warn([event])

    def forget(self, subscription: Subscription) -> None:
        """Make no more attempts for a subscription that has ended."""
        if self._http is not None:
            self._http.forget(subscription)

    def ask_to_confirm(self, confirmation: Confirmation, subscription: Subscription) -> None:
        deliverer = self._deliverers.get(subscription.protocol)
        if deliverer is not None:
            deliverer.ask_to_confirm(confirmation, subscription)


def _withheld(envelopes: Envelopes, subscription: Subscription, reason: str | None, now: float) -> Withheld:
    """Where the subscription is pending, the reason has the link by which it is confirmed."""
    reason = reason or f"no delivery by {subscription.protocol}"
    if not subscription.confirmed and subscription.token is not None:
        reason += f"; to confirm, GET {envelopes.sender.subscribe_url(subscription.topic_arn, subscription.token)}"
    return Withheld(now, envelopes.notification.message_id, subscription, subscription.filter_policy, reason)


def _raw_attributes(notification: Notification) -> Mapping[str, MessageAttribute]:
    """The attributes of a raw message. One that is replayed says so, where it has room for one more."""
    attributes = notification.attributes
    if notification.replayed and len(attributes) < MESSAGE_ATTRIBUTES_MAX:
        return {"Replayed": _TRUE, **attributes}
    return attributes
