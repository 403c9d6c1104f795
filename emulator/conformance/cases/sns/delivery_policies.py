"""Delivery policies of topics and subscriptions."""

import json

from emulator.conformance.caller import Caller
from emulator.conformance.case import Certainty, case
from emulator.conformance.cases.sns.topic_attributes import EFFECTIVE_DELIVERY_POLICY, set_attribute, topic_attributes
from emulator.conformance.cases.sources import RECORDED, SNS_GUIDE
from emulator.conformance.mismatch import ABSENT, has, same

_GUIDE = f"{SNS_GUIDE}/sns-message-delivery-retries.html"
_REQUIRED = "https://github.com/triggermesh/aws-event-sources/pull/220"
_TYPES = "https://github.com/ansible-collections/community.aws/issues/713"
_RANGE = "https://github.com/awsdocs/amazon-sns-developer-guide/pull/5"

_RETRY = {"minDelayTarget": 5, "maxDelayTarget": 6, "numRetries": 1}
_URL = "http://example.com/conformance"


@case(
    "sns/SetTopicAttributes/delivery-policy",
    "A topic's delivery policy is shown as it was given, and with the defaults as EffectiveDeliveryPolicy.",
    RECORDED,
    "recorded",
)
def _(aws: Caller) -> None:
    shown = set_attribute(
        aws, aws.topic(), "DeliveryPolicy", json.dumps({"http": {"defaultHealthyRetryPolicy": _RETRY}})
    )
    kept = {"http": {"defaultHealthyRetryPolicy": _RETRY, "disableSubscriptionOverrides": False}}
    same(json.loads(shown["DeliveryPolicy"]), kept, "the DeliveryPolicy")
    effective = json.loads(EFFECTIVE_DELIVERY_POLICY)
    effective["http"]["defaultHealthyRetryPolicy"] |= _RETRY
    same(json.loads(shown["EffectiveDeliveryPolicy"]), effective, "the EffectiveDeliveryPolicy")


@case(
    "sns/SetTopicAttributes/delivery-policy-replaces-the-one-before",
    "A delivery policy replaces the whole one before.",
    RECORDED,
    "recorded",
)
def _(aws: Caller) -> None:
    request: dict[str, dict[str, object]] = {
        "http": {"defaultRequestPolicy": {"headerContentType": "application/json"}}
    }
    topic = aws.fifo_topic({"DeliveryPolicy": json.dumps(request)})
    shown = topic_attributes(aws, topic)
    request["http"]["disableSubscriptionOverrides"] = False
    same(json.loads(shown["DeliveryPolicy"]), request, "the first DeliveryPolicy")
    shown = set_attribute(aws, topic, "DeliveryPolicy", json.dumps({"http": {"defaultHealthyRetryPolicy": _RETRY}}))
    kept = {"http": {"defaultHealthyRetryPolicy": _RETRY, "disableSubscriptionOverrides": False}}
    same(json.loads(shown["DeliveryPolicy"]), kept, "the second DeliveryPolicy")


@case(
    "sns/SetTopicAttributes/delivery-policy-of-null",
    "A retry policy that is null is as if it were absent.",
    RECORDED,
    "recorded",
)
def _(aws: Caller) -> None:
    shown = set_attribute(aws, aws.topic(), "DeliveryPolicy", '{"http":{"defaultHealthyRetryPolicy":null}}')
    same(json.loads(shown["DeliveryPolicy"]), {"http": {"disableSubscriptionOverrides": False}})
    same(json.loads(shown["EffectiveDeliveryPolicy"]), json.loads(EFFECTIVE_DELIVERY_POLICY))


@case(
    "sns/SetTopicAttributes/empty-delivery-policy",
    "An empty text removes a delivery policy.",
    RECORDED,
    "recorded",
)
def _(aws: Caller) -> None:
    topic = aws.topic({"DeliveryPolicy": json.dumps({"http": {"defaultHealthyRetryPolicy": _RETRY}})})
    shown = set_attribute(aws, topic, "DeliveryPolicy", "")
    has(shown, {"DeliveryPolicy": ABSENT})
    same(json.loads(shown["EffectiveDeliveryPolicy"]), json.loads(EFFECTIVE_DELIVERY_POLICY))


# -- What is refused -------------------------------------------------------------------------

