"""Deliveries to HTTP endpoints and subscriptions that wait for confirmation, as the control routes tell of them."""

import msgspec

from emulator.sns.delivery.dispatch import Delivery
from emulator.sns.notification import timestamp
from emulator.sns.subscription import Subscription


class UnderWay(msgspec.Struct):
    """A delivery that has neither arrived nor failed for good. What there is none of is null."""

    account: str
    subscription: str  # ARN
    endpoint: str
    type: str | None  # Notification, SubscriptionConfirmation or UnsubscribeConfirmation; null to a function's URL
    message_id: str | None
    attempts: int  # that have failed
    last_status: int | None
    last_answer: str | None
    next_attempt_at: str | None  # null where the attempt is being made


class Pending(msgspec.Struct):
    """A subscription that waits for confirmation."""

    subscription: str  # ARN
    topic: str  # ARN
    protocol: str
    endpoint: str
    token: str
    subscribe_url: str  # a GET confirms
    expires_at: str


def under_way(delivery: Delivery) -> UnderWay:
    last, headers = delivery.last, delivery.message.headers
    return UnderWay(
        account=delivery.account,
        subscription=delivery.subscription_arn,
        endpoint=delivery.message.endpoint,
        type=headers.get("x-amz-sns-message-type"),
        message_id=headers.get("x-amz-sns-message-id"),
        attempts=delivery.attempts,
        last_status=None if last is None else last.status,
        last_answer=None if last is None else last.answer,
        next_attempt_at=timestamp(delivery.due) if delivery.waits else None,
    )


def pending(subscription: Subscription, base_url: str) -> Pending:
    """``base_url`` is where the reader reaches us."""
    token, topic_arn = subscription.token or "", subscription.topic_arn
    return Pending(
        subscription=subscription.arn,
        topic=topic_arn,
        protocol=subscription.protocol,
        endpoint=subscription.endpoint,
        token=token,
        subscribe_url=f"{base_url}/?Action=ConfirmSubscription&TopicArn={topic_arn}&Token={token}",
        expires_at=timestamp(subscription.token_expires_at),
    )
