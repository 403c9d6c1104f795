"""Publish to a topic: what is delivered, and what is refused."""

import json
import re

from emulator.conformance.caller import Caller
from emulator.conformance.case import Certainty, case
from emulator.conformance.cases.addresses import unknown_topic
from emulator.conformance.cases.sources import RECORDED, SNS_API, SNS_GUIDE
from emulator.conformance.filtering import binary, number, text
from emulator.conformance.fixtures import NO_TOPIC, TOPIC
from emulator.conformance.mismatch import ABSENT, has, same
from emulator.conformance.tables import accepted, refused

_PAGE = f"{SNS_API}/API_Publish.html"
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


def _published(aws: Caller, topic: str, settings: dict[str, str] | None = None, **params: object) -> dict[str, object]:
    """The message that reaches a subscribed queue."""
    queue = aws.queue()
    aws.subscribe(topic, queue, settings)
    aws.sns("Publish", **{"TopicArn": topic, "Message": "hello", **params}).succeeds()
    [message] = aws.received(queue, 1, MessageAttributeNames=["All"], AttributeNames=["All"])
    return message


@case(
    "sns/Publish/reaches-a-queue",
    "A subscribed queue gets the message in an envelope.",
    f"{SNS_GUIDE}/sns-sqs-as-subscriber.html",
    "documented",
)
def _(aws: Caller) -> None:
    queue, topic = aws.queue(), aws.topic()
    subscription = aws.subscribe(topic, queue)
    published = aws.sns("Publish", TopicArn=topic, Message="hello").gives(MessageId=_UUID, SequenceNumber=ABSENT)
    [message] = aws.received(queue, 1)
    envelope = json.loads(message["Body"])
    same(
        envelope,
        {
            "Type": "Notification",
            "MessageId": published["MessageId"],
            "TopicArn": topic,
            "Message": "hello",
            "Timestamp": _TIME,
            "SignatureVersion": "1",
            "Signature": str,
            "SigningCertURL": str,
            "UnsubscribeURL": lambda url: url.endswith(f"/?Action=Unsubscribe&SubscriptionArn={subscription}"),
        },
        "the envelope",
    )
    same(message["MessageId"] != published["MessageId"], True, "whether the queue gives the message an id of its own")


@case(
    "sns/Publish/envelope-of-subject-and-attributes",
    "Subject and attributes are in the envelope, binary values in base64; the queue's message has no attributes.",
    RECORDED,
    "recorded",
)
def _(aws: Caller) -> None:
    attributes = {"text": text("a"), "number": number("99.12"), "data": binary(b"\x02\x03\x04")}
    message = _published(aws, aws.topic(), Subject="Hi", MessageAttributes=attributes)
    has(message, {"MessageAttributes": ABSENT}, "the message")
    shown = {
        "text": {"Type": "String", "Value": "a"},
        "number": {"Type": "Number", "Value": "99.12"},
        "data": {"Type": "Binary", "Value": "AgME"},
    }
    has(json.loads(str(message["Body"])), {"Subject": "Hi", "MessageAttributes": shown}, "the envelope")


@case(
    "sns/Publish/raw-message-has-its-attributes",
    "Delivered raw, the body is the message and its attributes are those of the queue's message; the subject is lost.",
    RECORDED,
    "recorded",
)
def _(aws: Caller) -> None:
    attributes = {"text": text("a", "label"), "data": binary(b"\x02\x03\x04")}
    raw = {"RawMessageDelivery": "true"}
    message = _published(aws, aws.topic(), raw, Subject="Hi", MessageAttributes=attributes)
    has(message, {"Body": "hello", "MessageAttributes": attributes}, "the message")


@case(
    "sns/Publish/raw-message-with-eleven-attributes-is-lost",
    "A queue cannot take more than ten attributes: a raw message with eleven goes to the dead-letter queue, if any.",
    f"{SNS_GUIDE}/sns-large-payload-raw-message-delivery.html",
    "documented",
)
def _(aws: Caller) -> None:
    topic, raw, enveloped = aws.topic(), aws.queue(), aws.queue()
    aws.subscribe(topic, raw, {"RawMessageDelivery": "true"})
    aws.subscribe(topic, enveloped)
    for count, message in ((11, "eleven"), (10, "ten")):
        attributes = {f"attribute{n}": text("x") for n in range(count)}
        aws.sns("Publish", TopicArn=topic, Message=message, MessageAttributes=attributes).succeeds()
    same([message["Body"] for message in aws.received(raw, 1)], ["ten"], "the raw messages")
    messages = sorted(json.loads(message["Body"])["Message"] for message in aws.received(enveloped, 2))
    same(messages, ["eleven", "ten"], "the messages in envelopes")


