"""The headers and bodies of SNS's three types of HTTP message.

https://docs.aws.amazon.com/sns/latest/dg/http-header.html
"""

from collections.abc import Mapping

from msgspec import Struct

from emulator.sns.delivery.envelope import Confirmation, Envelopes
from emulator.sns.delivery.http_policy import HttpPolicy
from emulator.sns.protocols import without_password
from emulator.sns.subscription import Subscription

CONTENT_BYTES = 4_096  # of the body of an answer, which are read; the rest is not

_USER_AGENT = "Amazon Simple Notification Service Agent"
_ENCODINGS = "gzip,deflate"  # of answers that we accept


class HttpMessage(Struct, frozen=True):
    """A POST. ``url`` may contain a user and a password. Of the answer's body ``content_bytes`` are read."""

    url: str
    headers: Mapping[str, str]
    body: bytes
    content_bytes: int = CONTENT_BYTES

    @property
    def endpoint(self) -> str:
        """The URL without its password, for logs and traces."""
        return without_password(self.url)


def notification_message(envelopes: Envelopes, subscription: Subscription, policy: HttpPolicy) -> HttpMessage:
    """A published message. With raw delivery it is the bare text, without the message attributes."""
    notification = envelopes.notification
    headers = _headers("Notification", notification.message_id, notification.topic_arn, subscription.arn)
    if subscription.raw:
        headers["x-amz-sns-rawdelivery"] = "true"
        body = notification.message_for(subscription.protocol)
    else:
        body = envelopes.for_subscription(subscription.arn, subscription.protocol)
    return _message(subscription, headers, policy, body)


def confirmation_message(confirmation: Confirmation, subscription: Subscription, policy: HttpPolicy) -> HttpMessage:
    """The request to confirm a subscription, or the offer to restore one. Never raw."""
    message_id, topic_arn = confirmation.message_id, confirmation.topic_arn
    headers = _headers(confirmation.message_type, message_id, topic_arn, confirmation.cancelled)
    return _message(subscription, headers, policy, confirmation.as_json())


def _headers(message_type: str, message_id: str, topic_arn: str, subscription_arn: str | None) -> dict[str, str]:
    headers = {
        "x-amz-sns-message-type": message_type,
        "x-amz-sns-message-id": message_id,
        "x-amz-sns-topic-arn": topic_arn,
    }
    if subscription_arn is not None:
        headers["x-amz-sns-subscription-arn"] = subscription_arn
    return headers


def _message(subscription: Subscription, headers: dict[str, str], policy: HttpPolicy, body: str) -> HttpMessage:
    headers |= {
        "Content-Type": policy.content_type,
        "Connection": "Keep-Alive",
        "User-Agent": _USER_AGENT,
        "Accept-Encoding": _ENCODINGS,
    }
    return HttpMessage(subscription.endpoint, headers, body.encode())
