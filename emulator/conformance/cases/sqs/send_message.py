"""SendMessage: the answer, the body, its size and delay."""

import re

from emulator.conformance.caller import Caller
from emulator.conformance.case import case
from emulator.conformance.cases.addresses import unknown_queue
from emulator.conformance.cases.sources import RECORDED, SQS_API, SQS_GUIDE
from emulator.conformance.cases.sqs.messages import (
    BY_CONTENT,
    NOT_FOR_THIS_TYPE,
    SMALL_QUEUE,
    bodies,
    invalid,
    missing,
    nothing_left,
    send,
)
from emulator.conformance.fixtures import QUEUE
from emulator.conformance.mismatch import ABSENT, same
from emulator.conformance.tables import accepted, refused

_PAGE = f"{SQS_API}/API_SendMessage.html"
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_TRACE = "Root=1-3152b799-8954dae64eda91bc9a23a7e8;Parent=7fa8c0f79203be72;Sampled=1"
_TOO_LONG = "One or more parameters are invalid. Reason: Message must be shorter than {} bytes."

accepted(
    "sqs/SendMessage/digest-of-the-body",
    "The answer has the MD5 digest of the body, in hexadecimal digits.",
    {"QueueUrl": QUEUE, "MessageBody": "hello"},
    {"MD5OfMessageBody": "5d41402abc4b2a76b9719d911017c592", "MessageId": str},
    source=_PAGE,
    certainty="documented",
)
accepted(
    "sqs/SendMessage/digest-of-a-body-beyond-ascii",
    "The digest is that of the body in UTF-8.",
    {"QueueUrl": QUEUE, "MessageBody": "grüße 🎉"},
    {"MD5OfMessageBody": "ad086dfcff5a3c6ffe8d54b46a0eb40b"},
    source=_PAGE,
    certainty="documented",
)
accepted(
    "sqs/SendMessage/members-on-a-standard-queue",
    "Without attributes a standard queue answers with the id of the message and the digest of its body alone.",
    {"QueueUrl": QUEUE, "MessageBody": "hello"},
    {
        "MessageId": _UUID,
        "SequenceNumber": ABSENT,
        "MD5OfMessageAttributes": ABSENT,
        "MD5OfMessageSystemAttributes": ABSENT,
    },
    source=RECORDED,
    certainty="recorded",
)
accepted(
    "sqs/SendMessage/members-on-a-fifo-queue",
    "A FIFO queue answers with a sequence number, too.",
    {"QueueUrl": BY_CONTENT, "MessageBody": "hello", "MessageGroupId": "g"},
    {"MessageId": _UUID, "SequenceNumber": re.compile("[0-9]{1,39}"), "MD5OfMessageAttributes": ABSENT},
    source=RECORDED,
    certainty="recorded",
)
unknown_queue("SendMessage", {"MessageBody": "hello"})
refused(
    "sqs/SendMessage/without-queue",
    "The queue must be named.",
    {"MessageBody": "hello"},
    "MissingParameter",
    source=_PAGE,
    certainty="modeled",
)
refused(
    "sqs/SendMessage/without-body",
    "The body must be given.",
    {"QueueUrl": QUEUE},
    "MissingParameter",
    missing("MessageBody"),
    source=_PAGE,
    certainty="modeled",
)
refused(
    "sqs/SendMessage/empty-body",
    "The body has at least one character.",
    {"QueueUrl": QUEUE, "MessageBody": ""},
    "MissingParameter",
    missing("MessageBody"),
    source=_PAGE,
    certainty="reported",
)


@case(
    "sqs/SendMessage/sequence-numbers-grow",
    "The sequence numbers of a message group grow.",
    _PAGE,
    "modeled",
)
def _(aws: Caller) -> None:
    queue = BY_CONTENT.make(aws)
    sent = [
        aws.sqs("SendMessage", QueueUrl=queue, MessageBody=body, MessageGroupId="g").result for body in ("1", "2", "3")
    ]
    numbers = [int(answer["SequenceNumber"]) for answer in sent]
    same(numbers, sorted(set(numbers)), "the sequence numbers")


# -- The body --------------------------------------------------------------------------------

_UNCHANGED = {
    "white-space": "a\r\nb\rc\nd\te",
    "markup": "&quot;&amp;<tag attribute='1'>\"</tag>]]>",
    "spaces-around": " leading and trailing ",
    "line-feed": "\n",
    "letters-of-all-kinds": "ünïcödé 漢字 🎉",
    "edges-of-the-allowed-ranges": "\x20\ud7ff\ue000\ufffd\U00010000\U0010ffff",
    "delete-and-c1-characters": "\x7f\x80\x85\x9f",
    "form": "a=b&c=d+e%20f;g",
    "json": '{"json": "\\u0000 \\\\ \\""}',
}


def _comes_back_unchanged(name: str, body: str) -> None:
    @case(
        f"sqs/SendMessage/body-with-{name}",
        "The body comes back as it was sent.",
        RECORDED if name in ("white-space", "markup") else _PAGE,
        "recorded" if name in ("white-space", "markup") else "documented",
    )
    def _(aws: Caller) -> None:
        queue = aws.queue()
        send(aws, queue, body)
        same(bodies(aws, queue, 1), [body], "the bodies")


for _name, _body in _UNCHANGED.items():
    _comes_back_unchanged(_name, _body)

_ALLOWED = "#x9 | #xA | #xD | [#x20-#xD7FF] | [#xE000-#xFFFD] | [#x10000-#x10FFFF]"


def illegal_character(digits: str) -> str:
    """The message of InvalidMessageContents."""
    return (
        f"Invalid binary character '#x{digits}' was found in the message body, the set of allowed characters is "
        f"{_ALLOWED}."
    )


