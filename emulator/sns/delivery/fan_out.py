"""Fan-out: one notification to all subscribers of its topic, each by the deliverer of its protocol."""

from collections.abc import Callable, Iterable, Mapping
from typing import Protocol

from emulator.aws.limits import MESSAGE_ATTRIBUTES_MAX
from emulator.aws.message_attribute import MessageAttribute
from emulator.sns.delivery.envelope import Envelopes
from emulator.sns.notification import Notification
from emulator.sns.protocols import is_fifo
from emulator.sns.subscription import Subscription


class QueueSink(Protocol):
    """The queues, as far as topics know them."""

    def send(
        self,
        queue_arn: str,
        *,
        body: str,
        attributes: Mapping[str, MessageAttribute],
        group_id: str | None,
        deduplication_id: str | None,
        trace_header: str | None,
    ) -> str | None:
        """Put a message into a queue: the id it got there, or None where there is no such queue."""
        ...


class Deliverer(Protocol):
    """How subscribers of one protocol are reached."""

    def deliver(self, envelopes: Envelopes, subscription: Subscription) -> bool:
        """Hand a notification over; False where it can never arrive."""
        ...

    def ask_to_confirm(self, body: str, subscription: Subscription) -> None:
        """Hand over the request to confirm a pending subscription."""
        ...


class QueueDeliverer:
    """Puts messages into queues, within the call."""

    def __init__(self, sink: QueueSink) -> None:
        self._sink = sink

    def deliver(self, envelopes: Envelopes, subscription: Subscription) -> bool:
        if subscription.raw and len(envelopes.notification.attributes) > MESSAGE_ATTRIBUTES_MAX:
            return False  # a queue's message cannot carry them all
        return self.send(envelopes, subscription, subscription.endpoint)

    def send(self, envelopes: Envelopes, subscription: Subscription, queue_arn: str) -> bool:
        """Put what the subscription's endpoint gets into any queue; False where there is no such queue."""
        notification = envelopes.notification
        group_id, deduplication_id = _ids_for(notification, queue_arn)
        raw = subscription.raw
        return (
            self._sink.send(
                queue_arn,
                body=notification.message_for(subscription.protocol)
                if raw
                else envelopes.for_subscription(subscription.arn, subscription.protocol),
                attributes=notification.attributes if raw else {},
                group_id=group_id,
                deduplication_id=deduplication_id,
                trace_header=notification.trace_header,
            )
            is not None
        )

    def ask_to_confirm(self, body: str, subscription: Subscription) -> None:
        unique = subscription.arn.rpartition(":")[2] if is_fifo(subscription.endpoint) else None
        self._sink.send(
            subscription.endpoint,
            body=body,
            attributes={},
            group_id=unique,
            deduplication_id=unique,
            trace_header=None,
        )


class FanOut:
    """Visits subscriptions. A deliverer for another protocol is one more row of the table."""

    def __init__(self, sink: QueueSink) -> None:
        self._queues = QueueDeliverer(sink)
        self._deliverers: dict[str, Deliverer] = {"sqs": self._queues}

    def deliver(self, envelopes: Envelopes, subscriptions: Iterable[Subscription]) -> None:
        for subscription in subscriptions:
            deliverer = self._deliverers.get(subscription.protocol)
            if deliverer is None or not subscription.confirmed or not subscription.accepts(envelopes.notification):
                continue
            if not deliverer.deliver(envelopes, subscription):
                self.dead_letter(envelopes, subscription)

    def dead_letter(self, envelopes: Envelopes, subscription: Subscription) -> None:
        """Put what the endpoint would have got into the subscription's dead-letter queue, if it has one."""
        if subscription.dead_letter_queue is not None:
            self._queues.send(envelopes, subscription, subscription.dead_letter_queue)

    def ask_to_confirm(self, subscription: Subscription, render: Callable[[], str]) -> None:
        deliverer = self._deliverers.get(subscription.protocol)
        if deliverer is not None:
            deliverer.ask_to_confirm(render(), subscription)


def _ids_for(notification: Notification, queue_arn: str) -> tuple[str | None, str | None]:
    """Message group and deduplication id in a queue: FIFO topics give standard queues neither."""
    if is_fifo(queue_arn):
        return notification.group_id, notification.deduplication_id
    return (None if is_fifo(notification.topic_arn) else notification.group_id), None
