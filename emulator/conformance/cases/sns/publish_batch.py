"""PublishBatch."""

import json

from emulator.conformance.caller import Caller
from emulator.conformance.case import case
from emulator.conformance.cases.addresses import unknown_topic
from emulator.conformance.cases.sources import RECORDED, SNS_API
from emulator.conformance.filtering import number
from emulator.conformance.fixtures import FIFO_TOPIC, TOPIC
from emulator.conformance.mismatch import ABSENT, has, same
from emulator.conformance.tables import accepted, refused

_PAGE = f"{SNS_API}/API_PublishBatch.html"
_SUBJECTS = "https://github.com/getmoto/moto/issues/1503"
_ENTRY = {"Id": "1", "Message": "hello"}


@case(
    "sns/PublishBatch/every-entry-is-delivered",
    "Each entry is published like a message of its own; Failed is there, and empty.",
    RECORDED,
    "recorded",
)
def _(aws: Caller) -> None:
    topic, queue = aws.topic(), aws.queue()
    aws.subscribe(topic, queue)
    entries = [
        {"Id": "1", "Message": "one", "Subject": "s", "MessageAttributes": {"attr1": number("99.12")}},
        {"Id": "2", "Message": '{"default": "default text", "sqs": "two"}', "MessageStructure": "json"},
        {"Id": "3", "Message": "three"},
    ]
    answer = aws.sns("PublishBatch", TopicArn=topic, PublishBatchRequestEntries=entries).gives(Failed=[])
    successful = {entry["Id"]: entry["MessageId"] for entry in answer["Successful"]}
    same(sorted(successful), ["1", "2", "3"], "the ids of Successful")
    envelopes = {each["Message"]: each for each in (json.loads(got["Body"]) for got in aws.received(queue, 3))}
    same(sorted(envelopes), ["one", "three", "two"], "the messages")
    has(envelopes["one"], {"MessageId": successful["1"], "Subject": "s"}, "the first envelope")
    has(envelopes["one"], {"MessageAttributes": {"attr1": {"Type": "Number", "Value": "99.12"}}}, "the first envelope")
    has(envelopes["three"], {"MessageId": successful["3"], "Subject": ABSENT}, "the third envelope")


@case(
    "sns/PublishBatch/bad-subject-spoils-its-entry-alone",
    "An entry with a subject of 101 characters fails, and the others are published.",
    _SUBJECTS,
    "reported",
)
def _(aws: Caller) -> None:
    topic, queue = aws.topic(), aws.queue()
    aws.subscribe(topic, queue, {"RawMessageDelivery": "true"})
    entries = [
        {"Id": "1", "Message": "one", "Subject": "x" * 100},
        {"Id": "2", "Message": "two", "Subject": "x" * 101},
        {"Id": "3", "Message": "three", "Subject": "two\nlines"},
        {"Id": "4", "Message": "four"},
    ]
    answer = aws.sns("PublishBatch", TopicArn=topic, PublishBatchRequestEntries=entries).result
    same([entry["Id"] for entry in answer["Successful"]], ["1", "4"], "the ids of Successful")
    failed = {"Code": "InvalidParameter", "Message": "Invalid parameter: Subject", "SenderFault": True}
    same(answer["Failed"], [{"Id": "2", **failed}, {"Id": "3", **failed}], "Failed")
    same(sorted(message["Body"] for message in aws.received(queue, 2)), ["four", "one"], "the messages")


def _entries(*ids: str, message: str = "hello") -> list[dict[str, str]]:
    return [{"Id": each, "Message": message} for each in ids]


for _end, _id in (("80-characters", "a" * 80), ("hyphen-and-underscore", "valid-message_123")):
    accepted(
        f"sns/PublishBatch/entry-id-of-{_end}",
        "The id of an entry has up to 80 letters, digits, hyphens and underscores.",
        {"TopicArn": TOPIC, "PublishBatchRequestEntries": _entries(_id)},
        {"Successful": [{"Id": _id, "MessageId": str}], "Failed": []},
        source=RECORDED,
        certainty="recorded",
    )
accepted(
    "sns/PublishBatch/ten-entries",
    "A batch has up to ten entries.",
    {"TopicArn": TOPIC, "PublishBatchRequestEntries": _entries(*map(str, range(10)))},
    {"Failed": []},
    source=_PAGE,
    certainty="documented",
)
accepted(
    "sns/PublishBatch/262144-bytes",
    "The messages of a batch have up to 256 KiB together; the ids of the entries do not count.",
    {"TopicArn": TOPIC, "PublishBatchRequestEntries": _entries("1", "2", message="x" * 131_072)},
    {"Failed": []},
    source=RECORDED,
    certainty="recorded",
)

