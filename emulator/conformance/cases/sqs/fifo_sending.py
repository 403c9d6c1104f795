"""Message groups and deduplication."""

from hashlib import sha256

from emulator.conformance.caller import Caller
from emulator.conformance.case import Certainty, case
from emulator.conformance.cases.sources import RECORDED, SQS_API, SQS_GUIDE
from emulator.conformance.cases.sqs.messages import (
    BY_CONTENT,
    NOT_FOR_THIS_TYPE,
    bodies,
    delete,
    fifo_queue,
    invalid,
    missing,
    nothing_left,
)
from emulator.conformance.fixtures import FIFO_QUEUE, QUEUE
from emulator.conformance.mismatch import ABSENT, has, same
from emulator.conformance.tables import accepted, refused

_PAGE = f"{SQS_API}/API_SendMessage.html"
_IDS = f"{SQS_GUIDE}/using-messagededuplicationid-property.html"

# -- What ids are like -----------------------------------------------------------------------

_BAD: dict[str, tuple[str, Certainty]] = {
    "empty": ("", "recorded"),
    "too-long": ("a" * 129, "recorded"),
    "with-a-space": ("group 123", "recorded"),
    "beyond-ascii": ("grüppe", "documented"),
    "with-a-line-feed": ("group\n", "documented"),
}
_RULE = "{} can only include alphanumeric and punctuation characters. 1 to 128 in length."

for _name, (_id, _certainty) in _BAD.items():
    _source = RECORDED if _certainty == "recorded" else _PAGE
    for _kind, _queue in (("standard", QUEUE), ("fifo", BY_CONTENT)):
        refused(
            f"sqs/SendMessage/group-{_name}-on-a-{_kind}-queue",
            "A group has 1 to 128 letters, digits and punctuation characters.",
            {"QueueUrl": _queue, "MessageBody": "test", "MessageGroupId": _id},
            "InvalidParameterValue",
            invalid("MessageGroupId", _id, _RULE.format("MessageGroupId")),
            source=_source,
            certainty=_certainty,
        )
    refused(
        f"sqs/SendMessage/deduplication-id-{_name}",
        "A deduplication id has 1 to 128 letters, digits and punctuation characters.",
        {"QueueUrl": FIFO_QUEUE, "MessageBody": "test", "MessageGroupId": "g", "MessageDeduplicationId": _id},
        "InvalidParameterValue",
        invalid("MessageDeduplicationId", _id, _RULE.format("MessageDeduplicationId")),
        source=_source,
        certainty=_certainty,
    )
    refused(
        f"sqs/SendMessageBatch/group-{_name}",
        "A bad group in an entry is refused.",
        {"QueueUrl": QUEUE, "Entries": [{"Id": "1", "MessageBody": "test", "MessageGroupId": _id}]},
        "InvalidParameterValue",
        source=_PAGE,
        certainty="assumed",
    )
for _name, _id in {"of-128-characters": "a" * 128, "of-punctuation": "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"}.items():
    accepted(
        f"sqs/SendMessage/ids-{_name}",
        "Group and deduplication id have 1 to 128 letters, digits and punctuation characters.",
        {"QueueUrl": FIFO_QUEUE, "MessageBody": "test", "MessageGroupId": _id, "MessageDeduplicationId": _id},
        {"SequenceNumber": str},
        source=_PAGE,
        certainty="recorded" if _name == "of-128-characters" else "documented",
    )
refused(
    "sqs/SendMessage/without-group",
    "A message to a FIFO queue must have a group.",
    {"QueueUrl": BY_CONTENT, "MessageBody": "test"},
    "MissingParameter",
    missing("MessageGroupId"),
    source=_PAGE,
    certainty="reported",
)
refused(
    "sqs/SendMessage/without-deduplication-id",
    "A message to a FIFO queue must have a deduplication id, unless one is made from its content.",
    {"QueueUrl": FIFO_QUEUE, "MessageBody": "test", "MessageGroupId": "g"},
    "InvalidParameterValue",
    "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly",
    source=RECORDED,
    certainty="recorded",
)
refused(
    "sqs/SendMessage/deduplication-id-on-a-standard-queue",
    "A standard queue does not deduplicate.",
    {"QueueUrl": QUEUE, "MessageBody": "test", "MessageDeduplicationId": "1"},
    "InvalidParameterValue",
    invalid("MessageDeduplicationId", "1", NOT_FOR_THIS_TYPE),
    source="https://github.com/cdklabs/construct-hub/issues/905",
    certainty="reported",
)


@case(
    "sqs/SendMessage/group-on-a-standard-queue",
    "A standard queue takes a group, and shows it.",
    f"{SQS_GUIDE}/sqs-fair-queues.html",
    "documented",
)
def _(aws: Caller) -> None:
    queue = aws.queue()
    aws.sqs("SendMessage", QueueUrl=queue, MessageBody="test", MessageGroupId="tenant").gives(SequenceNumber=ABSENT)
    (message,) = aws.received(queue, 1, AttributeNames=["All"])
    has(message["Attributes"], {"MessageGroupId": "tenant", "SequenceNumber": ABSENT}, "the system attributes")


# -- Duplicates ------------------------------------------------------------------------------


def _sent(aws: Caller, queue: str, body: str, group: str, id: str | None = None) -> dict[str, str]:
    given = {} if id is None else {"MessageDeduplicationId": id}
    return aws.sqs("SendMessage", QueueUrl=queue, MessageBody=body, MessageGroupId=group, **given).result


