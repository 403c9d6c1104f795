"""GetTopicAttributes and SetTopicAttributes."""

from emulator.conformance.caller import Caller
from emulator.conformance.case import case
from emulator.conformance.cases.addresses import topic_elsewhere, unknown_topic
from emulator.conformance.cases.sources import RECORDED, REPORTED, SNS_API, SNS_GUIDE
from emulator.conformance.fixtures import FIFO_TOPIC, TOPIC
from emulator.conformance.mismatch import ABSENT, has, same
from emulator.conformance.tables import refused

_PAGE = f"{SNS_API}/API_SetTopicAttributes.html"

# AWS's documents, with their members in AWS's order.
EFFECTIVE_DELIVERY_POLICY = (
    '{"http":{"defaultHealthyRetryPolicy":{"minDelayTarget":20,"maxDelayTarget":20,"numRetries":3,'
    '"numMaxDelayRetries":0,"numNoDelayRetries":0,"numMinDelayRetries":0,"backoffFunction":"linear"},'
    '"disableSubscriptionOverrides":false,"defaultRequestPolicy":{"headerContentType":"text/plain; charset=UTF-8"}}}'
)
_POLICY = (
    '{"Version":"2008-10-17","Id":"__default_policy_ID","Statement":[{"Sid":"__default_statement_ID","Effect":"Allow",'
    '"Principal":{"AWS":"*"},"Action":["SNS:GetTopicAttributes","SNS:SetTopicAttributes","SNS:AddPermission",'
    '"SNS:RemovePermission","SNS:DeleteTopic","SNS:Subscribe","SNS:ListSubscriptionsByTopic","SNS:Publish"],'
    '"Resource":"%s","Condition":{"StringEquals":{"AWS:SourceOwner":"%s"}}}]}'
)


def topic_attributes(aws: Caller, topic: str) -> dict[str, str]:
    """What GetTopicAttributes returns."""
    return dict(aws.sns("GetTopicAttributes", TopicArn=topic).result["Attributes"])


def set_attribute(aws: Caller, topic: str, name: str, value: str) -> dict[str, str]:
    """What the topic shows after an attribute was set."""
    aws.sns("SetTopicAttributes", TopicArn=topic, AttributeName=name, AttributeValue=value).succeeds()
    return topic_attributes(aws, topic)


@case(
    "sns/GetTopicAttributes/standard-topic",
    "A new standard topic shows nine attributes.",
    RECORDED,
    "recorded",
)
def _(aws: Caller) -> None:
    topic = aws.topic()
    account = topic.split(":")[4]
    same(
        topic_attributes(aws, topic),
        {
            "TopicArn": topic,
            "Owner": account,
            "DisplayName": "",
            "Policy": _POLICY % (topic, account),
            "EffectiveDeliveryPolicy": EFFECTIVE_DELIVERY_POLICY,
            "SubscriptionsConfirmed": "0",
            "SubscriptionsPending": "0",
            "SubscriptionsDeleted": "0",
        },
        "the attributes",
    )


@case(
    "sns/GetTopicAttributes/fifo-topic",
    "A FIFO topic also shows FifoTopic and ContentBasedDeduplication.",
    RECORDED,
    "recorded",
)
def _(aws: Caller) -> None:
    shown = topic_attributes(aws, aws.fifo_topic())
    has(shown, {"FifoTopic": "true", "ContentBasedDeduplication": "false"})


@case(
    "sns/GetTopicAttributes/topic-created-with-fifo-topic-false",
    "A standard topic does not show FifoTopic, even if it was created with it.",
    RECORDED,
    "recorded",
)
def _(aws: Caller) -> None:
    shown = topic_attributes(aws, aws.topic({"FifoTopic": "false"}))
    has(shown, {"FifoTopic": ABSENT, "ContentBasedDeduplication": ABSENT})


