"""Fan-out: one notification to all subscribers of its topic, each by the deliverer of its protocol."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from emulator.events import Event, Observer
from emulator.sns.delivery.deliverer import Deliverer, RetryingDeliverer, Undeliverable
from emulator.sns.delivery.envelope import Confirmation, Envelopes
from emulator.sns.delivery.queues import QueueDeliverer, QueueMessage, QueueSink, queue_message
from emulator.sns.events import DeadLettered, Failed, FilteredOut, Withheld
from emulator.sns.filter_policy import Offers
from emulator.sns.subscription import Subscription

# A delivery has failed for good: what was for the endpoint, the id that the publisher got, the reason and the time.
OnFailure = Callable[[Subscription, QueueMessage, str, float], None]
RetryingDelivererOf = Callable[[OnFailure], RetryingDeliverer]

# Hands a notification over to subscribers by a deliverer, at a time, and reports what became of it.
HandOver = Callable[[Deliverer, Envelopes, Sequence[Subscription], float], None]
Wrap = Callable[[Deliverer, HandOver], Deliverer]

_NONE: Mapping[str, Deliverer] = {}


class FanOut:
    """Delivers to subscribers. ``deliverers`` are those for other protocols than sqs, http and https."""

    def __init__(
        self,
        sink: QueueSink,
        observer: Observer,
        deliverers: Mapping[str, Deliverer] = _NONE,
        http: RetryingDelivererOf | None = None,
    ) -> None:
        self._queues = QueueDeliverer(sink)
        self._bare: dict[str, Deliverer] = {"sqs": self._queues, **deliverers}
        self._observer = observer
        self._http = None if http is None else http(self.fail)
        if self._http is not None:
            self._bare |= {"http": self._http, "https": self._http}
        self._deliverers = self._bare

    def wrap(self, wrap: Wrap | None) -> None:
        """From now on reach subscribers through what ``wrap`` makes of each deliverer; None: as before."""
        self._deliverers = (
            self._bare
            if wrap is None
            else {protocol: wrap(deliverer, self.hand_over) for protocol, deliverer in self._bare.items()}
        )

    def deliver(self, envelopes: Envelopes, subscriptions: Iterable[Subscription], now: float | None = None) -> None:
        """Hand a notification to those that are to have it, ``now`` or, without it, when it is published.

        All queues get it in one call, unless the event stream is watched, which shows each delivery in its turn.
        """
        notification = envelopes.notification
        at = notification.published_at if now is None else now
        together = not self._observer.watched
        batched = self._queues if together else None
        events: list[Event] = []  # what is reported at the end
        report = events.append if together else self._report_and_warn
        offers: Offers | None = None  # read for the first filter policy, and for all of them alike
        batch: list[Subscription] = []
        for subscription in subscriptions:
            deliverer = self._deliverers.get(subscription.protocol)
            free = subscription.confirmed and subscription.replay is None  # the usual case
            withheld = None if free else subscription.withheld(notification.published_at)
            if deliverer is None or withheld is not None:
                report(_withheld(envelopes, subscription, withheld, at))
            elif subscription.filter_policy is not None and (
                refusal := subscription.refusal(notification, offers := offers or Offers(notification.attributes))
            ):
                subscription.totals.filter_out(refusal)
                report(FilteredOut(at, notification.message_id, subscription, subscription.filter_policy, notification))
            elif deliverer is batched:
                batch.append(subscription)
            else:
                self.hand_over(deliverer, envelopes, [subscription], at)
        if events:
            self._observer.warn(*events)
        if batch:
            self._deliver(self._queues, envelopes, batch, at, events.append)
        self._observer.report(*events)

    def hand_over(
        self, deliverer: Deliverer, envelopes: Envelopes, subscriptions: Sequence[Subscription], at: float
    ) -> None:
        """Hand a notification over, and report what became of it."""
        self._deliver(deliverer, envelopes, subscriptions, at, self._observer.report)

    def _deliver(
        self,
        deliverer: Deliverer,
        envelopes: Envelopes,
        subscriptions: Sequence[Subscription],
        at: float,
        report: Callable[[Event], None],
    ) -> None:
        """Hand a notification over, and ``report`` each subscription that it arrived at."""
        message_id, arrival = envelopes.notification.message_id, deliverer.arrival
        arrived = 0
        for subscription, outcome in deliverer.deliver(envelopes, subscriptions, at):
            if isinstance(outcome, Undeliverable):
                subscription.totals.fail()
                self.fail(subscription, queue_message(envelopes, subscription), outcome.reason, at)
            else:
                arrived += 1
                report(arrival(at, message_id, subscription, subscription.filter_policy, outcome))
        if arrived and deliverer.final:
            subscriptions[0].totals.deliver(arrived)  # those of the topic, which all of them share

    def fail(self, subscription: Subscription, message: QueueMessage, reason: str, now: float) -> None:
        """Put what the endpoint would have got into the subscription's dead-letter queue, if it has one."""
        message_id = message.header.published_as or ""
        policy, queue_arn = subscription.filter_policy, subscription.dead_letter_queue
        self._report_and_warn(Failed(now, message_id, subscription, policy, reason))
        if queue_arn is None:
            return
        outcome = self._queues.send(message, queue_arn)
        if isinstance(outcome, Undeliverable):
            subscription.totals.redrive(failed=True)
            reason = f"dead-letter queue {queue_arn}: {outcome.reason}"
            self._report_and_warn(Failed(now, message_id, subscription, policy, reason))
        else:
            subscription.totals.redrive(failed=False)
            self._report_and_warn(DeadLettered(now, message_id, subscription, policy, queue_arn, outcome))

    def _report_and_warn(self, event: Event) -> None:
        self._observer.report(event)
        self._observer.warn(event)

    def forget(self, subscription: Subscription) -> None:
        """Make no more attempts for a subscription that has ended."""
        if self._http is not None:
            self._http.forget(subscription)

    def ask_to_confirm(self, confirmation: Confirmation, subscription: Subscription) -> None:
        deliverer = self._bare.get(subscription.protocol)
        if deliverer is not None:
            deliverer.ask_to_confirm(confirmation, subscription)


def _withheld(envelopes: Envelopes, subscription: Subscription, reason: str | None, now: float) -> Withheld:
    """Where the subscription is pending, the reason has the link by which it is confirmed."""
    reason = reason or f"no delivery by {subscription.protocol}"
    if not subscription.confirmed and subscription.token is not None:
        reason += f"; to confirm, GET {envelopes.sender.subscribe_url(subscription.topic_arn, subscription.token)}"
    return Withheld(now, envelopes.notification.message_id, subscription, subscription.filter_policy, reason)
