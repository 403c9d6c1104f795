"""System attributes of messages: the one that can be sent, and those that can be received."""

import re
from typing import Any

from emulator.conformance.caller import Caller
from emulator.conformance.case import Certainty, case
from emulator.conformance.cases.sources import RECORDED, SQS_API
from emulator.conformance.cases.sqs.messages import failed, fifo_queue, send
from emulator.conformance.fixtures import QUEUE
from emulator.conformance.mismatch import ABSENT, has, same
from emulator.conformance.tables import accepted, refused

_SEND, _RECEIVE = f"{SQS_API}/API_SendMessage.html", f"{SQS_API}/API_ReceiveMessage.html"
_TRACE = "Root=1-3152b799-8954dae64eda91bc9a23a7e8;Parent=7fa8c0f79203be72;Sampled=1"
_TRACE_ATTRIBUTE = {"AWSTraceHeader": {"DataType": "String", "StringValue": _TRACE}}
_TRACE_DIGEST = "f223d1c97eb4f0a956419d8708c0f15a"
_MILLISECONDS = re.compile("1[0-9]{12}")

# -- Sent ------------------------------------------------------------------------------------

accepted(
    "sqs/SendMessage/system-attribute-digest",
    "The answer has the digest of the system attributes, and none of others.",
    {"QueueUrl": QUEUE, "MessageBody": "test", "MessageSystemAttributes": _TRACE_ATTRIBUTE},
    {"MD5OfMessageSystemAttributes": _TRACE_DIGEST, "MD5OfMessageAttributes": ABSENT},
    source=_SEND,
    certainty="assumed",
)
accepted(
    "sqs/SendMessageBatch/system-attribute-digest",
    "Each success of a batch has the digest of its system attributes.",
    {
        "QueueUrl": QUEUE,
        "Entries": [{"Id": "1", "MessageBody": "test", "MessageSystemAttributes": _TRACE_ATTRIBUTE}],
    },
    {
        "Successful": [
            {"Id": "1", "MessageId": str, "MD5OfMessageBody": str, "MD5OfMessageSystemAttributes": _TRACE_DIGEST}
        ]
    },
    source=_SEND,
    certainty="assumed",
)

_REFUSED: dict[str, tuple[str, dict[str, Any]]] = {
    "of-another-name": (
        "AWSTraceHeader is the only system attribute that can be sent.",
        {"SenderId": {"DataType": "String", "StringValue": "x"}},
    ),
    "of-another-type": ("AWSTraceHeader is a String.", {"AWSTraceHeader": {"DataType": "Number", "StringValue": "1"}}),
    "with-a-label": (
        "The type of AWSTraceHeader has no label.",
        {"AWSTraceHeader": {"DataType": "String.x", "StringValue": _TRACE}},
    ),
    "empty": ("AWSTraceHeader is not empty.", {"AWSTraceHeader": {"DataType": "String", "StringValue": ""}}),
}
_TWO_VALUES = {"AWSTraceHeader": {"DataType": "String", "StringValue": _TRACE, "BinaryValue": b"x"}}


def _refused(name: str, sentence: str, attributes: dict[str, Any], certainty: Certainty = "modeled") -> None:
    message = {"MessageBody": "test", "MessageSystemAttributes": attributes}
    refused(
        f"sqs/SendMessage/system-attribute-{name}",
        sentence,
        {"QueueUrl": QUEUE, **message},
        "InvalidParameterValue",
        source=_SEND,
        certainty=certainty,
    )
    accepted(
        f"sqs/SendMessageBatch/system-attribute-{name}",
        f"{sentence} The entry fails alone.",
        {"QueueUrl": QUEUE, "Entries": [{"Id": "bad", **message}, {"Id": "good", "MessageBody": "test"}]},
        {"Failed": [failed("bad", "InvalidParameterValue")], "Successful": lambda got: len(got) == 1},
        source=_SEND,
        certainty=certainty,
    )


for _name, _row in _REFUSED.items():
    _refused(_name, *_row)
_refused("with-two-values", "AWSTraceHeader has no BinaryValue beside its StringValue.", _TWO_VALUES, "assumed")


@case(
    "sqs/SendMessage/trace-header",
    "The trace header comes back with the message.",
    RECORDED,
    "recorded",
)
def _(aws: Caller) -> None:
    queue = aws.queue()
    send(aws, queue, "test", MessageSystemAttributes=_TRACE_ATTRIBUTE)
    (message,) = aws.received(queue, 1, MessageSystemAttributeNames=["AWSTraceHeader"])
    same(message.get("Attributes"), {"AWSTraceHeader": _TRACE}, "the system attributes")