@case(
    "sns/GetTopicAttributes/counts-subscriptions",
    "SubscriptionsConfirmed and SubscriptionsPending count subscriptions.",
    f"{SNS_API}/API_GetTopicAttributes.html",
    "documented",
)
def _(aws: Caller) -> None:
    topic = aws.topic()
    aws.sns("Subscribe", TopicArn=topic, Protocol="sqs", Endpoint=aws.arn(aws.queue())).succeeds()
    aws.sns("Subscribe", TopicArn=topic, Protocol="email", Endpoint="nobody@example.com").succeeds()
    has(topic_attributes(aws, topic), {"SubscriptionsConfirmed": "1", "SubscriptionsPending": "1"})


@case(
    "sns/SetTopicAttributes/tracing-of-a-fifo-topic",
    "FIFO topics have TracingConfig, too.",
    f"{SNS_GUIDE}/sns-active-tracing.html",
    "documented",
)
def _(aws: Caller) -> None:
    has(set_attribute(aws, aws.fifo_topic(), "TracingConfig", "Active"), {"TracingConfig": "Active"})


for _name in ("SignatureVersion", "TracingConfig", "KmsMasterKeyId", "DeliveryPolicy", "MaximumMessageSize"):

    @case(
        f"sns/GetTopicAttributes/leaves-out-{_name.lower()}",
        f"{_name} is shown only if it was set.",
        f"{SNS_API}/API_GetTopicAttributes.html",
        "documented",
    )
    def _(aws: Caller, name: str = _name) -> None:
        has(topic_attributes(aws, aws.topic()), {name: ABSENT})


_TRIED: tuple[tuple[str, dict[str, str]], ...] = (
    ("GetTopicAttributes", {}),
    ("SetTopicAttributes", {"AttributeName": "DisplayName", "AttributeValue": "x"}),
)
for _operation, _params in _TRIED:
    unknown_topic(_operation, _params)
    topic_elsewhere(_operation, _params)
    refused(
        f"sns/{_operation}/not-an-arn",
        "A text that is not an ARN is refused; the error has the number of its parts.",
        {"TopicArn": "a:b", **_params},
        "InvalidParameter",
        "Invalid parameter: TopicArn Reason: An ARN must have at least 6 elements, not 2",
        source="https://github.com/aws-samples/amazon-rekognition-video-analyzer/issues/41",
        certainty="reported",
    )
    refused(
        f"sns/{_operation}/arn-of-no-region",
        "A region that AWS does not have is in no partition.",
        {"TopicArn": "arn:aws:sns:${AWS_REGION}:${AWS_ACCOUNT_ID}:topic", **_params},
        "InvalidParameter",
        "Invalid parameter: TopicArn Reason: A ${AWS_REGION} ARN must begin with arn:null, "
        "not arn:aws:sns:${AWS_REGION}:${AWS_ACCOUNT_ID}:topic",
        source="https://github.com/aws-controllers-k8s/community/pull/187",
        certainty="reported",
    )
    refused(
        f"sns/{_operation}/no-topic-arn",
        "The topic's ARN is required.",
        dict(_params),
        "ValidationError",
        source=_PAGE,
        certainty="modeled",
    )
refused(
    "sns/SetTopicAttributes/no-attribute-name",
    "The attribute's name is required.",
    {"TopicArn": TOPIC, "AttributeValue": "x"},
    "ValidationError",
    source=_PAGE,
    certainty="modeled",
)

_SET = {
    "DisplayName": "A name",
    "SignatureVersion": "2",
    "TracingConfig": "Active",
    "KmsMasterKeyId": "alias/aws/sns",
    "MaximumMessageSize": "2048",
    "SQSSuccessFeedbackRoleArn": "arn:aws:iam::123456789012:role/feedback",
    "SQSFailureFeedbackRoleArn": "arn:aws:iam::123456789012:role/feedback",
    "SQSSuccessFeedbackSampleRate": "100",
    "LambdaSuccessFeedbackRoleArn": "arn:aws:iam::123456789012:role/feedback",
    "LambdaSuccessFeedbackSampleRate": "0",
    "HTTPFailureFeedbackRoleArn": "arn:aws:iam::123456789012:role/feedback",
    "FirehoseSuccessFeedbackSampleRate": "50",
    "ApplicationFailureFeedbackRoleArn": "arn:aws:iam::123456789012:role/feedback",
}
for _name, _value in _SET.items():

    @case(f"sns/SetTopicAttributes/{_name.lower()}", f"{_name} is shown once it is set.", _PAGE, "documented")
    def _(aws: Caller, name: str = _name, value: str = _value) -> None:
        has(set_attribute(aws, aws.topic(), name, value), {name: value})


