"""Fan-out: one notification to all subscribers of its topic, each by the deliverer of its protocol."""

from collections.abc import Callable, Container, Mapping, Sequence

from emulator.aws.limits import MESSAGE_ATTRIBUTES_MAX
from emulator.foundation.events import Observer
from emulator.sns.audience import Audience, in_account
from emulator.sns.delivery.deliverer import Deliverer, RetryingDeliverer, Undeliverable
from emulator.sns.delivery.envelope import Confirmation, Envelopes
from emulator.sns.delivery.queue_deliverer import QueueDeliverer, queue_message
from emulator.sns.delivery.queues import AbroadDeliverer, QueueMessage, QueueSink
from emulator.sns.events import (
    DeadLettered,
    DeliveredTogether,
    Failed,
    FilteredOut,
    FilteredOutTogether,
    Withheld,
)
from emulator.sns.filter_policy import Offers
from emulator.sns.notification import Notification
from emulator.sns.subscription import Subscription
from emulator.timing.turns import PORTION

# Called when a delivery has failed for good, with what the endpoint would have got, the reason and the time.
OnFailure = Callable[[Subscription, QueueMessage, str, float], None]
RetryingDelivererOf = Callable[[OnFailure], RetryingDeliverer]

# ``FanOut.hand_over``: delivers a notification to subscribers by a deliverer, at a time, and reports the outcomes.
HandOver = Callable[[Deliverer, Envelopes, Sequence[Subscription], float], None]
Wrap = Callable[[Deliverer, HandOver], Deliverer]

_NONE: Mapping[str, Deliverer] = {}
_ABROAD = "sqs of another account"  # the key of the deliverer for queues that are not reached within the call


