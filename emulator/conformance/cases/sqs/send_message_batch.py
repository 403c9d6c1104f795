"""SendMessageBatch: what is refused as a whole, and what fails entry by entry."""

from typing import Any

from emulator.conformance.caller import Caller
from emulator.conformance.case import Certainty, case
from emulator.conformance.cases.addresses import unknown_queue
from emulator.conformance.cases.sources import RECORDED, SQS_API
from emulator.conformance.cases.sqs.messages import (
    BY_CONTENT,
    SMALL_QUEUE,
    bodies,
    failed,
    fifo_queue,
    missing,
)
from emulator.conformance.cases.sqs.send_message import illegal_character
from emulator.conformance.fixtures import FIFO_QUEUE, QUEUE, Fixture
from emulator.conformance.mismatch import ABSENT, same
from emulator.conformance.tables import accepted, refused

_PAGE = f"{SQS_API}/API_SendMessageBatch.html"
_NO_DEDUPLICATION = (
    "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly"
)
_TOO_MUCH = "Batch requests cannot be longer than 1048576 bytes. You have sent 1048577 bytes."
_HALF = "a" * 524_288
_ATTRIBUTES = {"k": {"DataType": "String", "StringValue": "x"}}  # eight bytes


def _entry(id: str, body: str = "hello", **more: Any) -> dict[str, Any]:
    return {"Id": id, "MessageBody": body, **more}


accepted(
    "sqs/SendMessageBatch/members",
    "Each success has its id, that of the message and a digest; without failures there is no Failed.",
    {"QueueUrl": QUEUE, "Entries": [_entry("a-1_B")]},
    {
        "Successful": [
            {"Id": "a-1_B", "MessageId": str, "MD5OfMessageBody": "5d41402abc4b2a76b9719d911017c592"},
        ],
        "Failed": ABSENT,
    },
    source=RECORDED,
    certainty="recorded",
)
accepted(
    "sqs/SendMessageBatch/members-on-a-fifo-queue",
    "On a FIFO queue each success has a sequence number, too.",
    {"QueueUrl": BY_CONTENT, "Entries": [_entry("1", MessageGroupId="g")]},
    {"Successful": [{"Id": "1", "MessageId": str, "MD5OfMessageBody": str, "SequenceNumber": str}]},
    source=_PAGE,
    certainty="documented",
)
accepted(
    "sqs/SendMessageBatch/ten-entries",
    "A batch has up to ten entries, with ids of up to 80 characters.",
    {"QueueUrl": QUEUE, "Entries": [_entry(f"{number}" * 80) for number in range(10)]},
    {"Successful": lambda got: {entry["Id"] for entry in got} == {f"{number}" * 80 for number in range(10)}},
    source=_PAGE,
    certainty="documented",
)
accepted(
    "sqs/SendMessageBatch/one-mebibyte",
    "All messages together have up to 1,048,576 bytes.",
    {"QueueUrl": QUEUE, "Entries": [_entry("1", _HALF), _entry("2", _HALF)]},
    {"Successful": lambda got: len(got) == 2},
    source=_PAGE,
    certainty="documented",
)
accepted(
    "sqs/SendMessageBatch/more-than-the-longest-message",
    "MaximumMessageSize does not bound the whole batch.",
    {
        "QueueUrl": SMALL_QUEUE,
        "Entries": [_entry("1", "a" * 1016, MessageAttributes=_ATTRIBUTES), _entry("2", "a" * 1024)],
    },
    {"Successful": lambda got: len(got) == 2, "Failed": ABSENT},
    source=RECORDED,
    certainty="recorded",
)


@case(
    "sqs/SendMessageBatch/order-on-a-fifo-queue",
    "A FIFO queue takes the entries in the order of the list.",
    _PAGE,
    "documented",
)
def _(aws: Caller) -> None:
    queue = fifo_queue(aws)
    entries = [_entry(str(number), f"message {number}", MessageGroupId="g") for number in range(10)]
    aws.sqs("SendMessageBatch", QueueUrl=queue, Entries=entries).succeeds()
    same(bodies(aws, queue), [f"message {number}" for number in range(10)], "the bodies")


# -- What is refused as a whole --------------------------------------------------------------

_PREFIX = "AWS.SimpleQueueService."