for _name, _value in {"ContentBasedDeduplication": "true", "FifoThroughputScope": "MessageGroup"}.items():

    @case(
        f"sns/SetTopicAttributes/{_name.lower()}",
        f"{_name} of a FIFO topic can be set.",
        _PAGE,
        "documented",
    )
    def _(aws: Caller, name: str = _name, value: str = _value) -> None:
        has(set_attribute(aws, aws.fifo_topic(), name, value), {name: value})

    refused(
        f"sns/SetTopicAttributes/{_name.lower()}-of-a-standard-topic",
        f"{_name} is for FIFO topics.",
        {"TopicArn": TOPIC, "AttributeName": _name, "AttributeValue": _value},
        "InvalidParameter",
        source=_PAGE,
        certainty="documented",
    )


@case(
    "sns/SetTopicAttributes/fifo-throughput-scope-back-to-topic",
    "FifoThroughputScope cannot be changed back from MessageGroup.",
    f"{SNS_GUIDE}/fifo-topic-message-ordering.html",
    "documented",
)
def _(aws: Caller) -> None:
    topic = aws.fifo_topic({"FifoThroughputScope": "MessageGroup"})
    answer = aws.sns("SetTopicAttributes", TopicArn=topic, AttributeName="FifoThroughputScope", AttributeValue="Topic")
    answer.refused("InvalidParameter")


@case(
    "sns/SetTopicAttributes/empty-display-name",
    "An empty value removes an attribute.",
    _PAGE,
    "documented",
)
def _(aws: Caller) -> None:
    has(set_attribute(aws, aws.topic({"DisplayName": "A name"}), "DisplayName", ""), {"DisplayName": ""})


for _topic, _name in ((TOPIC, "Nope"), (TOPIC, "TopicArn"), (TOPIC, "FifoTopic"), (FIFO_TOPIC, "FifoTopic")):
    refused(
        f"sns/SetTopicAttributes/{_name.lower()}-of-a-{'standard' if _topic is TOPIC else 'fifo'}-topic",
        "An attribute that is unknown, or cannot be changed, is refused.",
        {"TopicArn": _topic, "AttributeName": _name, "AttributeValue": "false"},
        "InvalidParameter",
        "Invalid parameter: AttributeName",
        source=RECORDED,
        certainty="recorded",
    )
refused(
    "sns/SetTopicAttributes/display-name-of-101-characters",
    "A display name has up to 100 characters.",
    {"TopicArn": TOPIC, "AttributeName": "DisplayName", "AttributeValue": "d" * 101},
    "InvalidParameter",
    "Invalid parameter: DisplayName",
    source=REPORTED,
    certainty="reported",
)


@case(
    "sns/SetTopicAttributes/maximum-message-size-with-an-http-subscription",
    "Above 256 KiB a topic has queues, functions and streams as subscribers only.",
    f"{SNS_GUIDE}/large-message-payloads.html",
    "documented",
)
def _(aws: Caller) -> None:
    topic = aws.topic()
    aws.sns("Subscribe", TopicArn=topic, Protocol="email", Endpoint="nobody@example.com").succeeds()
    set_size = {"TopicArn": topic, "AttributeName": "MaximumMessageSize"}
    aws.sns("SetTopicAttributes", **set_size, AttributeValue="262144").succeeds()
    aws.sns("SetTopicAttributes", **set_size, AttributeValue="262145").refused("InvalidParameter")
