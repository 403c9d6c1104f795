"""Fan-out: one notification to all subscribers of its topic, each by the deliverer of its protocol."""

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Protocol

from msgspec import Struct

from emulator.aws.limits import MESSAGE_ATTRIBUTES_MAX
from emulator.aws.message_attribute import MessageAttribute
from emulator.events import Observer
from emulator.sns.delivery.envelope import Confirmation, Envelopes
from emulator.sns.events import DeadLettered, Delivered, DeliveryEvent, Failed, FilteredOut, Withheld
from emulator.sns.filter_policy import FilterPolicy
from emulator.sns.notification import Notification
from emulator.sns.protocols import is_fifo
from emulator.sns.subscription import Subscription

_TRUE = MessageAttribute("String", "true")
_NO_ATTRIBUTES: Mapping[str, MessageAttribute] = {}


class QueueSink(Protocol):
    """The queues, as far as topics know them."""

    def send(
        self,
        queue_arn: str,
        *,
        topic_arn: str,
        body: str | Callable[[], str],
        attributes: Mapping[str, MessageAttribute],
        group_id: str | None,
        deduplication_id: str | None,
        trace_header: str | None,
    ) -> "str | Undeliverable":
        """Put a topic's message into a queue: the id it got there. A callable ``body`` is called when it is read."""
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

    def send(self, envelopes: Envelopes, subscription: Subscription, queue_arn: str) -> str | Undeliverable:
        """Put what the subscription's endpoint gets into any queue: the id of the message there."""
        notification = envelopes.notification
        group_id, deduplication_id = _ids_for(notification, queue_arn)
        raw = subscription.raw
        return self._sink.send(
            queue_arn,
            topic_arn=notification.topic_arn,
            body=notification.message_for(subscription.protocol)
            if raw
            # An envelope is signed, which takes longer than all the rest: not before somebody reads it.
            else partial(envelopes.for_subscription, subscription.arn, subscription.protocol),
            attributes=_raw_attributes(notification) if raw else _NO_ATTRIBUTES,
            group_id=group_id,
            deduplication_id=deduplication_id,
            trace_header=notification.trace_header,
        )

    def ask_to_confirm(self, confirmation: Confirmation, subscription: Subscription) -> None:
        unique = subscription.arn.rpartition(":")[2] if is_fifo(subscription.endpoint) else None
        self._sink.send(
            subscription.endpoint,
            topic_arn=subscription.topic_arn,
            body=confirmation.as_json(),
            attributes=_NO_ATTRIBUTES,
            group_id=unique,
            deduplication_id=unique,
            trace_header=None,
        )


_NONE: Mapping[str, Deliverer] = {}


class FanOut:
    """Visits subscriptions. ``deliverers`` are those for other protocols than sqs, http and https."""

    def __init__(
        self,
        sink: QueueSink,
        deliverers: Mapping[str, Deliverer] = _NONE,
        observer: Observer | None = None,
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
        observer, notification = self._observer, envelopes.notification
        message_id, published_at = notification.message_id, notification.published_at
        at = published_at if now is None else now
        for subscription in subscriptions:
            deliverer = self._deliverers.get(subscription.protocol)
            policy = subscription.filter_policy
            withheld = subscription.withheld(published_at)
            if deliverer is None or withheld is not None:
                if observer is not None:
                    reason = withheld or f"no delivery by {subscription.protocol}"
                    observer.tell(Withheld(at, message_id, subscription, policy, reason))
            elif not subscription.accepts(notification):
                if observer is not None:
                    observer.tell(FilteredOut(at, message_id, subscription, policy, notification))
                by_body = policy is not None and policy.scope == "MessageBody"
                subscription.totals.filter_out(by_body=by_body, has_attributes=bool(notification.attributes))
            elif self.interference is None:
                self._hand_over(deliverer, envelopes, subscription, at)
            else:
                hand_over = partial(self._hand_over, deliverer, envelopes, subscription)
                self.interference(notification, subscription, at, hand_over)

    def _hand_over(self, deliverer: Deliverer, envelopes: Envelopes, subscription: Subscription, now: float) -> None:
        outcome = deliverer.deliver(envelopes, subscription)
        if isinstance(outcome, Undeliverable):
            subscription.totals.failed += 1
            self.give_up(envelopes, subscription, outcome.reason, now)
            return
        if deliverer is not self._http:  # which counts when the endpoint has answered
            subscription.totals.delivered += 1
        if self._observer is not None:
            message_id, policy = envelopes.notification.message_id, subscription.filter_policy
            self._observer.tell(deliverer.arrival(now, message_id, subscription, policy, outcome))

    def give_up(self, envelopes: Envelopes, subscription: Subscription, reason: str, now: float) -> None:
        """Put what the endpoint would have got into the subscription's dead-letter queue, if it has one."""
        observer, message_id = self._observer, envelopes.notification.message_id
        policy, queue_arn = subscription.filter_policy, subscription.dead_letter_queue
        if observer is not None:
            observer.tell(Failed(now, message_id, subscription, policy, reason))
        if queue_arn is None:
            return
        outcome = self._queues.send(envelopes, subscription, queue_arn)
        if isinstance(outcome, Undeliverable):
            subscription.totals.redrive_failed += 1
        else:
            subscription.totals.redriven += 1
        if observer is None:
            return
        if isinstance(outcome, Undeliverable):
            reason = f"dead-letter queue {queue_arn}: {outcome.reason}"
            observer.tell(Failed(now, message_id, subscription, policy, reason))
        else:
            observer.tell(DeadLettered(now, message_id, subscription, policy, queue_arn, outcome))

    def forget(self, subscription: Subscription) -> None:
        """Make no more attempts for a subscription that has ended."""
        if self._http is not None:
            self._http.forget(subscription)

    def ask_to_confirm(self, confirmation: Confirmation, subscription: Subscription) -> None:
        deliverer = self._deliverers.get(subscription.protocol)
        if deliverer is not None:
            deliverer.ask_to_confirm(confirmation, subscription)


def _raw_attributes(notification: Notification) -> Mapping[str, MessageAttribute]:
    """The attributes of a raw message. One that is replayed says so, where it has room for one more."""
    attributes = notification.attributes
    if notification.replayed and len(attributes) < MESSAGE_ATTRIBUTES_MAX:
        return {"Replayed": _TRUE, **attributes}
    return attributes


def _ids_for(notification: Notification, queue_arn: str) -> tuple[str | None, str | None]:
    """Message group and deduplication id in a queue: FIFO topics give standard queues neither."""
    if notification.group_id is None:
        return None, None
    if is_fifo(queue_arn):
        return notification.group_id, notification.deduplication_id
    return (None if is_fifo(notification.topic_arn) else notification.group_id), None