_WHOLE: dict[str, tuple[str, Fixture, list[dict[str, Any]], str, object, Certainty]] = {
    "one-byte-too-many": (
        "All messages together have at most 1,048,576 bytes.",
        QUEUE,
        [_entry("1", _HALF), _entry("2", f"{_HALF}a")],
        f"{_PREFIX}BatchRequestTooLong",
        _TOO_MUCH,
        "recorded",
    ),
    "one-byte-too-many-with-attributes": (
        "Attributes count towards the size of the batch, in bytes of UTF-8.",
        QUEUE,
        [_entry("1", "ü" * 524_284, MessageAttributes=_ATTRIBUTES), _entry("2", "a")],
        f"{_PREFIX}BatchRequestTooLong",
        _TOO_MUCH,
        "recorded",
    ),
    "without-group": (
        "One entry without a group fails the whole batch of a FIFO queue.",
        BY_CONTENT,
        [_entry("1", "a", MessageGroupId="g"), _entry("2", "b")],
        "InvalidParameterValue",
        missing("MessageGroupId"),
        "recorded",
    ),
    "without-deduplication-id": (
        "One entry without a deduplication id fails the whole batch of a FIFO queue without ContentBasedDeduplication.",
        FIFO_QUEUE,
        [_entry("1", "a", MessageGroupId="g", MessageDeduplicationId="1"), _entry("2", "b", MessageGroupId="g")],
        "InvalidParameterValue",
        _NO_DEDUPLICATION,
        "recorded",
    ),
    "entry-without-body": (
        "Each entry must have a body.",
        QUEUE,
        [_entry("1"), {"Id": "2"}],
        "MissingParameter",
        str,
        "modeled",
    ),
    "entry-without-id": (
        "Each entry must have an id.",
        QUEUE,
        [_entry("1"), {"MessageBody": "b"}],
        "MissingParameter",
        str,
        "modeled",
    ),
}
for _name, (_sentence, _queue, _entries, _code, _message, _certainty) in _WHOLE.items():
    refused(
        f"sqs/SendMessageBatch/{_name}",
        _sentence,
        {"QueueUrl": _queue, "Entries": _entries},
        _code,
        _message,
        source=RECORDED if _certainty == "recorded" else _PAGE,
        certainty=_certainty,
    )
unknown_queue("SendMessageBatch", {"Entries": [_entry("1")]})

# -- What fails alone ------------------------------------------------------------------------

_ALONE: dict[str, tuple[str, Fixture, dict[str, Any], str, object, Certainty]] = {
    "illegal-character": (
        "A character that XML does not allow fails its entry.",
        QUEUE,
        _entry("bad", "a\x01"),
        "InvalidMessageContents",
        illegal_character("1"),
        "recorded",
    ),
    "empty-body": ("An empty body fails its entry.", QUEUE, _entry("bad", ""), "MissingParameter", str, "assumed"),
    "longer-than-the-longest-message": (
        "An entry that is longer than MaximumMessageSize fails.",
        SMALL_QUEUE,
        _entry("bad", "a" * 1025),
        "InvalidParameterValue",
        "One or more parameters cannot be validated. Reason: Message must be shorter than 1024 bytes.",
        "recorded",
    ),
    "longer-by-its-attributes": (
        "The attributes of an entry count towards MaximumMessageSize.",
        SMALL_QUEUE,
        _entry("bad", "a" * 1017, MessageAttributes=_ATTRIBUTES),
        "InvalidParameterValue",
        "One or more parameters cannot be validated. Reason: Message must be shorter than 1024 bytes.",
        "recorded",
    ),
    "delay-out-of-range": (
        "A delay of more than 900 seconds fails its entry.",
        QUEUE,
        _entry("bad", DelaySeconds=901),
        "InvalidParameterValue",
        str,
        "documented",
    ),
    "delay-on-a-fifo-queue": (
        "A delay fails its entry on a FIFO queue.",
        BY_CONTENT,
        _entry("bad", "a", MessageGroupId="g", DelaySeconds=1),
        "InvalidParameterValue",
        str,
        "documented",
    ),
}


def _fails_alone(
    name: str, sentence: str, queue: Fixture, bad: dict[str, Any], code: str, message: object, certainty: Certainty
) -> None:
    good = _entry("good", "b", **({"MessageGroupId": "g"} if "MessageGroupId" in bad else {}))
    accepted(
        f"sqs/SendMessageBatch/{name}",
        f"{sentence} The others are sent.",
        {"QueueUrl": queue, "Entries": [bad, good]},
        {
            "Failed": [failed("bad", code, message)],
            "Successful": lambda got: [entry["Id"] for entry in got] == ["good"],
        },
        source=RECORDED if certainty == "recorded" else _PAGE,
        certainty=certainty,
    )


for _name, _row in _ALONE.items():
    _fails_alone(_name, *_row)
accepted(
    "sqs/SendMessageBatch/all-fail",
    "If every entry fails there is no Successful; the status is still 200.",
    {"QueueUrl": QUEUE, "Entries": [_entry("a", "\x01"), _entry("b", "\x02")]},
    {"Successful": ABSENT, "Failed": lambda got: [entry["Id"] for entry in got] == ["a", "b"]},
    source=RECORDED,
    certainty="recorded",
)