@case(
    "sqs/SendMessage/trace-header-of-the-request",
    "The header X-Amzn-Trace-Id of the request becomes the trace header of the message.",
    RECORDED,
    "recorded",
)
def _(aws: Caller) -> None:
    queue = aws.queue()
    params = {"QueueUrl": queue, "MessageBody": "test"}
    headers = {"X-Amzn-Trace-Id": _TRACE}
    if aws.protocol == "json":
        aws.json("SendMessage", params, headers=headers).succeeds()
    else:
        aws.form("sqs", {"Action": "SendMessage", **params}, headers=headers).succeeds()
    (message,) = aws.received(queue, 1, AttributeNames=["All"])
    has(message["Attributes"], {"AWSTraceHeader": _TRACE}, "the system attributes")


# -- Received --------------------------------------------------------------------------------

_STANDARD: dict[str, object] = {
    "SenderId": str,
    "SentTimestamp": _MILLISECONDS,
    "ApproximateReceiveCount": "1",
    "ApproximateFirstReceiveTimestamp": _MILLISECONDS,
}
_FIFO: dict[str, object] = {
    **_STANDARD,
    "MessageGroupId": "g",
    "SequenceNumber": re.compile("[0-9]{1,39}"),
    "MessageDeduplicationId": "b9817549cc546b0ee549a42a97b94811ed862005f8c17409217cc58128d8f630",
}
_LISTS = ("AttributeNames", "MessageSystemAttributeNames")


def _received(id: str, sentence: str, params: dict[str, list[str]], expected: object, fifo: bool = False) -> None:
    @case(
        f"sqs/ReceiveMessage/system-attributes-{id}",
        sentence,
        _RECEIVE if fifo else RECORDED,
        "documented" if fifo else "recorded",
    )
    def _(aws: Caller) -> None:
        queue = fifo_queue(aws, "g-1") if fifo else aws.queue()
        if not fifo:
            send(aws, queue, "test")
        (message,) = aws.received(queue, 1, **params)
        has(message, {"Attributes": expected}, "the message")


for _list in _LISTS:
    _word = "old-list" if _list == "AttributeNames" else "new-list"
    _received(f"all-by-{_word}", f"All in {_list} gets all that a message has.", {_list: ["All"]}, _STANDARD)
    _received(
        f"all-of-fifo-by-{_word}", "A FIFO message has its group and numbers, too.", {_list: ["All"]}, _FIFO, True
    )
    for _attribute, _value in _STANDARD.items():
        _received(
            f"{_attribute.lower()}-by-{_word}",
            f"{_list} gets what it names.",
            {_list: [_attribute]},
            {_attribute: _value},
        )
_received("none", "Without a list a message has none.", {}, ABSENT)
_received("none-for-an-empty-list", "An empty list gets none.", {"AttributeNames": []}, ABSENT)
_received(
    "that-do-not-apply",
    "An attribute that only FIFO messages have is ignored.",
    {"AttributeNames": ["SequenceNumber", "SenderId"]},
    {"SenderId": str},
)
_received(
    "all-and-one",
    "All in the new list and a name in the old one get all; by the query protocol the last of them counts.",
    {"AttributeNames": ["SenderId"], "MessageSystemAttributeNames": ["All"]},
    lambda got: got.keys() in ({"SenderId"}, _STANDARD.keys()),
)
refused(
    "sqs/ReceiveMessage/system-attributes-unknown",
    "An attribute that no message has is refused.",
    {"QueueUrl": QUEUE, "AttributeNames": ["All", "Foo"]},
    "InvalidAttributeName",
    source=_RECEIVE,
    certainty="assumed",
)


@case(
    "sqs/ReceiveMessage/system-attributes-of-a-second-receive",
    "The receive count grows; the timestamps stay.",
    _RECEIVE,
    "documented",
)
def _(aws: Caller) -> None:
    queue = aws.queue()
    send(aws, queue, "test")
    first, second = (
        aws.received(queue, 1, VisibilityTimeout=0, AttributeNames=["All"])[0]["Attributes"] for _ in range(2)
    )
    same(second, {**first, "ApproximateReceiveCount": "2"}, "the system attributes")
