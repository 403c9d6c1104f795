"""The deliverer for the protocols http and https."""

from collections.abc import Iterable, Sequence

from emulator.foundation.events import Observer
from emulator.sns.delivery.deliverer import Outcome, Undeliverable
from emulator.sns.delivery.delivery import Attempt, DeadLetter, Delivery, DeliveryContent
from emulator.sns.delivery.dispatch import Dispatch
from emulator.sns.delivery.envelope import Confirmation, Envelopes
from emulator.sns.delivery.fan_out import OnFailure
from emulator.sns.delivery.http_messages import confirmation_message, notification_message
from emulator.sns.delivery.http_policy import HttpPolicy
from emulator.sns.delivery.queue_deliverer import queue_message
from emulator.sns.delivery.schedule import DELIVERIES_MAX
from emulator.sns.events import Attempted, ConfirmationFailed, Dispatched
from emulator.sns.subscription import Subscription

_TOO_MANY = Undeliverable(f"{DELIVERIES_MAX} messages are on their way to this endpoint already")


class HttpDeliverer:
    """Starts deliveries: a ``RetryingDeliverer``. What becomes of them is reported to the observer."""

    arrival = Dispatched
    final = False

    def __init__(self, dispatch: Dispatch, on_failure: OnFailure, observer: Observer) -> None:
        self._dispatch = dispatch
        self._on_failure = on_failure
        self._observer = observer
        dispatch.report_to("Notification", self._attempted)
        dispatch.report_to("SubscriptionConfirmation", self._asked_to_confirm)
        dispatch.report_to("UnsubscribeConfirmation", self._asked_to_confirm)

    def deliver(
        self, envelopes: Envelopes, subscriptions: Sequence[Subscription], at: float
    ) -> Iterable[tuple[Subscription, Outcome]]:
        for subscription in subscriptions:
            yield subscription, self._deliver(envelopes, subscription)

    def _deliver(self, envelopes: Envelopes, subscription: Subscription) -> Outcome:
        policy = HttpPolicy.of(subscription.settings.get("DeliveryPolicy"), envelopes.sender.delivery_policy)
        request = notification_message(envelopes, subscription, policy)
        message = queue_message(envelopes, subscription)
        content = DeliveryContent(
            "Notification",
            subscription.topic.account,
            subscription.owner,
            subscription.arn,
            request,
            policy.retry_delays,
            policy.seconds_between,
            message_id=envelopes.notification.message_id,
            dead_letter=DeadLetter(message.header, message.attributes),
        )
        return request.endpoint if self._dispatch.add(Delivery(content, subscription)) else _TOO_MANY

    def ask_to_confirm(self, confirmation: Confirmation, subscription: Subscription) -> None:
        """Start the delivery of a request to confirm. It has no trace: a failure is reported to watchers and the log
        only.
        """
        policy = HttpPolicy.of(subscription.settings.get("DeliveryPolicy"), confirmation.sender.delivery_policy)
        content = DeliveryContent(
            confirmation.message_type,
            subscription.topic.account,
            subscription.owner,
            subscription.arn,
            confirmation_message(confirmation, subscription, policy),
            policy.retry_delays,
            policy.seconds_between,
            message_id=confirmation.message_id,
        )
        self._dispatch.add(Delivery(content, subscription))

    def forget(self, subscription: Subscription) -> None:
        self._dispatch.drop(subscription.topic.account, subscription.arn)

    def _attempted(self, delivery: Delivery, attempt: Attempt) -> None:
        subscription = _subscription(delivery)
        if attempt.delivered:
            subscription.totals.deliver()
        else:
            subscription.totals.fail()
        event = Attempted(
            attempt.at,
            delivery.content.message_id or "",
            subscription,
            subscription.filter_policy,
            number=attempt.number,
            status=attempt.status,
            answer=attempt.answer,
            delivered=attempt.delivered,
            next_at=attempt.next_at,
        )
        self._observer.report(event)
        if not attempt.delivered:
            self._observer.warn(event)
            if attempt.next_at is None:
                self._on_failure(subscription, delivery.queue_message(), _reason(attempt), attempt.at)

    def _asked_to_confirm(self, delivery: Delivery, attempt: Attempt) -> None:
        if not attempt.delivered:
            failed = ConfirmationFailed(attempt.at, _subscription(delivery), _reason(attempt))
            self._observer.stream(failed)
            self._observer.warn(failed)


def _subscription(delivery: Delivery) -> Subscription:
    assert delivery.subscription is not None, "only deliveries to functions have no subscription"
    return delivery.subscription


def _reason(attempt: Attempt) -> str:
    what = attempt.answer if attempt.status is None else f"the endpoint answered with {attempt.status}"
    outcome = "failed for good" if attempt.next_at is None else "failed"
    return f"attempt {attempt.number} {outcome}: {what}"