for _character in "\x00\x07\x0b\x0c\x1f\ufffe\uffff":
    _digits = f"{ord(_character):X}"
    refused(
        f"sqs/SendMessage/body-with-character-x{_digits.lower()}",
        "The error names the first character of the body that XML 1.0 does not allow.",
        {"QueueUrl": QUEUE, "MessageBody": f"before {_character} after \x01"},
        "InvalidMessageContents",
        illegal_character(_digits),
        source=_PAGE,
        certainty="reported",
        shape="InvalidMessageContents",
    )

# -- Size ------------------------------------------------------------------------------------

_ATTRIBUTES = {"k": {"DataType": "String.ab", "StringValue": "ü"}, "b": {"DataType": "Binary", "BinaryValue": b"yz"}}
_ATTRIBUTES_SIZE = len("kString.ab") + 2 + len("bBinary") + 2

for _name, _sentence, _params in (
    ("body", "A body may be as long as MaximumMessageSize says.", {"MessageBody": "a" * 1024}),
    ("body-beyond-ascii", "The length is counted in bytes of UTF-8.", {"MessageBody": "ü" * 512}),
    (
        "attributes",
        "Name, data type and value of each attribute count.",
        {"MessageBody": "a" * (1024 - _ATTRIBUTES_SIZE), "MessageAttributes": _ATTRIBUTES},
    ),
    (
        "system-attributes",
        "System attributes do not count.",
        {
            "MessageBody": "a" * 1024,
            "MessageSystemAttributes": {"AWSTraceHeader": {"DataType": "String", "StringValue": _TRACE}},
        },
    ),
):
    accepted(
        f"sqs/SendMessage/longest-{_name}",
        _sentence,
        {"QueueUrl": SMALL_QUEUE, **_params},
        source=f"{SQS_GUIDE}/quotas-messages.html",
        certainty="documented",
    )
    refused(
        f"sqs/SendMessage/too-long-{_name}",
        "A byte more than MaximumMessageSize is refused.",
        {"QueueUrl": SMALL_QUEUE, **_params, "MessageBody": f"{_params['MessageBody']}a"},
        "InvalidParameterValue",
        _TOO_LONG.format(1024),
        source=_PAGE,
        certainty="reported",
        shape="InvalidParameterValueException",
    )
accepted(
    "sqs/SendMessage/one-mebibyte",
    "By default a message has up to 1,048,576 bytes.",
    {"QueueUrl": QUEUE, "MessageBody": "%" * 1_048_576},
    source=f"{SQS_GUIDE}/quotas-messages.html",
    certainty="documented",
)
refused(
    "sqs/SendMessage/more-than-one-mebibyte",
    "A message of more than 1,048,576 bytes is refused.",
    {"QueueUrl": QUEUE, "MessageBody": "%" * 1_048_577},
    "InvalidParameterValue",
    _TOO_LONG.format(1_048_576),
    source=_PAGE,
    certainty="reported",
)

# -- Delay -----------------------------------------------------------------------------------

for _seconds in (-1, 901):
    refused(
        f"sqs/SendMessage/delay-of-{_seconds if _seconds > 0 else 'less-than-0'}",
        "DelaySeconds is from 0 to 900.",
        {"QueueUrl": QUEUE, "MessageBody": "hello", "DelaySeconds": _seconds},
        "InvalidParameterValue",
        invalid("DelaySeconds", _seconds, "DelaySeconds must be >= 0 and <= 900."),
        source=_PAGE,
        certainty="reported",
    )
refused(
    "sqs/SendMessage/delay-on-a-fifo-queue",
    "In a FIFO queue the delay is the queue's; a message cannot have its own.",
    {"QueueUrl": BY_CONTENT, "MessageBody": "hello", "MessageGroupId": "g", "DelaySeconds": 2},
    "InvalidParameterValue",
    invalid("DelaySeconds", 2, NOT_FOR_THIS_TYPE),
    source=RECORDED,
    certainty="recorded",
)

_DELAYS: tuple[tuple[str, str, dict[str, str], dict[str, int], bool], ...] = (
    ("of-the-message", "A delayed message cannot be received.", {}, {"DelaySeconds": 900}, False),
    ("of-the-queue", "A message without a delay of its own has the queue's.", {"DelaySeconds": "900"}, {}, False),
    ("of-zero", "A delay of 0 overrides the queue's.", {"DelaySeconds": "900"}, {"DelaySeconds": 0}, True),
)


def _is_delayed(name: str, sentence: str, attributes: dict[str, str], params: dict[str, int], there: bool) -> None:
    @case(f"sqs/SendMessage/delay-{name}", sentence, _PAGE, "assumed" if there else "documented")
    def _(aws: Caller) -> None:
        queue = aws.queue(attributes)
        send(aws, queue, "hello", **params)
        same(bodies(aws, queue, 1, WaitTimeSeconds=1), ["hello"] if there else [], "the bodies")


for _delay in _DELAYS:
    _is_delayed(*_delay)


@case(
    "sqs/SendMessage/delay-of-zero-on-a-fifo-queue",
    "A FIFO queue takes a delay of 0, and delays the message by its own.",
    RECORDED,
    "recorded",
    seconds=2,
)
def _(aws: Caller) -> None:
    queue = aws.fifo_queue({"ContentBasedDeduplication": "true", "DelaySeconds": "2"})
    send(aws, queue, "g-1", DelaySeconds=0)
    same(nothing_left(aws, queue), True, "whether there is nothing yet")
    same([message["Body"] for message in aws.received(queue, 1)], ["g-1"], "the bodies")
