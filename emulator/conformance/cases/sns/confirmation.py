"""ConfirmSubscription and Unsubscribe, which links also perform."""

from urllib.parse import urlencode

from emulator.conformance.caller import Caller
from emulator.conformance.case import case
from emulator.conformance.cases.sns.stand_ins import NO_SUBSCRIPTION, SUBSCRIPTION_ELSEWHERE, TOPIC_ELSEWHERE
from emulator.conformance.cases.sns.subscribe import subscribed
from emulator.conformance.cases.sources import RECORDED, REPORTED, SNS_API
from emulator.conformance.fixtures import NO_TOPIC, TOPIC
from emulator.conformance.mismatch import same
from emulator.conformance.tables import accepted, refused

_CONFIRM = f"{SNS_API}/API_ConfirmSubscription.html"
_UNSUBSCRIBE = f"{SNS_API}/API_Unsubscribe.html"
_OTHER_CLIENT = "https://github.com/aws/aws-sdk-net/issues/1638"
_UNKNOWN = "51b2ff3edb475b7d91550e0ab6edf0c1de2a34e6ebaf6c2262a001bcb7e051c43aa00022ceecce70bd2a67b2042da8d8" * 3

# What is tested: the topic, the token, and AWS's message.
_TOKENS: dict[str, tuple[object, str, str]] = {
    "unknown-token": (TOPIC, _UNKNOWN, "Invalid parameter: Token"),
    "unknown-token-and-topic": (NO_TOPIC, _UNKNOWN, "Invalid parameter: Token"),
    "token-that-is-not-hexadecimal": (TOPIC, "randomtoken", "Invalid token"),
    "token-that-is-not-hexadecimal-and-no-topic": ("topic", "randomtoken", "Invalid token"),
    "short-token": (TOPIC, "abc123", "Invalid parameter: Token"),
    "topic-arn-that-is-none": ("topic", _UNKNOWN, "Invalid parameter: Topic"),
    "topic-of-another-region": (TOPIC_ELSEWHERE, _UNKNOWN, "Invalid parameter: Topic"),
}
for _what, (_topic, _token, _message) in _TOKENS.items():
    refused(
        f"sns/ConfirmSubscription/{_what}",
        "A token must have been issued by AWS, in the region of the topic; it is checked first.",
        {"TopicArn": _topic, "Token": _token},
        "InvalidParameter",
        _message,
        source=RECORDED,
        certainty="recorded",
    )
refused(
    "sns/ConfirmSubscription/no-token",
    "A token is required.",
    {"TopicArn": TOPIC},
    "InvalidParameter",
    "Invalid parameter: Token Reason: no value for required parameter",
    source=_CONFIRM,
    certainty="assumed",
)
refused(
    "sns/ConfirmSubscription/no-topic-arn",
    "The topic's ARN is required.",
    {"Token": _UNKNOWN},
    "InvalidParameter",
    "Invalid parameter: TopicArn Reason: no value for required parameter",
    source=_CONFIRM,
    certainty="assumed",
)


@case(
    "sns/ConfirmSubscription/link-without-a-signature",
    "A link is answered without a signature.",
    _CONFIRM,
    "documented",
)
def _(aws: Caller) -> None:
    query = urlencode({"Action": "ConfirmSubscription", "TopicArn": aws.topic(), "Token": _UNKNOWN})
    answer = aws.http("sns", "GET", f"/?{query}", signed=False)
    same(answer.xml["ErrorResponse"]["Error"]["Message"], "Invalid parameter: Token", "the message")


# -- Unsubscribe -----------------------------------------------------------------------------


@case("sns/Unsubscribe/twice", "To end a subscription again succeeds.", RECORDED, "recorded")
def _(aws: Caller) -> None:
    queue, topic = aws.queue(), aws.topic()
    subscription = aws.subscribe(topic, queue)
    for _ in range(2):
        same(aws.sns("Unsubscribe", SubscriptionArn=subscription).succeeds(), {})
    aws.sns("Publish", TopicArn=topic, Message="hello").succeeds()
    same(aws.receive(queue), [], "the messages")


@case(
    "sns/Unsubscribe/link-without-a-signature",
    "A link ends a subscription without a signature.",
    _UNSUBSCRIBE,
    "documented",
)
def _(aws: Caller) -> None:
    subscription = subscribed(aws, aws.topic(), "sms", "+15550123456")
    query = urlencode({"Action": "Unsubscribe", "SubscriptionArn": subscription})
    same(aws.http("sns", "GET", f"/?{query}", signed=False).status, 200, "the status")


@case("sns/Unsubscribe/pending-subscription", "A subscription that is pending cannot be ended.", REPORTED, "reported")
def _(aws: Caller) -> None:
    subscription = subscribed(aws, aws.topic(), "email", "someone@example.com")
    words = "SubscriptionArn Reason: Cannot unsubscribe a subscription that is pending confirmation"
    aws.sns("Unsubscribe", SubscriptionArn=subscription).refused("InvalidParameter", f"Invalid parameter: {words}")


accepted(
    "sns/Unsubscribe/unknown-subscription",
    "To end a subscription that does not exist succeeds.",
    {"SubscriptionArn": NO_SUBSCRIPTION},
    source=RECORDED,
    certainty="recorded",
)
for _what, _arn, _message in (
    (
        "pending-confirmation",
        "pending confirmation",
        "Invalid parameter: SubscriptionArn Reason: An ARN must have at least 6 elements, not 1",
    ),
    ("arn-of-a-topic", TOPIC, "Invalid parameter: SubscriptionId"),
):
    refused(
        f"sns/Unsubscribe/{_what}",
        "A subscription is named by its ARN, which has seven parts.",
        {"SubscriptionArn": _arn},
        "InvalidParameter",
        _message,
        source=RECORDED,
        certainty="recorded",
    )
refused(
    "sns/Unsubscribe/no-subscription-arn",
    "The subscription's ARN is required.",
    {},
    "InvalidParameter",
    "Invalid parameter: SubscriptionArn Reason: no value for required parameter",
    source=RECORDED,
    certainty="recorded",
)
refused(
    "sns/Unsubscribe/client-of-another-region",
    "A signed request is made in the region of the subscription.",
    {"SubscriptionArn": SUBSCRIPTION_ELSEWHERE},
    "InvalidParameter",
    source=_OTHER_CLIENT,
    certainty="assumed",
)
