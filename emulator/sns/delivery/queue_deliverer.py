"""Delivery to queues, within the call: those that subscribe, and dead-letter queues."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from emulator.aws.limits import MESSAGE_ATTRIBUTES_MAX
from emulator.aws.message_attribute import MessageAttribute
from emulator.sns.delivery.deliverer import Outcome
from emulator.sns.delivery.envelope import Confirmation, Envelope, Envelopes, UndeliveredEnvelope
from emulator.sns.delivery.queues import TOO_MANY_ATTRIBUTES, Address, MessageHeader, QueueMessage, QueueSink
from emulator.sns.events import Delivered
from emulator.sns.notification import Notification
from emulator.sns.protocols import is_fifo
from emulator.sns.subscription import Subscription

_TRUE: Final = MessageAttribute("String", "true")
_NO_ATTRIBUTES: Final[Mapping[str, MessageAttribute]] = {}


class QueueDeliverer:
    """Puts messages into queues, within the call."""

    arrival = Delivered
    final = True

    def __init__(self, sink: QueueSink) -> None:
        self._sink = sink

    def deliver(
        self, envelopes: Envelopes, subscriptions: Sequence[Subscription], at: float
    ) -> Iterable[tuple[Subscription, Outcome]]:
        if len(envelopes.notification.attributes) > MESSAGE_ATTRIBUTES_MAX:
            return self._deliver_overfull(envelopes, subscriptions)
        return zip(subscriptions, self.send_all(envelopes, subscriptions), strict=True)

    def send_all(self, envelopes: Envelopes, subscriptions: Sequence[Subscription]) -> list[Outcome]:
        """Put a message, with no more attributes than a queue takes, into the queues of many subscriptions.

        Returns the outcome for each, in their order.
        """
        notification = envelopes.notification
        # An envelope is signed when it is first read, because signing takes longer than all the rest.
        addresses: list[Address] = []
        for each in subscriptions:
            if each.raw:
                text, attributes = notification.message_for(each.protocol), _raw_attributes(notification)
                addresses.append((each.endpoint, text, attributes))
            else:
                addresses.append((each.endpoint, Envelope(envelopes, each.arn), _NO_ATTRIBUTES))
        return self._sink.send(header_of(notification), addresses)

    def send(self, message: QueueMessage, queue_arn: str) -> Outcome:
        """Put a message into the queue with this ARN."""
        return self._sink.send(message.header, [(queue_arn, message.body, message.attributes)])[0]

    def ask_to_confirm(self, confirmation: Confirmation, subscription: Subscription) -> None:
        self.send(confirmation_for_queue(confirmation, subscription), subscription.endpoint)

    def _deliver_overfull(
        self, envelopes: Envelopes, subscriptions: Sequence[Subscription]
    ) -> Iterator[tuple[Subscription, Outcome]]:
        """Deliver a message with more attributes than a queue takes: raw delivery fails, an envelope arrives."""
        for subscription in subscriptions:
            if subscription.raw:
                yield subscription, TOO_MANY_ATTRIBUTES
        others = [each for each in subscriptions if not each.raw]
        yield from zip(others, self.send_all(envelopes, others), strict=True)


def queue_message(envelopes: Envelopes, subscription: Subscription) -> QueueMessage:
    """What the subscription's endpoint would get, as a message for a dead-letter queue."""
    notification = envelopes.notification
    header = header_of(notification)
    if subscription.raw:
        return QueueMessage(header, notification.message_for(subscription.protocol), _raw_attributes(notification))
    return QueueMessage(header, UndeliveredEnvelope(envelopes, subscription.arn, subscription.protocol), _NO_ATTRIBUTES)


def confirmation_for_queue(confirmation: Confirmation, subscription: Subscription) -> QueueMessage:
    """The request to confirm a subscription, as a message for its queue. In a FIFO queue it is a group of its own."""
    unique = subscription.arn.rpartition(":")[2]
    header = MessageHeader(subscription.topic_arn, fifo_ids=(unique, unique))
    return QueueMessage(header, confirmation.as_json(), _NO_ATTRIBUTES)


def header_of(notification: Notification) -> MessageHeader:
    """What all queues get of a notification. From a FIFO topic, standard queues get no message group."""
    group_id = notification.group_id
    return MessageHeader(
        notification.topic_arn,
        notification.message_id,
        notification.trace_header,
        group_id if group_id is None or not is_fifo(notification.topic_arn) else None,
        (group_id, notification.deduplication_id),
    )


def _raw_attributes(notification: Notification) -> Mapping[str, MessageAttribute]:
    """The attributes of a raw message; of a replayed one also ``Replayed``, if a queue takes one more."""
    attributes = notification.attributes
    if notification.replayed and len(attributes) < MESSAGE_ATTRIBUTES_MAX:
        return {"Replayed": _TRUE, **attributes}
    return attributes
