"""The deliverer for the protocols http and https."""

from emulator.aws.arns import Arn
from emulator.events import Observer
from emulator.sns.delivery.delivery import Attempt, Delivery, Told
from emulator.sns.delivery.dispatch import DELIVERIES_MAX, Dispatch
from emulator.sns.delivery.envelope import Confirmation, Envelopes, Sender
from emulator.sns.delivery.fan_out import GiveUp, Undeliverable
from emulator.sns.delivery.http_messages import HttpMessage, confirmation_message, notification_message
from emulator.sns.delivery.http_policy import HttpPolicy
from emulator.sns.events import Attempted, ConfirmationFailed, Dispatched
from emulator.sns.subscription import Subscription

_TOO_MANY = Undeliverable(f"{DELIVERIES_MAX} messages are on their way to this endpoint already")


class HttpDeliverer:
    """Sends messages on their way: the ``Courier`` of fan-out. What becomes of them the observer hears."""

    arrival = Dispatched

    def __init__(self, dispatch: Dispatch, give_up: GiveUp, observer: Observer) -> None:
        self._dispatch = dispatch
        self._give_up = give_up
        self._observer = observer

    def deliver(self, envelopes: Envelopes, subscription: Subscription) -> str | Undeliverable:
        policy = _policy(subscription, envelopes.sender)

        def told(attempt: Attempt) -> None:
            if attempt.delivered:
                subscription.totals.delivered += 1
            else:
                subscription.totals.failed += 1
            self._observe(attempt, envelopes, subscription)
            if attempt.next_at is None and not attempt.delivered:
                self._give_up(envelopes, subscription, _reason(attempt), attempt.at)

        message = notification_message(envelopes, subscription, policy)
        accepted = self._dispatch.add(_delivery(subscription, message, policy, told))
        return message.endpoint if accepted else _TOO_MANY

    def ask_to_confirm(self, confirmation: Confirmation, subscription: Subscription) -> None:
        """Send a request to confirm on its way. It has no trace: where it fails, watchers and the log are told."""
        policy = _policy(subscription, confirmation.sender)
        message = confirmation_message(confirmation, subscription, policy)

        def told(attempt: Attempt) -> None:
            if not attempt.delivered:
                failed = ConfirmationFailed(attempt.at, subscription, _reason(attempt))
                self._observer.detail(failed)
                self._observer.warn([failed])

        self._dispatch.add(_delivery(subscription, message, policy, told))

    def forget(self, subscription: Subscription) -> None:
        self._dispatch.drop(_account(subscription), subscription.arn)

    def _observe(self, attempt: Attempt, envelopes: Envelopes, subscription: Subscription) -> None:
        event = Attempted(
            attempt.at,
            envelopes.notification.message_id,
            subscription,
            subscription.filter_policy,
            number=attempt.number,
            status=attempt.status,
            answer=attempt.answer,
            delivered=attempt.delivered,
            next_at=attempt.next_at,
        )
        self._observer.tell(event)
        if not attempt.delivered:
            self._observer.warn([event])


def _policy(subscription: Subscription, sender: Sender) -> HttpPolicy:
    return HttpPolicy.of(subscription.settings.get("DeliveryPolicy"), sender.delivery_policy)


def _delivery(subscription: Subscription, message: HttpMessage, policy: HttpPolicy, told: Told) -> Delivery:
    account, owner = _account(subscription), subscription.owner
    return Delivery(account, subscription.arn, message, policy, told, subscriber=owner)


def _account(subscription: Subscription) -> str:
    """The account of the topic: by its clock the subscription lives."""
    arn = Arn.parse(subscription.topic_arn)
    assert arn is not None, "topics have ARNs"
    return arn.account


def _reason(attempt: Attempt) -> str:
    what = attempt.answer if attempt.status is None else f"the endpoint answered with {attempt.status}"
    outcome = "failed for good" if attempt.next_at is None else "failed"
    return f"attempt {attempt.number} {outcome}: {what}"
