"""Publishing to FIFO topics."""

import json
import re

from emulator.conformance.caller import Caller
from emulator.conformance.case import case
from emulator.conformance.cases.sources import RECORDED, SNS_API
from emulator.conformance.fixtures import FIFO_TOPIC
from emulator.conformance.mismatch import ABSENT, has, same
from emulator.conformance.tables import accepted, refused

_PAGE = f"{SNS_API}/API_Publish.html"
_DIGITS = re.compile("[0-9]+")
_IDS = {"MessageGroupId": "group", "MessageDeduplicationId": "id-1"}


@case(
    "sns/Publish/fifo-ids-reach-a-fifo-queue",
    "A FIFO queue gets group and deduplication id; the envelope has a sequence number and no signature.",
    RECORDED,
    "recorded",
)
def _(aws: Caller) -> None:
    topic, queue = aws.fifo_topic(), aws.fifo_queue()
    aws.subscribe(topic, queue)
    published = aws.sns("Publish", TopicArn=topic, Message="Test", **_IDS).gives(SequenceNumber=_DIGITS)
    [message] = aws.received(queue, 1, AttributeNames=["All"])
    has(message["Attributes"], _IDS, "the system attributes")
    expected = {
        "Type": "Notification",
        "MessageId": published["MessageId"],
        "SequenceNumber": published["SequenceNumber"],
        "TopicArn": topic,
        "Message": "Test",
        "Timestamp": str,
        "UnsubscribeURL": str,
    }
    same(json.loads(message["Body"]), expected, "the envelope")


@case(
    "sns/Publish/fifo-topic-to-a-standard-queue",
    "A standard queue gets neither group nor deduplication id of a FIFO topic, and no duplicates.",
    RECORDED,
    "recorded",
)
def _(aws: Caller) -> None:
    topic, queue = aws.fifo_topic(), aws.queue()
    aws.subscribe(topic, queue, {"RawMessageDelivery": "true"})
    for text, more in (("first", _IDS), ("again", _IDS), ("other", {**_IDS, "MessageDeduplicationId": "id-2"})):
        aws.sns("Publish", TopicArn=topic, Message=text, **more).succeeds()
    messages = aws.received(queue, 2, AttributeNames=["All"])
    same(sorted(message["Body"] for message in messages), ["first", "other"], "the messages")
    for message in messages:
        has(message["Attributes"], {"MessageGroupId": ABSENT, "MessageDeduplicationId": ABSENT}, "the attributes")


@case(
    "sns/Publish/fifo-duplicate",
    "A duplicate succeeds and is not delivered.",
    RECORDED,
    "recorded",
)
def _(aws: Caller) -> None:
    topic, queue = aws.fifo_topic(), aws.fifo_queue()
    aws.subscribe(topic, queue, {"RawMessageDelivery": "true"})
    for text in ("first", "again"):
        aws.sns("Publish", TopicArn=topic, Message=text, **_IDS).gives(MessageId=str, SequenceNumber=_DIGITS)
    other = {**_IDS, "MessageDeduplicationId": "id-2"}
    aws.sns("Publish", TopicArn=topic, Message="other", **other).succeeds()
    same([message["Body"] for message in aws.received(queue, 2)], ["first", "other"], "the messages")


@case(
    "sns/Publish/fifo-content-based-deduplication",
    "The id made of the content is the SHA-256 digest of the message.",
    RECORDED,
    "recorded",
)
def _(aws: Caller) -> None:
    topic, queue = aws.fifo_topic({"ContentBasedDeduplication": "true"}), aws.fifo_queue()
    aws.subscribe(topic, queue)
    aws.sns("Publish", TopicArn=topic, Message="Test", MessageGroupId="group").succeeds()
    [message] = aws.received(queue, 1, AttributeNames=["All"])
    digest = "532eaabd9574880dbf76b9b8cc00832c20a6ec113d682299550d7a6e0f345e25"
    has(message["Attributes"], {"MessageDeduplicationId": digest}, "the system attributes")


@case(
    "sns/Publish/fifo-id-beside-content-based-deduplication",
    "A given deduplication id is used instead of the one made from the content.",
    _PAGE,
    "documented",
)
def _(aws: Caller) -> None:
    topic, queue = aws.fifo_topic({"ContentBasedDeduplication": "true"}), aws.fifo_queue()
    aws.subscribe(topic, queue)
    aws.sns("Publish", TopicArn=topic, Message="Test", **_IDS).succeeds()
    [message] = aws.received(queue, 1, AttributeNames=["All"])
    has(message["Attributes"], _IDS, "the system attributes")


@case(
    "sns/PublishBatch/fifo-order",
    "The entries of a batch are delivered in their order, duplicates once, each with a sequence number.",
    _PAGE,
    "documented",
)
def _(aws: Caller) -> None:
    topic, queue = aws.fifo_topic(), aws.fifo_queue()
    aws.subscribe(topic, queue, {"RawMessageDelivery": "true"})
    entries = [
        {"Id": f"entry-{at}", "Message": f"message {at}", "MessageGroupId": "group", "MessageDeduplicationId": id_}
        for at, id_ in enumerate(("a", "b", "a", "c"))
    ]
    answer = aws.sns("PublishBatch", TopicArn=topic, PublishBatchRequestEntries=entries).gives(Failed=[])
    same([entry["Id"] for entry in answer["Successful"]], [entry["Id"] for entry in entries], "Successful")
    for entry in answer["Successful"]:
        has(entry, {"MessageId": str, "SequenceNumber": _DIGITS}, "the entry")
    bodies = [message["Body"] for message in aws.received(queue, 3)]
    same(bodies, ["message 0", "message 1", "message 3"], "the messages")


_PUNCTUATION = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"
for _name in ("MessageGroupId", "MessageDeduplicationId"):
    _words = _name.removeprefix("Message").removesuffix("Id").lower()
    for _end, _value in (("punctuation", _PUNCTUATION), ("128-characters", "x" * 128)):
        accepted(
            f"sns/Publish/fifo-{_words}-id-of-{_end}",
            f"{_name} takes up to 128 letters, digits and punctuation marks.",
            {"TopicArn": FIFO_TOPIC, "Message": "hello", **_IDS, _name: _value},
            {"MessageId": str, "SequenceNumber": _DIGITS},
            source=_PAGE,
            certainty="documented",
        )
    for _end, _value in (("129-characters", "x" * 129), ("letters-beyond-ascii", "ä"), ("a-blank", "a b")):
        refused(
            f"sns/Publish/fifo-{_words}-id-of-{_end}",
            f"{_name} takes up to 128 letters, digits and punctuation marks.",
            {"TopicArn": FIFO_TOPIC, "Message": "hello", **_IDS, _name: _value},
            "InvalidParameter",
            source=_PAGE,
            certainty="documented",
        )

refused(
    "sns/Publish/fifo-topic-without-a-group",
    "A FIFO topic needs a message group.",
    {"TopicArn": FIFO_TOPIC, "Message": "hello", "MessageDeduplicationId": "id"},
    "InvalidParameter",
    "Invalid parameter: The MessageGroupId parameter is required for FIFO topics",
    source=RECORDED,
    certainty="recorded",
)
refused(
    "sns/Publish/fifo-topic-without-deduplication",
    "A FIFO topic needs a deduplication id, unless it makes one of the content.",
    {"TopicArn": FIFO_TOPIC, "Message": "hello", "MessageGroupId": "group"},
    "InvalidParameter",
    "Invalid parameter: The topic should either have ContentBasedDeduplication enabled or MessageDeduplicationId "
    "provided explicitly",
    source=RECORDED,
    certainty="recorded",
)