class Rest:
    """The rest of a fan-out: the subscriptions that have not got the notification yet.

    Each call of ``deliver_some`` delivers to the next of them.
    """

    __slots__ = ("_at", "_audience", "_begun", "_envelopes", "_fan_out", "_passed", "_positions")

    def __init__(
        self,
        fan_out: "FanOut",
        envelopes: Envelopes,
        audience: Audience,
        at: float,
        positions: Sequence[int],
        passed: Container[int] | None = None,
    ) -> None:
        self._fan_out = fan_out
        self._envelopes = envelopes
        self._audience = audience
        self._at = at
        self._positions = positions
        self._passed = passed
        self._begun = 0  # how many of the positions have had their turn

    @property
    def done(self) -> bool:
        """Whether all have had their turn."""
        return self._begun >= len(self._positions)

    def deliver_some(self, is_live: Callable[[Subscription], bool] | None = None) -> None:
        """Deliver to the next of them; with ``is_live``, only to those for which it is True."""
        begin, self._begun = self._begun, self._begun + PORTION
        positions = self._positions[begin : self._begun]
        if is_live is not None:
            positions = [each for each in positions if is_live(self._audience.subscriptions[each])]
        self._fan_out.deliver_to(self._envelopes, self._audience, positions, self._at, self._passed)


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
        self._abroad: AbroadDeliverer | None = None

    def reach_abroad_by(self, deliverer: AbroadDeliverer) -> None:
        """Use ``deliverer`` from now on for queues of other accounts than the topic's."""
        self._abroad = self._bare[_ABROAD] = deliverer

    def wrap(self, wrap: Wrap | None) -> None:
        """From now on replace each deliverer by what ``wrap`` makes of it; None: use the deliverers themselves."""
        self._deliverers = (
            self._bare
            if wrap is None
            else {protocol: wrap(deliverer, self.hand_over) for protocol, deliverer in self._bare.items()}
        )

    def deliver(
        self, envelopes: Envelopes, audience: Audience, now: float | None = None, *, later: bool = False
    ) -> Rest | None:
        """Deliver a notification to the subscriptions that get it. The time is ``now``, or else that of the publish.

        Returns the rest if there are more than one turn of the event loop should reach; with ``later``, the rest is
        all of them.
        """
        notification, unusual, together = envelopes.notification, audience.unusual, not self._observer.watched
        at = notification.published_at if now is None else now
        in_one_call = together and self._are_queues_here(audience) and not later and self._is_bare(notification)
        if in_one_call and audience.everyone and len(audience.everyone) <= PORTION:  # the usual case
            self._deliver_to_queues(envelopes, audience, audience.everyone, at)
            return None
        judgment = audience.judge(notification)
        accepted: Sequence[int] = judgment.accepted
        for refusal, count in judgment.refused.items():
            audience.subscriptions[0].totals.filter_out(refusal, count)  # the topic's totals, which all of them share
        if not together:  # the event stream gets one event for each subscription, in their order
            passed = {*accepted, *unusual}
            everyone = Rest(self, envelopes, audience, at, range(len(audience.subscriptions)), passed)
            return everyone if later else self._begun(everyone)
        if unusual:
            accepted = sorted([*accepted, *unusual])
        rest: Rest | None = None
        if in_one_call and len(accepted) <= PORTION:
            self._deliver_to_queues(envelopes, audience, accepted, at)
        elif later:
            rest = Rest(self, envelopes, audience, at, accepted)
        elif len(accepted) > PORTION:
            rest = self._begun(Rest(self, envelopes, audience, at, accepted))
        else:
            self.deliver_to(envelopes, audience, accepted, at)
        if judgment.refused:
            length, positions = sum(judgment.refused.values()), tuple(judgment.accepted)
            message_id = notification.message_id
            self._observer.report_and_warn(
                FilteredOutTogether(at, message_id, audience, length, notification, positions)
            )
        return rest

    def _begun(self, rest: Rest) -> Rest | None:
        """Begin with ``rest``, and return it unless nothing is left of it."""
        rest.deliver_some()
        return None if rest.done else rest

    def deliver_to(
        self,
        envelopes: Envelopes,
        audience: Audience,
        positions: Sequence[int],
        at: float,
        passed: Container[int] | None = None,
    ) -> None:
        """Deliver a notification to the subscriptions at these positions.

        ``passed`` are the positions whose filter policies let it through; the others are reported as filtered out.
        None: all of them do, and then all queues get it in one call.
        """
        bare = passed is None and self._is_bare(envelopes.notification)
        if bare and self._are_queues_here(audience):
            self._deliver_to_queues(envelopes, audience, positions, at)
            return
        published_at, message_id = envelopes.notification.published_at, envelopes.notification.message_id
        batch: list[int] = []
        for position in positions:
            subscription, policy = audience.subscriptions[position], audience.policies[position]
            is_abroad = self._abroad is not None and position in audience.abroad
            deliverer = self._deliverers.get(_ABROAD if is_abroad else subscription.protocol)
            withheld = subscription.withheld(published_at) if position in audience.unusual else None
            if deliverer is None or withheld is not None:
                self._observer.report_and_warn(_withheld(envelopes, subscription, withheld, at))
            elif (passed is not None and position not in passed) or self._refuses(audience, position, envelopes):
                self._observer.report_and_warn(
                    FilteredOut(at, message_id, subscription, policy, envelopes.notification)
                )
            elif bare and deliverer is self._queues:
                batch.append(position)
            else:
                self.hand_over(deliverer, envelopes, [subscription], at)
        if batch:
            self._deliver_to_queues(envelopes, audience, batch, at)

    def _are_queues_here(self, audience: Audience) -> bool:
        """Whether all subscriptions of an audience are queues that are reached within the call."""
        return audience.queues_alone and (self._abroad is None or not audience.abroad)

    def _is_bare(self, notification: Notification) -> bool:
        """Whether all queues can get the notification in one call."""
        return self._deliverers is self._bare and len(notification.attributes) <= MESSAGE_ATTRIBUTES_MAX

    def _refuses(self, audience: Audience, position: int, envelopes: Envelopes) -> bool:
        """Whether the subscription is unusual and its filter policy rejects the notification. Counts the rejection."""
        if position not in audience.unusual:
            return False
        notification, subscription = envelopes.notification, audience.subscriptions[position]
        refusal = subscription.refusal(notification, Offers(notification.attributes))
        if refusal is not None:
            subscription.totals.filter_out(refusal)
        return refusal is not None

    def _deliver_to_queues(self, envelopes: Envelopes, audience: Audience, positions: Sequence[int], at: float) -> None:
        """Put a notification into the queues of subscriptions, in one call."""
        subscriptions: Sequence[Subscription] = audience.subscriptions
        if len(positions) < len(subscriptions):
            subscriptions = [subscriptions[position] for position in positions]
        if not subscriptions:
            return
        outcomes = self._queues.send_all(envelopes, subscriptions)
        failed = 0
        if Undeliverable in map(type, outcomes):
            for subscription, outcome in zip(subscriptions, outcomes, strict=True):
                if isinstance(outcome, Undeliverable):
                    failed += 1
                    self._fail(envelopes, subscription, outcome, at)
        arrived, message_id = len(outcomes) - failed, envelopes.notification.message_id
        if arrived:
            subscriptions[0].totals.deliver(arrived)
            # Tuples, because the trace keeps a great many: the garbage collector skips those of numbers and texts.
            together = DeliveredTogether(at, message_id, audience, arrived, tuple(positions), tuple(outcomes))
            self._observer.report(together)

    def hand_over(
        self, deliverer: Deliverer, envelopes: Envelopes, subscriptions: Sequence[Subscription], at: float
    ) -> None:
        """Deliver a notification to ``subscriptions`` by ``deliverer``, and report the outcomes."""
        message_id, arrival = envelopes.notification.message_id, deliverer.arrival
        arrived = 0
        for subscription, outcome in deliverer.deliver(envelopes, subscriptions, at):
            if isinstance(outcome, Undeliverable):
                self._fail(envelopes, subscription, outcome, at)
            else:
                arrived += 1
                self._observer.report(arrival(at, message_id, subscription, subscription.filter_policy, outcome))
        if arrived and deliverer.final:
            subscriptions[0].totals.deliver(arrived)  # the topic's totals, which all of them share

    def _fail(self, envelopes: Envelopes, subscription: Subscription, outcome: Undeliverable, at: float) -> None:
        subscription.totals.fail()
        self.fail(subscription, queue_message(envelopes, subscription), outcome.reason, at)

    def fail(self, subscription: Subscription, message: QueueMessage, reason: str, now: float) -> None:
        """Report a failed delivery, and put ``message`` into the subscription's dead-letter queue, if it has one."""
        message_id = message.header.published_as or ""
        policy, queue_arn = subscription.filter_policy, subscription.dead_letter_queue
        self._observer.report_and_warn(Failed(now, message_id, subscription, policy, reason))
        if queue_arn is None:
            return
        if self._abroad is not None and not in_account(queue_arn, subscription.topic.account):
            self._abroad.put_into_dead_letter_queue(subscription, message, queue_arn)
            return
        outcome = self._queues.send(message, queue_arn)
        if isinstance(outcome, Undeliverable):
            subscription.totals.redrive(failed=True)
            reason = f"dead-letter queue {queue_arn}: {outcome.reason}"
            self._observer.report_and_warn(Failed(now, message_id, subscription, policy, reason))
        else:
            subscription.totals.redrive(failed=False)
            self._observer.report_and_warn(DeadLettered(now, message_id, subscription, policy, queue_arn, outcome))

    def forget(self, subscription: Subscription) -> None:
        """Make no more attempts for a subscription that has ended."""
        if self._http is not None:
            self._http.forget(subscription)

    def ask_to_confirm(self, confirmation: Confirmation, subscription: Subscription) -> None:
        deliverer = self._bare.get(subscription.protocol)
        if self._abroad is not None and deliverer is self._queues:
            deliverer = deliverer if in_account(subscription.endpoint, subscription.topic.account) else self._abroad
        if deliverer is not None:
            deliverer.ask_to_confirm(confirmation, subscription)


def _withheld(envelopes: Envelopes, subscription: Subscription, reason: str | None, now: float) -> Withheld:
    """The event that a subscription gets nothing at present; if it is pending, with the link to confirm it."""
    reason = reason or f"no delivery by {subscription.protocol}"
    if not subscription.confirmed and subscription.token is not None:
        reason += f"; to confirm, GET {envelopes.sender.subscribe_url(subscription.topic_arn, subscription.token)}"
    return Withheld(now, envelopes.notification.message_id, subscription, subscription.filter_policy, reason)
