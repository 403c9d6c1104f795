"""Subscribe: endpoints and protocols."""

from emulator.conformance.caller import Caller
from emulator.conformance.case import case
from emulator.conformance.cases.addresses import topic_elsewhere, unknown_topic
from emulator.conformance.cases.sources import RECORDED, REPORTED, SNS_API, SNS_GUIDE
from emulator.conformance.fixtures import FIFO_TOPIC, QUEUE, QUEUE_ARN, TOPIC, Fixture
from emulator.conformance.mismatch import same
from emulator.conformance.tables import accepted, refused

_PAGE = f"{SNS_API}/API_Subscribe.html"
_FIFO_QUEUE_ARN = Fixture("FIFO_QUEUE_ARN", lambda aws: aws.arn(aws.fifo_queue()))


def subscribed(aws: Caller, topic: str, protocol: str, endpoint: str) -> str:
    """The ARN of a new subscription, even while it is pending."""
    answer = aws.sns("Subscribe", TopicArn=topic, Protocol=protocol, Endpoint=endpoint, ReturnSubscriptionArn=True)
    return str(answer.result["SubscriptionArn"])


@case("sns/Subscribe/queue", "A queue of the same account is subscribed at once.", RECORDED, "recorded")
def _(aws: Caller) -> None:
    topic = aws.topic()
    answer = aws.sns("Subscribe", TopicArn=topic, Protocol="sqs", Endpoint=aws.arn(aws.queue()))
    answer.gives(SubscriptionArn=lambda arn: arn.startswith(f"{topic}:"))


@case("sns/Subscribe/queue-that-does-not-exist", "A queue need not exist to be subscribed.", RECORDED, "recorded")
def _(aws: Caller) -> None:
    topic = aws.topic()
    endpoint = f"{aws.arn(aws.queue())}-gone"
    answer = aws.sns("Subscribe", TopicArn=topic, Protocol="sqs", Endpoint=endpoint)
    answer.gives(SubscriptionArn=lambda arn: arn.startswith(f"{topic}:"))


accepted(
    "sns/Subscribe/fifo-queue-to-a-fifo-topic",
    "A FIFO topic takes FIFO queues.",
    {"TopicArn": FIFO_TOPIC, "Protocol": "sqs", "Endpoint": _FIFO_QUEUE_ARN},
    {"SubscriptionArn": str},
    source=f"{SNS_GUIDE}/fifo-topic-message-delivery.html",
    certainty="documented",
)
accepted(
    "sns/Subscribe/standard-queue-to-a-fifo-topic",
    "A FIFO topic takes standard queues.",
    {"TopicArn": FIFO_TOPIC, "Protocol": "sqs", "Endpoint": QUEUE_ARN},
    {"SubscriptionArn": str},
    source=RECORDED,
    certainty="recorded",
)
refused(
    "sns/Subscribe/fifo-queue-to-a-standard-topic",
    "A standard topic does not take FIFO queues; the message has its prefix twice.",
    {"TopicArn": TOPIC, "Protocol": "sqs", "Endpoint": _FIFO_QUEUE_ARN},
    "InvalidParameter",
    "Invalid parameter: Invalid parameter: Endpoint Reason: "
    "FIFO SQS Queues can not be subscribed to standard SNS topics",
    source=RECORDED,
    certainty="recorded",
)
for _what, _endpoint in {"queue-url": QUEUE, "word": "queue"}.items():
    refused(
        f"sns/Subscribe/{_what}-as-the-endpoint-of-sqs",
        "The endpoint of the protocol sqs is the ARN of a queue.",
        {"TopicArn": TOPIC, "Protocol": "sqs", "Endpoint": _endpoint},
        "InvalidParameter",
        "Invalid parameter: SQS endpoint ARN",
        source=RECORDED,
        certainty="recorded",
    )
unknown_topic("Subscribe", {"Protocol": "sqs", "Endpoint": QUEUE_ARN})
topic_elsewhere("Subscribe", {"Protocol": "sqs", "Endpoint": QUEUE_ARN})
refused(
    "sns/Subscribe/topic-arn-that-is-none",
    "A text that is not an ARN is refused.",
    {"TopicArn": "topic", "Protocol": "sqs", "Endpoint": QUEUE_ARN},
    "InvalidParameter",
    "Invalid parameter: TopicArn Reason: An ARN must have at least 6 elements, not 1",
    source="https://github.com/aws-samples/aws-marketplace-serverless-saas-integration/issues/11",
    certainty="reported",
)
_QUEUE_SUBSCRIPTION = {"TopicArn": TOPIC, "Protocol": "sqs", "Endpoint": QUEUE_ARN}
for _missing in ("TopicArn", "Protocol"):
    refused(
        f"sns/Subscribe/no-{_missing.lower()}",
        f"{_missing} is required.",
        {name: value for name, value in _QUEUE_SUBSCRIPTION.items() if name != _missing},
        "ValidationError",
        source=_PAGE,
        certainty="modeled",
    )
