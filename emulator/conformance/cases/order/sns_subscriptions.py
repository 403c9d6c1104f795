"""The order of checks of the operations of SNS on subscriptions."""

from emulator.conformance.caller import Caller
from emulator.conformance.cases.order.sns_faults import (
    SHORT_TOPIC_ARN,
    TOKEN_ILLEGAL,
    arn,
    bad,
    elsewhere,
    null,
    unknown,
)
from emulator.conformance.cases.sources import RECORDED
from emulator.conformance.fixtures import NO_TOPIC, QUEUE_ARN, SUBSCRIPTION, TOPIC, Fixture
from emulator.conformance.order import Fault, order
from emulator.conformance.tables import refused

_UNKNOWN_TOKEN = "2336412f37fb687f5d51e6e241d09c80" * 9  # as long as a token


def _no_subscription(aws: Caller) -> str:
    """The ARN of a subscription that does not exist."""
    return f"{aws.topic()}:9d3f9d3f-1111-4222-8333-944494449444"


_UNKNOWN_SUBSCRIPTION = unknown(
    "SubscriptionArn", Fixture("NO_SUBSCRIPTION", _no_subscription), "Subscription does not exist", source=RECORDED
)

order(
    "sns/Subscribe",
    {"TopicArn": TOPIC, "Protocol": "sqs", "Endpoint": QUEUE_ARN},
    arn("TopicArn", "https://github.com/aws-samples/aws-marketplace-serverless-saas-integration/issues/11"),
    elsewhere("TopicArn"),
    null("Protocol", "protocol"),
    unknown("TopicArn", NO_TOPIC, "Topic does not exist", source=RECORDED),
    bad("protocol-unknown", {"Protocol": "pigeon"}, "protocol", certainty="assumed"),
    bad("endpoint-missing", {"Endpoint": ""}, "Endpoint", certainty="assumed"),
    bad("endpoint-illegal", {"Endpoint": "queue"}, "SQS endpoint ARN", certainty="recorded", source=RECORDED),
    bad("attribute-unknown", {"Attributes.Fly": "1"}, "Attributes Reason", "Fly", certainty="assumed"),
    bad(
        "attribute-value-illegal",
        {"Attributes.RawMessageDelivery": "maybe"},
        "Attributes Reason: RawMessageDelivery",
        certainty="recorded",
        source=RECORDED,
    ),
)
order(
    "sns/ConfirmSubscription",
    {"TopicArn": TOPIC, "Token": _UNKNOWN_TOKEN},
    Fault(
        "token-malformed",
        {"Token": "randomtoken"},
        "InvalidParameter",
        "Invalid token",
        certainty="recorded",
        source=RECORDED,
    ),
    Fault(
        "arn-malformed",
        {"TopicArn": "arn"},
        "InvalidParameter",
        "Invalid parameter: Topic",
        certainty="recorded",
        source=RECORDED,
    ),
    bad("token-unknown", {"Token": _UNKNOWN_TOKEN[::-1]}, "Token", certainty="recorded", source=RECORDED),
)
refused(
    "sns/ConfirmSubscription/order-token-before-unknown-topic",
    "The token is looked at before the topic: of two faults, an unknown token and an unknown topic, the error is that "
    "of the token.",
    {"TopicArn": NO_TOPIC, "Token": _UNKNOWN_TOKEN},
    "InvalidParameter",
    "Invalid parameter: Token",
    source=RECORDED,
    certainty="recorded",
)
order("sns/Unsubscribe", {"SubscriptionArn": SUBSCRIPTION}, arn("SubscriptionArn", RECORDED))
order(
    "sns/GetSubscriptionAttributes",
    {"SubscriptionArn": SUBSCRIPTION},
    arn("SubscriptionArn", "https://github.com/crossplane-contrib/provider-upjet-aws/issues/935"),
    null("SubscriptionArn", "arn"),
    _UNKNOWN_SUBSCRIPTION,
)
order(
    "sns/SetSubscriptionAttributes",
    {"SubscriptionArn": SUBSCRIPTION, "AttributeName": "RawMessageDelivery", "AttributeValue": "true"},
    arn("SubscriptionArn"),
    null("AttributeName", "name"),
    _UNKNOWN_SUBSCRIPTION,
    bad("name-unknown", {"AttributeName": "Fly"}, "AttributeName", certainty="recorded", source=RECORDED),
    bad("value-illegal", {"AttributeValue": "maybe"}, "RawMessageDelivery", certainty="recorded", source=RECORDED),
)
order("sns/ListSubscriptions", {}, TOKEN_ILLEGAL)
order(
    "sns/ListSubscriptionsByTopic",
    {"TopicArn": TOPIC},
    arn("TopicArn", SHORT_TOPIC_ARN),
    null("TopicArn", "arn"),
    unknown("TopicArn", NO_TOPIC, "Topic does not exist"),
    TOKEN_ILLEGAL,
)
