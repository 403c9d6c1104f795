"""The attributes of subscriptions, in Subscribe and in SetSubscriptionAttributes, except filter policies."""

import json

from emulator.conformance.caller import Caller
from emulator.conformance.case import case
from emulator.conformance.cases.sns.stand_ins import NO_SUBSCRIPTION, SUBSCRIPTION_ELSEWHERE
from emulator.conformance.cases.sns.subscribe import subscribed
from emulator.conformance.cases.sources import RECORDED, REPORTED, SNS_API, SNS_GUIDE
from emulator.conformance.fixtures import SUBSCRIPTION, TOPIC
from emulator.conformance.mismatch import ABSENT, has, same
from emulator.conformance.tables import refused

_GET = f"{SNS_API}/API_GetSubscriptionAttributes.html"
_SET = f"{SNS_API}/API_SetSubscriptionAttributes.html"


def _queue_subscription(aws: Caller, **attributes: str) -> str:
    topic, endpoint = aws.topic(), aws.arn(aws.queue())
    answer = aws.sns("Subscribe", TopicArn=topic, Protocol="sqs", Endpoint=endpoint, Attributes=attributes)
    return str(answer.result["SubscriptionArn"])


def subscription_attributes(aws: Caller, subscription: str) -> dict[str, str]:
    """What GetSubscriptionAttributes returns."""
    return dict(aws.sns("GetSubscriptionAttributes", SubscriptionArn=subscription).result["Attributes"])


def _set(aws: Caller, subscription: str, name: str, value: str) -> dict[str, str]:
    """What the subscription shows after an attribute was set."""
    aws.sns(
        "SetSubscriptionAttributes", SubscriptionArn=subscription, AttributeName=name, AttributeValue=value
    ).succeeds()
    return subscription_attributes(aws, subscription)


@case("sns/GetSubscriptionAttributes/queue", "A queue's subscription shows nine attributes.", RECORDED, "recorded")
def _(aws: Caller) -> None:
    topic, endpoint = aws.topic(), aws.arn(aws.queue())
    subscription = subscribed(aws, topic, "sqs", endpoint)
    account = topic.split(":")[4]
    same(
        subscription_attributes(aws, subscription),
        {
            "SubscriptionArn": subscription,
            "TopicArn": topic,
            "Owner": account,
            "Protocol": "sqs",
            "Endpoint": endpoint,
            "SubscriptionPrincipal": lambda arn: f":{account}:" in arn,
            "RawMessageDelivery": "false",
            "PendingConfirmation": "false",
            "ConfirmationWasAuthenticated": "true",
        },
        "the attributes",
    )


@case(
    "sns/GetSubscriptionAttributes/url-with-a-password",
    "GetSubscriptionAttributes shows the whole URL, with its password.",
    REPORTED,
    "reported",
)
def _(aws: Caller) -> None:
    url = "http://user:secret@example.com/conformance"
    has(subscription_attributes(aws, subscribed(aws, aws.topic(), "http", url)), {"Endpoint": url})


@case(
    "sns/GetSubscriptionAttributes/http",
    "The subscription of a URL shows its effective delivery policy, and is pending.",
    _GET,
    "documented",
)
def _(aws: Caller) -> None:
    subscription = subscribed(aws, aws.topic(), "http", "http://example.com/conformance")
    shown = subscription_attributes(aws, subscription)
    has(shown, {"PendingConfirmation": "true", "EffectiveDeliveryPolicy": str, "DeliveryPolicy": ABSENT})


@case("sns/GetSubscriptionAttributes/deleted", "A subscription that was removed is not found.", RECORDED, "recorded")
def _(aws: Caller) -> None:
    subscription = _queue_subscription(aws)
    aws.sns("Unsubscribe", SubscriptionArn=subscription).succeeds()
    for operation in ("GetSubscriptionAttributes", "SetSubscriptionAttributes"):
        more = {"AttributeName": "RawMessageDelivery", "AttributeValue": "true"} if operation.startswith("S") else {}
        answer = aws.sns(operation, SubscriptionArn=subscription, **more)
        answer.refused("NotFound", "Subscription does not exist", status=404)