_DIGEST = sha256(b"test").hexdigest()
# For each: the attributes of the queue, two messages (body, group, deduplication id), and whether both are delivered.
_PAIRS: dict[str, tuple[str, dict[str, str], tuple[str, str, str | None], tuple[str, str, str | None], bool]] = {
    "same-id": ("A second message with the id is not delivered.", {}, ("a", "g", "1"), ("b", "g", "1"), False),
    "another-id": ("Another id is another message.", {}, ("a", "g", "1"), ("a", "g", "2"), True),
    "same-content": (
        "With ContentBasedDeduplication a second message with the same body is not delivered.",
        {"ContentBasedDeduplication": "true"},
        ("test", "g", None),
        ("test", "g", None),
        False,
    ),
    "same-content-and-another-id": (
        "A given id is used instead of one made from the content.",
        {"ContentBasedDeduplication": "true"},
        ("test", "g", "1"),
        ("test", "g", "2"),
        True,
    ),
    "digest-of-the-content-as-id": (
        "The id made of the content is its SHA-256 digest.",
        {"ContentBasedDeduplication": "true"},
        ("test", "g", None),
        ("other", "g", _DIGEST),
        False,
    ),
    "same-id-in-another-group": ("The id counts in the whole queue.", {}, ("a", "g", "1"), ("b", "h", "1"), False),
    "same-content-in-another-group": (
        "The content counts in the whole queue.",
        {"ContentBasedDeduplication": "true"},
        ("test", "g", None),
        ("test", "h", None),
        False,
    ),
    "same-id-with-scope-of-groups": (
        "With DeduplicationScope messageGroup each group has ids of its own.",
        {"DeduplicationScope": "messageGroup"},
        ("a", "g", "1"),
        ("a", "h", "1"),
        True,
    ),
    "same-id-and-group-with-scope-of-groups": (
        "Within a group an id is used once.",
        {"DeduplicationScope": "messageGroup"},
        ("a", "g", "1"),
        ("b", "g", "1"),
        False,
    ),
}


@case(
    "sqs/SetQueueAttributes/scope-from-groups-to-the-queue",
    "An id that another group used before the scope was changed from messageGroup to queue does not make a duplicate.",
    RECORDED,
    "recorded",
)
def _(aws: Caller) -> None:
    queue = aws.fifo_queue({"DeduplicationScope": "messageGroup"})
    _sent(aws, queue, "a", "g", "1")
    aws.sqs("SetQueueAttributes", QueueUrl=queue, Attributes={"DeduplicationScope": "queue"}).succeeds()
    _sent(aws, queue, "b", "h", "1")
    same(sorted(message["Body"] for message in aws.received(queue, 2)), ["a", "b"], "the bodies")


def _pair(
    name: str,
    sentence: str,
    attributes: dict[str, str],
    first: tuple[str, str, str | None],
    second: tuple[str, str, str | None],
    both: bool,
) -> None:
    @case(
        f"sqs/SendMessage/{name}",
        sentence,
        RECORDED if "group" in name else _IDS,
        "recorded" if "group" in name else "documented",
    )
    def _(aws: Caller) -> None:
        queue = aws.fifo_queue(attributes)
        _sent(aws, queue, *first)
        _sent(aws, queue, *second)
        expected = [first[0], second[0]] if both else [first[0]]
        messages = aws.received(queue, len(expected))
        same(sorted(message["Body"] for message in messages), sorted(expected), "the bodies")
        delete(aws, queue, *(message["ReceiptHandle"] for message in messages))
        same(nothing_left(aws, queue), True, "whether nothing is left")


for _name, _row in _PAIRS.items():
    _pair(_name, *_row)


@case(
    "sqs/SendMessage/duplicate-is-answered-as-the-first",
    "The answer to a duplicate has the message id and the sequence number of the first.",
    _IDS,
    "assumed",
)
def _(aws: Caller) -> None:
    queue = aws.fifo_queue()
    first, second = _sent(aws, queue, "a", "g", "1"), _sent(aws, queue, "b", "g", "1")
    same(second["MessageId"], first["MessageId"], "the message id")
    same(second["SequenceNumber"], first["SequenceNumber"], "the sequence number")


@case(
    "sqs/SendMessage/id-of-a-deleted-message",
    "An id stays used when its message was received and deleted.",
    _IDS,
    "documented",
)
def _(aws: Caller) -> None:
    queue = fifo_queue(aws, "g-1")
    (message,) = aws.received(queue, 1)
    delete(aws, queue, message["ReceiptHandle"])
    _sent(aws, queue, "g-1", "g")
    same(nothing_left(aws, queue), True, "whether nothing is left")


@case(
    "sqs/SendMessageBatch/duplicate-within-the-batch",
    "Two entries with one deduplication id are one message; both succeed.",
    _IDS,
    "documented",
)
def _(aws: Caller) -> None:
    queue = aws.fifo_queue()
    entries = [
        {"Id": id, "MessageBody": id, "MessageGroupId": "g", "MessageDeduplicationId": "1"}
        for id in ("first", "second")
    ]
    aws.sqs("SendMessageBatch", QueueUrl=queue, Entries=entries).gives(Successful=lambda got: len(got) == 2)
    same(bodies(aws, queue), ["first"], "the bodies")


@case(
    "sqs/SendMessage/same-content-and-other-attributes",
    "Message attributes are no part of the content.",
    _IDS,
    "documented",
)
def _(aws: Caller) -> None:
    queue = fifo_queue(aws)
    for value in ("1", "2"):
        attributes = {"a": {"DataType": "String", "StringValue": value}}
        aws.sqs(
            "SendMessage", QueueUrl=queue, MessageBody="test", MessageGroupId="g", MessageAttributes=attributes
        ).succeeds()
    same(bodies(aws, queue), ["test"], "the bodies")