# By what is tested: the changed members of a retry policy (...: is left out), and the message.
_Bad = tuple[dict[str, object], str, str, Certainty]
_BAD: dict[str, _Bad] = {
    **{
        f"no-{name.lower()}": ({name: ...}, f"{name} must be specified", _REQUIRED, "reported")
        for name in ("minDelayTarget", "maxDelayTarget", "numRetries")
    },
    "null-numretries": ({"numRetries": None}, "numRetries must be specified", _REQUIRED, "assumed"),
    **{
        f"text-as-{name.lower()}": (
            {name: "5"},
            f"{name} type mismatch, expecting integer, received a string",
            _TYPES,
            "reported",
        )
        for name in ("minDelayTarget", "maxDelayTarget", "numRetries", "numNoDelayRetries")
    },
    "flag-as-numretries": (
        {"numRetries": True},
        "numRetries type mismatch, expecting integer, received a boolean",
        _TYPES,
        "assumed",
    ),
    "mindelaytarget-of-0": (
        {"minDelayTarget": 0},
        "minDelayTarget must be greater than or equal to 1",
        _RANGE,
        "reported",
    ),
    "maxdelaytarget-of-3601": ({"maxDelayTarget": 3_601}, "", _GUIDE, "documented"),
    "numretries-of-101": ({"numRetries": 101}, "", _GUIDE, "documented"),
    "more-phases-than-retries": ({"numNoDelayRetries": 2}, "", _GUIDE, "documented"),
    "maximum-below-the-minimum": ({"maxDelayTarget": 4}, "", _GUIDE, "documented"),
    "unknown-backoff-function": ({"backoffFunction": "quadratic"}, "", _GUIDE, "documented"),
}


def _retry_policy(changes: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in {**_RETRY, **changes}.items() if value is not ...}


for _what, (_changes, _message, _source, _certainty) in _BAD.items():
    _retry = _retry_policy(_changes)

    @case(
        f"sns/SetTopicAttributes/delivery-policy-{_what}",
        "An invalid retry policy is refused; the message names the member.",
        _source,
        _certainty,
    )
    def _(aws: Caller, retry: dict[str, object] = _retry, message: str = _message) -> None:
        policy = json.dumps({"http": {"defaultHealthyRetryPolicy": retry}})
        answer = aws.sns(
            "SetTopicAttributes", TopicArn=aws.topic(), AttributeName="DeliveryPolicy", AttributeValue=policy
        )
        words = f"Invalid parameter: DeliveryPolicy: http.defaultHealthyRetryPolicy.{message}"
        answer.refused("InvalidParameter", words if message else str)

    @case(
        f"sns/CreateTopic/delivery-policy-{_what}",
        "An invalid retry policy is refused; the message names the member.",
        _source,
        _certainty,
    )
    def _(aws: Caller, retry: dict[str, object] = _retry, message: str = _message) -> None:
        policy = json.dumps({"http": {"defaultHealthyRetryPolicy": retry}})
        answer = aws.sns("CreateTopic", Name=aws.name(), Attributes={"DeliveryPolicy": policy})
        words = f"Invalid parameter: Attributes Reason: DeliveryPolicy: http.defaultHealthyRetryPolicy.{message}"
        answer.refused("InvalidParameter", words if message else str)

    @case(
        f"sns/Subscribe/delivery-policy-{_what}",
        "An invalid retry policy is refused; the message names the member.",
        _source,
        _certainty,
    )
    def _(aws: Caller, retry: dict[str, object] = _retry, message: str = _message) -> None:
        answer = aws.sns(
            "Subscribe",
            TopicArn=aws.topic(),
            Protocol="http",
            Endpoint=_URL,
            Attributes={"DeliveryPolicy": json.dumps({"healthyRetryPolicy": retry})},
        )
        words = f"Invalid parameter: Attributes Reason: DeliveryPolicy: healthyRetryPolicy.{message}"
        answer.refused("InvalidParameter", words if message else str)


_MALFORMED = {
    "that-is-not-json": "{",
    "that-is-a-list": "[]",
    "with-an-unknown-member": '{"nope":{}}',
    "with-text-as-a-retry-policy": '{"http":{"defaultHealthyRetryPolicy":"x"}}',
    "with-an-unknown-number": '{"http":{"defaultHealthyRetryPolicy":{"nope":1}}}',
    "with-a-rate-of-0": '{"http":{"defaultThrottlePolicy":{"maxReceivesPerSecond":0}}}',
    "with-an-unsupported-content-type": '{"http":{"defaultRequestPolicy":{"headerContentType":"image/png"}}}',
}
for _what, _policy in _MALFORMED.items():

    @case(
        f"sns/SetTopicAttributes/delivery-policy-{_what}",
        "A delivery policy that breaks the grammar is refused.",
        _GUIDE,
        "documented",
    )
    def _(aws: Caller, policy: str = _policy) -> None:
        topic = aws.topic()
        answer = aws.sns("SetTopicAttributes", TopicArn=topic, AttributeName="DeliveryPolicy", AttributeValue=policy)
        answer.refused("InvalidParameter", lambda text: text.startswith("Invalid parameter: DeliveryPolicy: "))