for _operation, _more in (
    ("GetSubscriptionAttributes", {}),
    ("SetSubscriptionAttributes", {"AttributeName": "RawMessageDelivery", "AttributeValue": "true"}),
):
    for _what, _arn, _message, _status, _certainty in (
        ("unknown-subscription", NO_SUBSCRIPTION, "Subscription does not exist", 404, "recorded"),
        (
            "not-an-arn",
            "x",
            "Invalid parameter: SubscriptionArn Reason: An ARN must have at least 6 elements, not 1",
            400,
            "recorded",
        ),
        ("subscription-of-another-region", SUBSCRIPTION_ELSEWHERE, str, 400, "assumed"),
        ("arn-of-a-topic", TOPIC, "Invalid parameter: SubscriptionId", 400, "assumed"),
    ):
        refused(
            f"sns/{_operation}/{_what}",
            "A subscription is named by its ARN, which has seven parts.",
            {"SubscriptionArn": _arn, **_more},
            "NotFound" if _status == 404 else "InvalidParameter",
            _message,
            status=_status,
            source=RECORDED if _certainty == "recorded" else _GET,
            certainty="recorded" if _certainty == "recorded" else "assumed",
        )
    refused(
        f"sns/{_operation}/no-subscription-arn",
        "The subscription's ARN is required.",
        dict(_more),
        "ValidationError",
        source=_GET,
        certainty="modeled",
    )
refused(
    "sns/SetSubscriptionAttributes/no-attribute-name",
    "The attribute's name is required.",
    {"SubscriptionArn": SUBSCRIPTION, "AttributeValue": "true"},
    "ValidationError",
    source=_SET,
    certainty="modeled",
)

# -- Values ----------------------------------------------------------------------------------

for _given in ("true", "True", "TRUE"):

    @case(
        f"sns/SetSubscriptionAttributes/raw-message-delivery-{sum(map(str.isupper, _given))}-capitals",
        "RawMessageDelivery may be in any letter case, and is shown in lower case.",
        RECORDED,
        "recorded",
    )
    def _(aws: Caller, given: str = _given) -> None:
        has(_set(aws, _queue_subscription(aws), "RawMessageDelivery", given), {"RawMessageDelivery": "true"})


@case(
    "sns/SetSubscriptionAttributes/filter-policy-scope-without-a-filter-policy",
    "FilterPolicyScope is kept, and shown beside a filter policy only.",
    RECORDED,
    "recorded",
)
def _(aws: Caller) -> None:
    subscription = _queue_subscription(aws)
    has(_set(aws, subscription, "FilterPolicyScope", "MessageBody"), {"FilterPolicyScope": ABSENT})
    shown = _set(aws, subscription, "FilterPolicy", '{"a": ["b"]}')
    has(shown, {"FilterPolicyScope": "MessageBody", "FilterPolicy": '{"a": ["b"]}'})
    has(_set(aws, subscription, "FilterPolicy", ""), {"FilterPolicyScope": ABSENT, "FilterPolicy": ABSENT})


@case(
    "sns/SetSubscriptionAttributes/redrive-policy",
    "A redrive policy names a queue.",
    RECORDED,
    "recorded",
)
def _(aws: Caller) -> None:
    subscription = _queue_subscription(aws)
    policy = {"deadLetterTargetArn": aws.arn(aws.queue())}
    shown = _set(aws, subscription, "RedrivePolicy", json.dumps(policy))
    same(json.loads(shown["RedrivePolicy"]), policy, "the RedrivePolicy")


@case(
    "sns/SetSubscriptionAttributes/redrive-policy-is-removed",
    "No value removes a redrive policy; an empty text is refused.",
    REPORTED,
    "reported",
)
def _(aws: Caller) -> None:
    subscription = _queue_subscription(aws, RedrivePolicy=json.dumps({"deadLetterTargetArn": aws.arn(aws.queue())}))
    named = {"SubscriptionArn": subscription, "AttributeName": "RedrivePolicy"}
    aws.sns("SetSubscriptionAttributes", **named, AttributeValue="").refused("InvalidParameter")
    aws.sns("SetSubscriptionAttributes", **named).succeeds()
    has(subscription_attributes(aws, subscription), {"RedrivePolicy": ABSENT})


@case(
    "sns/SetSubscriptionAttributes/standard-dead-letter-queue-of-a-fifo-queue",
    "The dead-letter queue of a FIFO queue's subscription is FIFO.",
    RECORDED,
    "recorded",
)
def _(aws: Caller) -> None:
    subscription = subscribed(aws, aws.fifo_topic(), "sqs", aws.arn(aws.fifo_queue()))
    policy = json.dumps({"deadLetterTargetArn": aws.arn(aws.queue())})
    answer = aws.sns(
        "SetSubscriptionAttributes", SubscriptionArn=subscription, AttributeName="RedrivePolicy", AttributeValue=policy
    )
    words = "RedrivePolicy: must use a FIFO queue as DLQ for a FIFO Subscription to a FIFO Topic."
    answer.refused("InvalidParameter", f"Invalid parameter: {words}")