refused(
    "sns/Subscribe/no-endpoint",
    "An endpoint is needed.",
    {"TopicArn": TOPIC, "Protocol": "sqs"},
    "InvalidParameter",
    source=_PAGE,
    certainty="documented",
)
refused(
    "sns/Subscribe/unknown-protocol",
    "An unknown protocol is refused.",
    {"TopicArn": TOPIC, "Protocol": "ftp", "Endpoint": "ftp://example.com/"},
    "InvalidParameter",
    source=_PAGE,
    certainty="documented",
)

# -- What has to be confirmed ----------------------------------------------------------------

for _protocol, _address in {
    "http": "http://example.com/conformance",
    "https": "https://example.com/conformance",
    "email": "nobody@example.com",
    "email-json": "nobody@example.com",
}.items():

    @case(
        f"sns/Subscribe/{_protocol}-is-pending",
        "The answer has no ARN until the endpoint is confirmed, unless it is asked for.",
        RECORDED if _protocol == "http" else _PAGE,
        "recorded" if _protocol == "http" else "documented",
    )
    def _(aws: Caller, protocol: str = _protocol, address: str = _address) -> None:
        topic = aws.topic()
        given = {"TopicArn": topic, "Protocol": protocol, "Endpoint": address}
        aws.sns("Subscribe", **given).gives(SubscriptionArn="pending confirmation")
        with_arn = aws.sns("Subscribe", **given, ReturnSubscriptionArn=True)
        with_arn.gives(SubscriptionArn=lambda arn: arn.startswith(f"{topic}:"))


for _protocol, _address in {
    "lambda": "arn:aws:lambda:us-east-1:123456789012:function:conformance",
    "sms": "+15550123456",
    "email": "nobody@example.com",
    "http": "http://example.com/conformance",
    "https": "https://example.com/conformance",
}.items():
    refused(
        f"sns/Subscribe/{_protocol}-to-a-fifo-topic",
        "A FIFO topic takes queues only.",
        {"TopicArn": FIFO_TOPIC, "Protocol": _protocol, "Endpoint": _address},
        "InvalidParameter",
        f"Invalid parameter: Invalid protocol type: {_protocol}",
        source=REPORTED,
        certainty="reported",
    )
for _protocol, _address in {"http": "https://example.com/", "https": "http://example.com/"}.items():
    refused(
        f"sns/Subscribe/{_protocol}-with-a-url-of-the-other-scheme",
        "The scheme of a URL is its protocol.",
        {"TopicArn": TOPIC, "Protocol": _protocol, "Endpoint": _address},
        "InvalidParameter",
        "Invalid parameter: Endpoint must match the specified protocol",
        source=REPORTED,
        certainty="reported",
    )
for _protocol, _bad in {"email": "nobody", "lambda": "function", "firehose": "stream", "application": "device"}.items():
    refused(
        f"sns/Subscribe/{_protocol}-with-a-bad-endpoint",
        "An endpoint has the form that its protocol demands.",
        {"TopicArn": TOPIC, "Protocol": _protocol, "Endpoint": _bad},
        "InvalidParameter",
        source=_PAGE,
        certainty="documented",
    )
refused(
    "sns/Subscribe/firehose-without-a-role",
    "A delivery stream needs a SubscriptionRoleArn.",
    {
        "TopicArn": TOPIC,
        "Protocol": "firehose",
        "Endpoint": "arn:aws:firehose:us-east-1:123456789012:deliverystream/conformance",
    },
    "InvalidParameter",
    source=_PAGE,
    certainty="documented",
)

# -- Letter case of protocols ----------------------------------------------------------------


@case(
    "sns/Subscribe/protocol-in-capitals",
    "A protocol may be written in capitals.",
    REPORTED,
    "reported",
)
def _(aws: Caller) -> None:
    topic, arn = aws.topic(), aws.arn(aws.queue())
    first = subscribed(aws, topic, "SQS", arn)
    same(subscribed(aws, topic, "sqs", arn), first, "the subscription by the same protocol in lower case")
    aws.sns("Subscribe", TopicArn=topic, Protocol="Email", Endpoint="nobody@example.com").succeeds()
    aws.sns("Subscribe", TopicArn=topic, Protocol="HTTPS", Endpoint="https://example.com/conformance").succeeds()


refused(
    "sns/Subscribe/protocol-in-capitals-with-a-filter-policy",
    "A protocol in capitals does not take a filter policy.",
    {"TopicArn": TOPIC, "Protocol": "SQS", "Endpoint": QUEUE_ARN, "Attributes": {"FilterPolicy": '{"a":["b"]}'}},
    "InvalidParameter",
    "Invalid parameter: Delivery protocol SQS does not support message filtering.",
    source=REPORTED,
    certainty="reported",
)
