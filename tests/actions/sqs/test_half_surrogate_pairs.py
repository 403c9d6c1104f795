"""Half a surrogate pair in a JSON request is refused wherever a text has rules, and never kept."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from api_shapes import sqs
from emulator.aws.errors import MissingParameter
from tests.actions.sqs.raw import RawCaller

HALF = "\ud83d"
ALLOWED = "#x9 | #xA | #xD | [#x20-#xD7FF] | [#xE000-#xFFFD] | [#x10000-#x10FFFF]"
CONTENTS = (
    f"Invalid binary character '#xD83D' was found in the message body, the set of allowed characters is {ALLOWED}."
)

ATTRIBUTE = {"DataType": "String", "StringValue": "x"}
MESSAGE = {
    "MessageBody": "b",
    "MessageGroupId": "g",
    "MessageAttributes": {"a": ATTRIBUTE},
    "MessageSystemAttributes": {"AWSTraceHeader": ATTRIBUTE},
}
HANDLE = {"ReceiptHandle": "handle"}
# A request of each operation, with every text it may have.
REQUESTS: dict[str, dict[str, Any]] = {
    "AddPermission": {"QueueUrl": "q", "Label": "l", "AWSAccountIds": ["123456789012"], "Actions": ["SendMessage"]},
    "CancelMessageMoveTask": {"TaskHandle": "handle"},
    "ChangeMessageVisibility": {"QueueUrl": "q", "VisibilityTimeout": 0, **HANDLE},
    "ChangeMessageVisibilityBatch": {"QueueUrl": "q", "Entries": [{"Id": "1", "VisibilityTimeout": 0, **HANDLE}]},
    "CreateQueue": {"QueueName": "n", "tags": {"k": "v"}},
    "DeleteMessage": {"QueueUrl": "q", **HANDLE},
    "DeleteMessageBatch": {"QueueUrl": "q", "Entries": [{"Id": "1", **HANDLE}]},
    "DeleteQueue": {"QueueUrl": "q"},
    "GetQueueAttributes": {"QueueUrl": "q", "AttributeNames": ["All"]},
    "GetQueueUrl": {"QueueName": "q", "QueueOwnerAWSAccountId": "123456789012"},
    "ListDeadLetterSourceQueues": {"QueueUrl": "q", "NextToken": "t"},
    "ListMessageMoveTasks": {"SourceArn": "a"},
    "ListQueues": {"QueueNamePrefix": "q"},
    "ListQueueTags": {"QueueUrl": "q"},
    "PurgeQueue": {"QueueUrl": "q"},
    "ReceiveMessage": {
        "QueueUrl": "q",
        "AttributeNames": ["All"],
        "MessageSystemAttributeNames": ["All"],
        "MessageAttributeNames": ["a"],
        "ReceiveRequestAttemptId": "a",
    },
    "RemovePermission": {"QueueUrl": "q", "Label": "l"},
    "SendMessage": {"QueueUrl": "q", "MessageDeduplicationId": "d", **MESSAGE},
    "SendMessageBatch": {"QueueUrl": "q", "Entries": [{"Id": "1", "MessageDeduplicationId": "d", **MESSAGE}]},
    "SetQueueAttributes": {"QueueUrl": "q", "Attributes": {"VisibilityTimeout": "1"}},
    "StartMessageMoveTask": {"SourceArn": "a", "DestinationArn": "b"},
    "TagQueue": {"QueueUrl": "q", "Tags": {"k": "v"}},
    "UntagQueue": {"QueueUrl": "q", "TagKeys": ["k"]},
}
# Texts that are only looked for among others, and not found.
SOUGHT = ("ReceiveMessage.MessageAttributeNames.0", "UntagQueue.TagKeys.0", "ListQueues.QueueNamePrefix")
POLICY = '{"Version":"2012-10-17","Statement":[{"Sid":"%s","Effect":"Allow","Principal":"*","Action":"SQS:*"}]}'
ATTRIBUTES = {
    "KmsMasterKeyId": HALF,
    "Policy": POLICY % HALF,
    "RedrivePolicy": f'{{"maxReceiveCount":1,"deadLetterTargetArn":"{HALF}"}}',
    "RedriveAllowPolicy": f'{{"redrivePermission":"byQueue","sourceQueueArns":["{HALF}"]}}',
    HALF: "1",
}


def spoiled(value: Any) -> Iterator[tuple[str, Any]]:
    """``value`` with half a surrogate pair in the place of one text or key, for each; with the way to it."""
    if isinstance(value, str):
        yield "", HALF
    elif isinstance(value, list):
        for index, element in enumerate(value):
            for way, other in spoiled(element):
                yield f".{index}{way}", [*value[:index], other, *value[index + 1 :]]
    elif isinstance(value, dict):
        for name, element in value.items():
            for way, other in spoiled(element):
                yield f".{name}{way}", {**value, name: other}
            if name[0].islower() and name != "tags":  # the key of a map
                yield f".{name}!", {HALF if key == name else key: each for key, each in value.items()}


CASES = [
    pytest.param(action, document, action + way in SOUGHT, id=action + way)
    for action, request in REQUESTS.items()
    for way, document in spoiled(request)
]


@pytest.fixture
def queue(raw: RawCaller) -> str:
    """The FIFO queue that requests here mean by ``q``."""
    answer = raw.json("CreateQueue", {"QueueName": "q.fifo", "Attributes": {"FifoQueue": "true"}})
    return str(answer.json["QueueUrl"])


def test_every_operation_is_tried() -> None:
    assert REQUESTS.keys() == sqs.OPERATIONS.keys()


@pytest.mark.parametrize(("action", "document", "sought"), CASES)
def test_half_a_surrogate_pair_is_refused_and_not_kept(
    raw: RawCaller, queue: str, action: str, document: dict[str, Any], sought: bool
) -> None:
    named = "q.fifo" if action == "GetQueueUrl" else queue
    for name in ("QueueUrl", "QueueName"):
        if document.get(name) == "q":
            document = {**document, name: named}
    answer = raw.json(action, document)
    refused = 400 <= answer.status < 500 or "Failed" in answer.json
    assert refused is not sought, answer.body
    assert answer.json.get("__type") != "com.amazon.coral.service#SerializationException"
    assert_not_kept(raw)


def assert_not_kept(raw: RawCaller) -> None:
    state = raw.send("GET", f"/_emulator/state?account={raw.account}", {})
    assert state.status == 200
    assert "\\ud83d" not in state.body.decode()


@pytest.mark.parametrize("attribute", ATTRIBUTES)
def test_half_a_surrogate_pair_is_no_part_of_an_attribute(raw: RawCaller, queue: str, attribute: str) -> None:
    attributes = {attribute: ATTRIBUTES[attribute]}
    for answer in (
        raw.json("SetQueueAttributes", {"QueueUrl": queue, "Attributes": attributes}),
        raw.json("CreateQueue", {"QueueName": "new", "Attributes": attributes}),
    ):
        assert answer.status == 400, answer.body
    assert_not_kept(raw)


@pytest.mark.parametrize("name", ["Policy", "RedriveAllowPolicy"])
def test_half_a_surrogate_pair_escaped_once_more_does_no_harm(raw: RawCaller, queue: str, name: str) -> None:
    value = ATTRIBUTES[name].replace(HALF, "\\ud83d")
    raw.json("SetQueueAttributes", {"QueueUrl": queue, "Attributes": {name: value}})
    permission = {"QueueUrl": queue, "Label": "l", "AWSAccountIds": ["123456789012"], "Actions": ["SendMessage"]}
    assert raw.json("AddPermission", permission).status == 200
    assert raw.json("GetQueueAttributes", {"QueueUrl": queue, "AttributeNames": ["All"]}).status == 200
    assert raw.send("GET", f"/_emulator/state?account={raw.account}", {}).status == 200


def test_it_is_an_illegal_character_of_a_body(raw: RawCaller, queue: str) -> None:
    answer = raw.json(
        "SendMessage",
        {"QueueUrl": queue, "MessageBody": f"a{HALF}b", "MessageGroupId": "g", "MessageDeduplicationId": "1"},
    )
    assert answer.json_error == (
        400,
        "com.amazonaws.sqs#InvalidMessageContents",
        "InvalidMessageContents;Sender",
        CONTENTS,
    )


def test_it_fails_its_entry_alone(raw: RawCaller) -> None:
    raw.json("CreateQueue", {"QueueName": "standard"})
    attribute = {"DataType": "String", "StringValue": HALF}
    entries = [
        {"Id": "body", "MessageBody": HALF},
        {"Id": "value", "MessageBody": "b", "MessageAttributes": {"a": attribute}},
        {"Id": "name", "MessageBody": "b", "MessageAttributes": {HALF: ATTRIBUTE}},
        {"Id": "none", "MessageBody": ""},
        {"Id": "good", "MessageBody": "\U0001f600"},
    ]
    answer = raw.json("SendMessageBatch", {"QueueUrl": "standard", "Entries": entries})
    assert [entry["Id"] for entry in answer.json["Successful"]] == ["good"]
    failures = {entry["Id"]: entry["Code"] for entry in answer.json["Failed"]}
    assert failures == {
        "body": "InvalidMessageContents",
        "value": "InvalidParameterValue",
        "name": "InvalidParameterValue",
        "none": MissingParameter.code,
    }
    assert json.loads(answer.body)["Failed"][0]["Message"] == CONTENTS