_NOT_JSON = (
    "failed to parse JSON. Unexpected character ('i' (code 105)): was expecting double-quote to start field name\n "
    "at [Source: REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled); line: 1, column: 2]"
)
# Name, value, what is wrong with it.
_BAD = {
    "raw-message-delivery-of-a-word": (
        "RawMessageDelivery",
        "test-ValUe",
        "Invalid value [test-ValUe]. Must be true or false.",
    ),
    "empty-raw-message-delivery": ("RawMessageDelivery", "", "Invalid value []. Must be true or false."),
    "unknown-filter-policy-scope": (
        "FilterPolicyScope",
        "Body",
        "Invalid value [Body]. Please use either MessageBody or MessageAttributes",
    ),
    "redrive-policy-without-an-arn": (
        "RedrivePolicy",
        '{"deadLetterTargetArn":"fake-arn"}',
        "deadLetterTargetArn is an invalid arn",
    ),
    "redrive-policy-that-is-not-json": ("RedrivePolicy", "{invalidjson}", _NOT_JSON),
    "filter-policy-that-is-not-json": ("FilterPolicy", "{invalidjson}", _NOT_JSON),
}
for _what, (_name, _value, _message) in _BAD.items():
    refused(
        f"sns/SetSubscriptionAttributes/{_what}",
        f"An invalid {_name} is refused.",
        {"SubscriptionArn": SUBSCRIPTION, "AttributeName": _name, "AttributeValue": _value},
        "InvalidParameter",
        f"Invalid parameter: {_name}: {_message}",
        source=RECORDED,
        certainty="recorded",
    )

    @case(
        f"sns/Subscribe/{_what}",
        f"An invalid {_name} is refused, with a reason.",
        RECORDED,
        "recorded",
    )
    def _(aws: Caller, name: str = _name, value: str = _value, message: str = _message) -> None:
        given = {"TopicArn": aws.topic(), "Protocol": "sqs", "Endpoint": aws.arn(aws.queue())}
        answer = aws.sns("Subscribe", **given, Attributes={name: value})
        answer.refused("InvalidParameter", f"Invalid parameter: Attributes Reason: {name}: {message}")
        same(aws.sns("ListSubscriptionsByTopic", TopicArn=given["TopicArn"]).result["Subscriptions"], [])


for _name in ("fake-attribute", "Endpoint", "PendingConfirmation", "ReplayStatus"):
    refused(
        f"sns/SetSubscriptionAttributes/{_name.lower()}",
        "An attribute that is unknown, or cannot be changed, is refused.",
        {"SubscriptionArn": SUBSCRIPTION, "AttributeName": _name, "AttributeValue": "x"},
        "InvalidParameter",
        "Invalid parameter: AttributeName",
        source=RECORDED,
        certainty="recorded",
    )


@case(
    "sns/SetSubscriptionAttributes/delivery-policy",
    "A subscription's delivery policy is shown, and overrides that of its topic.",
    f"{SNS_GUIDE}/sns-message-delivery-retries.html",
    "documented",
)
def _(aws: Caller) -> None:
    subscription = subscribed(aws, aws.topic(), "http", "http://example.com/conformance")
    retry = {"minDelayTarget": 5, "maxDelayTarget": 6, "numRetries": 1}
    shown = _set(aws, subscription, "DeliveryPolicy", json.dumps({"healthyRetryPolicy": retry}))
    same(json.loads(shown["DeliveryPolicy"])["healthyRetryPolicy"], retry, "the DeliveryPolicy")
    has(json.loads(shown["EffectiveDeliveryPolicy"])["healthyRetryPolicy"], retry, "the effective retry policy")


_DELIVERY_POLICIES: dict[str, tuple[str, str]] = {
    "no-numretries": (
        '{"healthyRetryPolicy":{"minDelayTarget":1,"maxDelayTarget":1}}',
        "healthyRetryPolicy.numRetries must be specified",
    ),
    "text-as-numretries": (
        '{"healthyRetryPolicy":{"minDelayTarget":1,"maxDelayTarget":1,"numRetries":"1"}}',
        "healthyRetryPolicy.numRetries type mismatch, expecting integer, received a string",
    ),
}
for _what, (_value, _message) in _DELIVERY_POLICIES.items():

    @case(
        f"sns/SetSubscriptionAttributes/delivery-policy-{_what}",
        "An invalid retry policy is refused; the message names the member.",
        "https://github.com/triggermesh/aws-event-sources/pull/220",
        "reported",
    )
    def _(aws: Caller, value: str = _value, message: str = _message) -> None:
        subscription = subscribed(aws, aws.topic(), "http", "http://example.com/conformance")
        answer = aws.sns(
            "SetSubscriptionAttributes",
            SubscriptionArn=subscription,
            AttributeName="DeliveryPolicy",
            AttributeValue=value,
        )
        answer.refused("InvalidParameter", f"Invalid parameter: DeliveryPolicy: {message}")