_CHARACTER = "The Id of a batch entry in the batch request contains an impermissible character: "
_LENGTH = "The Id of a batch entry in the batch request is too long: "
_TOO_LONG = "The length of all the messages put together is more than the limit."
# Batches that are refused whole, by the end of the id: the sentence, the entries, code and message.
_REFUSED: dict[str, tuple[str, list[dict[str, object]], str, str]] = {
    "eleven-entries": (
        "A batch has up to ten entries.",
        [{"Id": str(n), "Message": "hello"} for n in range(11)],
        "TooManyEntriesInBatchRequest",
        "The batch request contains more entries than permissible.",
    ),
    "repeated-id": (
        "The ids of a batch are distinct.",
        [{**_ENTRY}, {**_ENTRY}],
        "BatchEntryIdsNotDistinct",
        "Two or more batch entries in the request have the same Id.",
    ),
    "id-with-a-dot": (
        "An id has no dot.",
        [{**_ENTRY, "Id": "message.id"}],
        "InvalidBatchEntryId",
        f"{_CHARACTER}message.id",
    ),
    "id-with-special-characters": (
        "An id has no special characters.",
        [{**_ENTRY, "Id": "msg@123#test"}],
        "InvalidBatchEntryId",
        f"{_CHARACTER}msg@123#test",
    ),
    "id-of-81-characters": (
        "An id has up to 80 characters.",
        [{**_ENTRY, "Id": "a" * 81}],
        "InvalidBatchEntryId",
        f"{_LENGTH}{'a' * 81}",
    ),
    "262145-bytes": (
        "The messages of a batch have up to 256 KiB together.",
        [{"Id": "1", "Message": "x" * 131_072}, {"Id": "2", "Message": "x" * 131_073}],
        "BatchRequestTooLong",
        _TOO_LONG,
    ),
    "too-long-by-attributes": (
        "Attributes count towards the length of a batch.",
        [{"Id": "1", "Message": "x" * 262_140, "MessageAttributes": {"attr1": number("1")}}],
        "BatchRequestTooLong",
        _TOO_LONG,
    ),
}
for _end, (_sentence, _batch, _code, _message) in _REFUSED.items():
    refused(
        f"sns/PublishBatch/{_end}",
        _sentence,
        {"TopicArn": TOPIC, "PublishBatchRequestEntries": _batch},
        _code,
        _message,
        source=RECORDED,
        certainty="recorded",
    )

refused(
    "sns/PublishBatch/no-entries",
    "A batch has an entry.",
    {"TopicArn": TOPIC, "PublishBatchRequestEntries": []},
    "EmptyBatchRequest",
    source=_PAGE,
    certainty="modeled",
)
refused(
    "sns/PublishBatch/without-entries",
    "Entries must be given.",
    {"TopicArn": TOPIC},
    "ValidationError",
    "1 validation error detected: Value null at 'publishBatchRequestEntries' failed to satisfy constraint: "
    "Member must not be null",
    source=_PAGE,
    certainty="modeled",
)
for _member in ("Id", "Message"):
    refused(
        f"sns/PublishBatch/entry-without-{_member.lower()}",
        "An entry has an id and a message.",
        {
            "TopicArn": TOPIC,
            "PublishBatchRequestEntries": [{name: text for name, text in _ENTRY.items() if name != _member}],
        },
        "ValidationError",
        f"1 validation error detected: Value null at 'publishBatchRequestEntries.1.member.{_member.lower()}' "
        "failed to satisfy constraint: Member must not be null",
        source=_PAGE,
        certainty="modeled",
    )
unknown_topic("PublishBatch", {"PublishBatchRequestEntries": [_ENTRY]})
refused(
    "sns/PublishBatch/empty-message",
    "An empty message is refused.",
    {"TopicArn": TOPIC, "PublishBatchRequestEntries": [_ENTRY, {"Id": "2", "Message": ""}]},
    "InvalidParameter",
    source=_PAGE,
    certainty="assumed",
)
refused(
    "sns/PublishBatch/fifo-topic-without-a-group",
    "A FIFO topic needs a message group for each entry.",
    {"TopicArn": FIFO_TOPIC, "PublishBatchRequestEntries": [_ENTRY]},
    "InvalidParameter",
    "Invalid parameter: The MessageGroupId parameter is required for FIFO topics",
    source=RECORDED,
    certainty="recorded",
)
refused(
    "sns/PublishBatch/fifo-topic-without-deduplication",
    "A FIFO topic needs a deduplication id for each entry, unless it makes one of the content.",
    {"TopicArn": FIFO_TOPIC, "PublishBatchRequestEntries": [{**_ENTRY, "MessageGroupId": "group"}]},
    "InvalidParameter",
    "Invalid parameter: The topic should either have ContentBasedDeduplication enabled or MessageDeduplicationId "
    "provided explicitly",
    source=RECORDED,
    certainty="recorded",
)
refused(
    "sns/PublishBatch/repeated-id-before-fifo-parameters",
    "The ids are looked at before message groups.",
    {"TopicArn": FIFO_TOPIC, "PublishBatchRequestEntries": [_ENTRY, _ENTRY]},
    "BatchEntryIdsNotDistinct",
    source=RECORDED,
    certainty="recorded",
)


@case(
    "sns/PublishBatch/topic-of-another-region",
    "A topic's ARN of another region is refused.",
    RECORDED,
    "recorded",
)
def _(aws: Caller) -> None:
    elsewhere = aws.topic().replace(f":{aws.region}:", ":eu-north-1:" if aws.region != "eu-north-1" else ":us-east-1:")
    answer = aws.sns("PublishBatch", TopicArn=elsewhere, PublishBatchRequestEntries=[_ENTRY])
    answer.refused("InvalidParameter", "Invalid parameter: TopicArn")
