"""Faults of deliveries: what stands between SNS and its subscribers.

As with requests, the faults are asked in the order in which they were added; delays add up, and with any other effect
the fate of a delivery is decided.
"""

from collections.abc import Callable, Iterable

from msgspec import Struct

from emulator.aws.arns import Arn
from emulator.clock import Clocks
from emulator.events import Observer
from emulator.faults.fault import Fault, Firing
from emulator.faults.later import Later
from emulator.sns.delivery.http import Answer, NoAnswer
from emulator.sns.delivery.http_messages import HttpMessage
from emulator.sns.events import Disturbance, Disturbed
from emulator.sns.notification import Notification
from emulator.sns.subscription import Subscription

HandOver = Callable[[float], None]  # with the time

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
    """Hands messages over to the subscribers as the faults let it."""

    def __init__(self, faults: Iterable[Fault], later: Later, observer: Observer) -> None:
        self._faults = tuple(faults)
        self._later = later
        self._observer = observer

    def deliver(self, notification: Notification, subscription: Subscription, at: float, hand_over: HandOver) -> None:
        """Call ``hand_over``: now, later, twice or never."""
        message_id, topic_arn = notification.message_id, notification.topic_arn
        account = _account_of(topic_arn)
        delivery = Delivery(account, topic_arn, message_id, subscription.protocol, subscription.shown_endpoint)
        seconds, times = 0.0, 1
        for fault in self._faults:
            if not _hits(fault, delivery, at):
                continue
            what = _DISTURBANCES[fault.effect]
            self._observer.tell(Disturbed(at, message_id, subscription, subscription.filter_policy, what, fault.id))
            if what != "delayed":
                times = 0 if what == "dropped" else 2
                break
            seconds += fault.rule.delay_delivery or 0.0
        for _ in range(times):
            if seconds:
                self._later.put_off(account, seconds, hand_over)
            else:
                hand_over(at)


class AttemptFaults:
    """Fails calls of HTTP endpoints."""

    def __init__(self, faults: Iterable[Fault], clocks: Clocks) -> None:
        self._faults = tuple(faults)
        self._clocks = clocks

    def attempt(self, message: HttpMessage) -> Answer | None:
        """The answer that a fault gives in the endpoint's place; NoAnswer if it refuses the connection.

        Only messages that were published are concerned: a subscription can always be confirmed.
        """
        headers = message.headers
        if headers.get("x-amz-sns-message-type") != "Notification":
            return None
        topic_arn, message_id = headers["x-amz-sns-topic-arn"], headers["x-amz-sns-message-id"]
        account, protocol = _account_of(topic_arn), message.url.partition(":")[0].lower()
        delivery = Delivery(account, topic_arn, message_id, protocol, message.endpoint)
        now = self._clocks.of(account).now()
        for fault in self._faults:
            if _hits(fault, delivery, now):
                return _failed(fault)
        return None


def _hits(fault: Fault, delivery: Delivery, now: float) -> bool:
    """Whether the fault matches the delivery and fires; then it has been noted."""
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


def _account_of(topic_arn: str) -> str:
    parsed = Arn.parse(topic_arn)
    assert parsed is not None, "topics have ARNs"
    return parsed.account
