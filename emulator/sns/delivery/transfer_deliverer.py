"""The deliverer for queues of other accounts, where accounts may live in different processes."""

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from emulator.aws.limits import MESSAGE_ATTRIBUTES_MAX
from emulator.foundation.events import Observer
from emulator.sns.delivery.deliverer import Outcome, Undeliverable
from emulator.sns.delivery.envelope import Confirmation, Envelopes
from emulator.sns.delivery.queue_deliverer import confirmation_for_queue, queue_message
from emulator.sns.delivery.queues import TOO_MANY_ATTRIBUTES, MessageHeader, QueueMessage
from emulator.sns.delivery.transfers import WAITING_MAX, Portion, Purpose, Reply, Transfer, Transfers
from emulator.sns.events import DeadLettered, Delivered, Dispatched, Failed
from emulator.sns.subscription import Subscription

_TOO_MANY: Final = Undeliverable(f"{WAITING_MAX} messages are on their way to this account already")

FindSubscription = Callable[[str], Subscription | None]  # by ARN
NowOf = Callable[[str], float]  # the time of an account
Fail = Callable[[Subscription, QueueMessage, str, float], None]


class TransferDeliverer:
    """Adds messages to the streams to their queues' accounts, and reports the outcomes when these have answered."""

    arrival = Dispatched
    final = False

    def __init__(
        self, transfers: Transfers, find: FindSubscription, fail: Fail, observer: Observer, now_of: NowOf
    ) -> None:
        self._transfers = transfers
        self._find = find
        self._fail = fail
        self._observer = observer
        self._now_of = now_of

    def deliver(
        self, envelopes: Envelopes, subscriptions: Sequence[Subscription], at: float
    ) -> Iterable[tuple[Subscription, Outcome]]:
        del at
        overfull = len(envelopes.notification.attributes) > MESSAGE_ATTRIBUTES_MAX
        for subscription in subscriptions:
            if subscription.raw and overfull:
                yield subscription, TOO_MANY_ATTRIBUTES
                continue
            message = queue_message(envelopes, subscription)
            added = self._add(subscription, subscription.endpoint, message, "notification")
            yield subscription, subscription.endpoint if added else _TOO_MANY

    def ask_to_confirm(self, confirmation: Confirmation, subscription: Subscription) -> None:
        self._add(
            subscription, subscription.endpoint, confirmation_for_queue(confirmation, subscription), "confirmation"
        )

    def put_into_dead_letter_queue(self, subscription: Subscription, message: QueueMessage, queue_arn: str) -> None:
        """Let a message wait whose delivery has failed for good."""
        if not self._add(subscription, queue_arn, message, "dead_letter"):
            self._report_lost(subscription, message.header, queue_arn, _TOO_MANY.reason)

    def end(self, portion: Portion, replies: Sequence[Reply]) -> None:
        """Report the ``replies`` of the other account, one for each message of ``portion``."""
        if not self._transfers.end(portion):
            return
        for transfer, reply in zip(portion.transfers, replies, strict=True):
            subscription = self._find(transfer.subscription_arn)
            if subscription is not None and transfer.purpose != "confirmation":
                self._report(subscription, transfer, reply)

    def _add(self, subscription: Subscription, queue_arn: str, message: QueueMessage, purpose: Purpose) -> bool:
        return self._transfers.add(subscription.topic.account, queue_arn, subscription.arn, message, purpose)

    def _report(self, subscription: Subscription, transfer: Transfer, reply: Reply) -> None:
        at, header = self._now_of(subscription.topic.account), transfer.header
        message_id, policy, totals = header.published_as or "", subscription.filter_policy, subscription.totals
        if transfer.purpose == "dead_letter" and reply.refused is not None:
            self._report_lost(subscription, header, transfer.queue_arn, reply.refused)
        elif transfer.purpose == "dead_letter":
            totals.redrive(failed=False)
            self._observer.report_and_warn(
                DeadLettered(at, message_id, subscription, policy, transfer.queue_arn, reply.message_id)
            )
        elif reply.refused is not None:
            totals.fail()
            self._fail(subscription, transfer.message(), reply.refused, at)
        else:
            totals.deliver()
            self._observer.report(Delivered(at, message_id, subscription, policy, reply.message_id))

    def _report_lost(self, subscription: Subscription, header: MessageHeader, queue_arn: str, reason: str) -> None:
        """Report that a dead-letter queue did not take a message."""
        subscription.totals.redrive(failed=True)
        at, message_id = self._now_of(subscription.topic.account), header.published_as or ""
        text = f"dead-letter queue {queue_arn}: {reason}"
        self._observer.report_and_warn(Failed(at, message_id, subscription, subscription.filter_policy, text))
