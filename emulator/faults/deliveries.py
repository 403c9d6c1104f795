"""Faults of deliveries: they act between SNS and its subscribers.

As with requests, the faults are checked in the order in which they were added. Delays add up; any other effect decides
the delivery, and later faults are not checked.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import partial

from msgspec import Struct

from emulator.aws.arns import Arn
from emulator.faults.fault import Fault, Firing
from emulator.faults.later import Later
from emulator.foundation.events import Observer
from emulator.sns.delivery.answer import Answer, NoAnswer
from emulator.sns.delivery.deliverer import Deliverer, Outcome
from emulator.sns.delivery.envelope import Confirmation, Envelopes
from emulator.sns.delivery.fan_out import HandOver
from emulator.sns.delivery.http_messages import HttpMessage
from emulator.sns.events import Disturbance, Disturbed
from emulator.sns.notification import Notification
from emulator.sns.subscription import Subscription
from emulator.timing.clock import Clocks

_DISTURBANCES: dict[str, Disturbance] = {
    "drop_delivery": "dropped",
    "double_delivery": "doubled",
    "delay_delivery": "delayed",
}


class Delivery(Struct, frozen=True):
    """A message and one of its receivers."""

    account: str  # of the topic
    topic_arn: str
    message_id: str
    protocol: str
    endpoint: str


class DeliveryFaults:
    """Faults that make messages arrive twice, later or not at all."""

    def __init__(self, faults: Iterable[Fault], later: Later, observer: Observer) -> None:
        self._faults = tuple(faults)
        self._later = later
        self._observer = observer

    def wrap(self, deliverer: Deliverer, hand_over: HandOver) -> "FaultyDeliverer":
        """A deliverer with these faults. ``hand_over`` delivers delayed messages."""
        return FaultyDeliverer(deliverer, self, self._later, hand_over)

    def fate(self, notification: Notification, subscription: Subscription, at: float) -> tuple[int, float]:
        """How many times a message arrives, and after how many seconds. Each fault that fires is reported to the
        observer.
        """
        message_id, topic = notification.message_id, subscription.topic
        delivery = Delivery(topic.account, topic.arn, message_id, subscription.protocol, subscription.shown_endpoint)
        seconds = 0.0
        for fault in self._faults:
            if not _hits(fault, delivery, at):
                continue
            what = _DISTURBANCES[fault.effect]
            self._observer.report(Disturbed(at, message_id, subscription, subscription.filter_policy, what, fault.id))
            if what != "delayed":
                return (0 if what == "dropped" else 2), seconds
            seconds += fault.rule.delay_delivery or 0.0
        return 1, seconds


class FaultyDeliverer:
    """A deliverer whose messages are duplicated, delayed or dropped by faults."""

    def __init__(self, deliverer: Deliverer, faults: DeliveryFaults, later: Later, hand_over: HandOver) -> None:
        self.arrival = deliverer.arrival
        self.final = deliverer.final
        self._deliverer = deliverer
        self._faults = faults
        self._later = later
        self._hand_over = hand_over

    def deliver(
        self, envelopes: Envelopes, subscriptions: Sequence[Subscription], at: float
    ) -> Iterator[tuple[Subscription, Outcome]]:
        for subscription in subscriptions:
            times, seconds = self._faults.fate(envelopes.notification, subscription, at)
            for _ in range(times):
                if seconds:
                    hand_over = partial(self._hand_over, self._deliverer, envelopes, [subscription])
                    self._later.put_off(subscription.topic.account, seconds, hand_over)
                else:
                    yield from self._deliverer.deliver(envelopes, [subscription], at)

    def ask_to_confirm(self, confirmation: Confirmation, subscription: Subscription) -> None:
        """Requests to confirm are never affected."""
        self._deliverer.ask_to_confirm(confirmation, subscription)


class AttemptFaults:
    """Makes calls of HTTP endpoints fail."""

    def __init__(self, faults: Iterable[Fault], clocks: Clocks) -> None:
        self._faults = tuple(faults)
        self._clocks = clocks

    def attempt(self, message: HttpMessage) -> Answer | None:
        """The answer that a fault gives in place of the endpoint; None if no fault fires, NoAnswer if it refuses the
        connection.

        Only published messages are affected, so that a subscription can always be confirmed.
        """
        headers = message.headers
        topic = Arn.parse(headers.get("x-amz-sns-topic-arn", ""))  # a state document may have any headers
        if headers.get("x-amz-sns-message-type") != "Notification" or topic is None:
            return None
        message_id, protocol = headers.get("x-amz-sns-message-id", ""), message.url.partition(":")[0].lower()
        delivery = Delivery(topic.account, str(topic), message_id, protocol, message.endpoint)
        now = self._clocks.of(topic.account).now()
        for fault in self._faults:
            if _hits(fault, delivery, now):
                return _failed(fault)
        return None


def _hits(fault: Fault, delivery: Delivery, now: float) -> bool:
    """Whether the fault matches the delivery and fires. If it does, the firing is recorded."""
    account, topic_arn, endpoint = delivery.account, delivery.topic_arn, delivery.endpoint
    if not fault.matches_delivery(account, topic_arn, delivery.protocol, endpoint) or not fault.takes_effect():
        return False
    fault.note(Firing(now, account, topic_arn, message_id=delivery.message_id, endpoint=endpoint))
    return True


def _failed(fault: Fault) -> Answer:
    status = fault.rule.fail_delivery
    if isinstance(status, int):
        return Answer(status, f"asked for by {fault.id}".encode())
    raise NoAnswer(f"connection refused: asked for by {fault.id}")