@case("sns/Publish/target-arn-of-a-topic", "TargetArn takes the ARN of a topic.", RECORDED, "recorded")
def _(aws: Caller) -> None:
    queue, topic = aws.queue(), aws.topic()
    aws.subscribe(topic, queue)
    aws.sns("Publish", TargetArn=topic, Message="hello").gives(MessageId=_UUID)
    [message] = aws.received(queue, 1)
    has(json.loads(message["Body"]), {"TopicArn": topic, "Message": "hello"}, "the envelope")


@case(
    "sns/Publish/before-a-subscription",
    "A message that was published before the subscription is not delivered.",
    RECORDED,
    "recorded",
)
def _(aws: Caller) -> None:
    queue, topic = aws.queue(), aws.topic()
    aws.sns("Publish", TopicArn=topic, Message="before").gives(MessageId=_UUID)
    aws.subscribe(topic, queue, {"RawMessageDelivery": "true"})
    aws.sns("Publish", TopicArn=topic, Message="after").succeeds()
    same([message["Body"] for message in aws.received(queue, 1)], ["after"], "the messages")


@case(
    "sns/Publish/group-of-a-standard-topic",
    "A standard topic passes the message group on to the queue; it is not in the envelope.",
    RECORDED,
    "recorded",
)
def _(aws: Caller) -> None:
    message = _published(aws, aws.topic(), MessageGroupId="group-1")
    attributes = message["Attributes"]
    assert isinstance(attributes, dict)
    has(attributes, {"MessageGroupId": "group-1"}, "the system attributes")
    has(json.loads(str(message["Body"])), {"MessageGroupId": ABSENT}, "the envelope")


@case(
    "sns/Publish/every-subscriber-sees-one-id",
    "All subscribers get the message with the same MessageId.",
    RECORDED,
    "recorded",
)
def _(aws: Caller) -> None:
    topic, queues = aws.topic(), [aws.queue(), aws.queue()]
    for queue in queues:
        aws.subscribe(topic, queue)
    published = aws.sns("Publish", TopicArn=topic, Message="hello").result["MessageId"]
    ids = [json.loads(aws.received(queue, 1)[0]["Body"])["MessageId"] for queue in queues]
    same(ids, [published, published], "the ids in the envelopes")


# What is accepted, by the end of the id.
_ACCEPTED: dict[str, tuple[str, dict[str, object]]] = {
    "without-subscribers": ("A topic without subscribers takes messages.", {}),
    "subject-of-100-characters": ("A subject of exactly 100 characters is accepted.", {"Subject": "x" * 100}),
    "subject-beyond-ascii": ("A subject may have letters beyond ASCII.", {"Subject": "Ünï ✓"}),
    "message-of-262144-bytes": ("A message of 256 KiB is accepted.", {"Message": "x" * 262_144}),
    "largest-message-with-a-subject": (
        "The subject does not count towards the size.",
        {"Message": "x" * 262_144, "Subject": "hello"},
    ),
    "attribute-name-of-255-characters": (
        "An attribute's name may be long.",
        {"MessageAttributes": {"n" * 255: text("x")}},
    ),
    "attribute-of-mobile-push": (
        "Names that AWS reserves for mobile push are accepted.",
        {"MessageAttributes": {"AWS.SNS.MOBILE.APNS.PUSH_TYPE": text("alert")}},
    ),
    "attribute-of-text-messages": (
        "Names that AWS reserves for text messages are accepted.",
        {"MessageAttributes": {"AWS.SNS.SMS.SMSType": text("Transactional")}},
    ),
    "attribute-of-a-custom-type": (
        "A type may have a label.",
        {"MessageAttributes": {"a": text("x", "label"), "b": number("1", "int")}},
    ),
}
for _end, (_sentence, _params) in _ACCEPTED.items():
    accepted(
        f"sns/Publish/{_end}",
        _sentence,
        {"TopicArn": TOPIC, "Message": "hello", **_params},
        {"MessageId": _UUID},
        source="https://github.com/getmoto/moto/issues/1503" if "100" in _end else _PAGE,
        certainty="reported" if "100" in _end else "documented",
    )

