"""Subscribe for an endpoint that is already subscribed."""

from emulator.conformance.caller import Caller
from emulator.conformance.case import case
from emulator.conformance.cases.sns.subscribe import subscribed
from emulator.conformance.cases.sources import RECORDED
from emulator.conformance.mismatch import same

_DIFFERENT = "Invalid parameter: Attributes Reason: Subscription already exists with different attributes"

_AGAIN: dict[str, dict[str, str]] = {
    "the-same-attributes": {"RawMessageDelivery": "true"},
    "the-default-of-another-attribute": {"RawMessageDelivery": "true", "FilterPolicyScope": "MessageAttributes"},
    "a-default-alone": {"FilterPolicyScope": "MessageAttributes"},
    "another-spelling": {"RawMessageDelivery": "True"},
    "no-attributes": {},
}
for _what, _attributes in _AGAIN.items():

    @case(
        f"sns/Subscribe/again-with-{_what}",
        "To subscribe an endpoint again, with attributes that agree or none, gives the same ARN.",
        RECORDED,
        "recorded",
    )
    def _(aws: Caller, attributes: dict[str, str] = _attributes) -> None:
        given = {"TopicArn": aws.topic(), "Protocol": "sqs", "Endpoint": aws.arn(aws.queue())}
        first = aws.sns("Subscribe", **given, Attributes={"RawMessageDelivery": "true"}).result["SubscriptionArn"]
        aws.sns("Subscribe", **given, Attributes=attributes).gives(SubscriptionArn=first)


_OTHERS: dict[str, dict[str, str]] = {
    "another-value": {"RawMessageDelivery": "false"},
    "one-attribute-more": {"RawMessageDelivery": "true", "FilterPolicyScope": "MessageBody"},
}
for _what, _attributes in _OTHERS.items():

    @case(
        f"sns/Subscribe/again-with-{_what}",
        "To subscribe an endpoint again with other attributes is refused.",
        RECORDED,
        "recorded",
    )
    def _(aws: Caller, attributes: dict[str, str] = _attributes) -> None:
        given = {"TopicArn": aws.topic(), "Protocol": "sqs", "Endpoint": aws.arn(aws.queue())}
        aws.sns("Subscribe", **given, Attributes={"RawMessageDelivery": "true"}).succeeds()
        aws.sns("Subscribe", **given, Attributes=attributes).refused("InvalidParameter", _DIFFERENT)


@case(
    "sns/Subscribe/again-while-pending",
    "To subscribe a pending endpoint again gives the same ARN.",
    RECORDED,
    "recorded",
)
def _(aws: Caller) -> None:
    topic = aws.topic()
    first = subscribed(aws, topic, "email", "nobody@example.com")
    same(subscribed(aws, topic, "email", "nobody@example.com"), first, "the ARN")