_LONG = "Invalid parameter: Message too long"
# What is refused with InvalidParameter: the sentence, parameters, message, and how it is known.
_REFUSED: dict[str, tuple[str, dict[str, object], str, Certainty]] = {
    "subject-of-101-characters": (
        "A subject of more than 100 characters is refused.",
        {"Subject": "x" * 101},
        "Invalid parameter: Subject",
        "reported",
    ),
    "subject-empty": ("An empty subject is refused.", {"Subject": ""}, "Invalid parameter: Subject", "reported"),
    "subject-of-two-lines": (
        "A subject with a line break is refused.",
        {"Subject": "two\nlines"},
        "Invalid parameter: Subject",
        "documented",
    ),
    "subject-with-a-control-character": (
        "A subject with a control character is refused.",
        {"Subject": "a\tb"},
        "Invalid parameter: Subject",
        "documented",
    ),
    "empty-message": ("An empty message is refused.", {"Message": ""}, "Invalid parameter: Empty message", "assumed"),
    "message-of-262145-bytes": ("A longer message is refused.", {"Message": "x" * 262_145}, _LONG, "documented"),
    "message-too-long-in-utf-8": ("The size is in bytes of UTF-8.", {"Message": "ä" * 131_073}, _LONG, "documented"),
    "message-too-long-by-attributes": (
        "Name, type and value of attributes count too.",
        {"Message": "x" * 262_136, "MessageAttributes": {"a": text("xy")}},
        _LONG,
        "recorded",
    ),
    "deduplication-id-of-a-standard-topic": (
        "A standard topic takes no MessageDeduplicationId.",
        {"MessageDeduplicationId": "id"},
        "Invalid parameter: MessageDeduplicationId Reason: The request includes MessageDeduplicationId parameter that "
        "is not valid for this topic type",
        "recorded",
    ),
}
for _end, (_sentence, _params, _message, _certainty) in _REFUSED.items():
    refused(
        f"sns/Publish/{_end}",
        _sentence,
        {"TopicArn": TOPIC, "Message": "hello", **_params},
        "InvalidParameter",
        _message,
        source=RECORDED if _certainty == "recorded" else _PAGE,
        certainty=_certainty,
    )

unknown_topic("Publish", {"Message": "hello"})
refused(
    "sns/Publish/unknown-topic-as-target",
    "A topic that does not exist is refused as the target too.",
    {"TargetArn": NO_TOPIC, "Message": "hello"},
    "NotFound",
    "Topic does not exist",
    status=404,
    source=RECORDED,
    certainty="recorded",
)
refused(
    "sns/Publish/without-a-target",
    "A topic, an endpoint or a phone number must be given.",
    {"Message": "hello"},
    "InvalidParameter",
    "Invalid parameter: TopicArn or TargetArn Reason: no value for required parameter",
    source=_PAGE,
    certainty="reported",
)
refused(
    "sns/Publish/without-a-message",
    "A message must be given.",
    {"TopicArn": TOPIC},
    "ValidationError",
    "1 validation error detected: Value null at 'message' failed to satisfy constraint: Member must not be null",
    source=_PAGE,
    certainty="modeled",
)
refused(
    "sns/Publish/malformed-arn",
    "A text that is not an ARN is refused.",
    {"TopicArn": "topic", "Message": "hello"},
    "InvalidParameter",
    "Invalid parameter: TopicArn Reason: An ARN must have at least 6 elements, not 1",
    source=_PAGE,
    certainty="reported",
)


refused(
    "sns/Publish/arn-of-no-region",
    "An ARN begins as those of its region; a region that AWS does not have is in no partition.",
    {"TopicArn": "arn:sns:*:arn:aws:sns:us-east-1:123456789012:topic", "Message": "hello"},
    "InvalidParameter",
    "Invalid parameter: TopicArn Reason: A arn ARN must begin with arn:null, "
    "not arn:sns:*:arn:aws:sns:us-east-1:123456789012:topic",
    source="https://github.com/georgeyk/loafer/pull/25",
    certainty="reported",
)


@case(
    "sns/Publish/topic-of-another-region",
    "A topic's ARN of another region is refused.",
    RECORDED,
    "recorded",
)
def _(aws: Caller) -> None:
    elsewhere = aws.topic().replace(f":{aws.region}:", ":eu-north-1:" if aws.region != "eu-north-1" else ":us-east-1:")
    aws.sns("Publish", TopicArn=elsewhere, Message="hello").refused("InvalidParameter", "Invalid parameter: TopicArn")
