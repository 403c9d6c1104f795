"""Lone surrogates in a JSON request, which no text in UTF-8 can contain."""

from typing import Any

from emulator.conformance.cases.sources import SQS_API
from emulator.conformance.cases.sqs.messages import failed
from emulator.conformance.cases.sqs.send_message import illegal_character
from emulator.conformance.fixtures import QUEUE
from emulator.conformance.tables import accepted, refused

_PAGE = f"{SQS_API}/API_SendMessage.html"
_HALF = "\ud83d"
_STRING = {"DataType": "String", "StringValue": "x"}

for _name, _body in {"high": f"a{_HALF}b", "low": "\ude00", "swapped": "\ude00\ud83d"}.items():
    refused(
        f"sqs/SendMessage/half-a-surrogate-pair-{_name}",
        "Half a surrogate pair in a body is a character outside the allowed set.",
        {"QueueUrl": QUEUE, "MessageBody": _body},
        "InvalidMessageContents",
        illegal_character("DE00" if _name != "high" else "D83D"),
        source=_PAGE,
        certainty="assumed",
        protocols=("json",),
        shape="InvalidMessageContents",
    )

_ELSEWHERE: dict[str, dict[str, Any]] = {
    "in-an-attribute-value": {"MessageAttributes": {"a": _STRING | {"StringValue": _HALF}}},
    "in-an-attribute-name": {"MessageAttributes": {f"a{_HALF}": _STRING}},
    "in-an-attribute-type": {"MessageAttributes": {"a": _STRING | {"DataType": f"String.{_HALF}"}}},
    "in-a-system-attribute": {"MessageSystemAttributes": {"AWSTraceHeader": _STRING | {"StringValue": _HALF}}},
    "in-a-group": {"MessageGroupId": _HALF},
}
for _name, _given in _ELSEWHERE.items():
    refused(
        f"sqs/SendMessage/half-a-surrogate-pair-{_name}",
        "Half a surrogate pair is refused as any other illegal character of this parameter.",
        {"QueueUrl": QUEUE, "MessageBody": "test", **_given},
        "InvalidParameterValue",
        source=_PAGE,
        certainty="assumed",
        protocols=("json",),
    )

for _name, _bad, _code in (
    ("in-a-body", {"MessageBody": _HALF}, "InvalidMessageContents"),
    (
        "in-an-attribute-value",
        {"MessageBody": "test", "MessageAttributes": {"a": _STRING | {"StringValue": _HALF}}},
        "InvalidParameterValue",
    ),
):
    accepted(
        f"sqs/SendMessageBatch/half-a-surrogate-pair-{_name}",
        "Half a surrogate pair fails its entry alone.",
        {"QueueUrl": QUEUE, "Entries": [{"Id": "bad", **_bad}, {"Id": "good", "MessageBody": "\U0001f600"}]},
        {"Failed": [failed("bad", _code)], "Successful": lambda got: [entry["Id"] for entry in got] == ["good"]},
        source=f"{SQS_API}/API_SendMessageBatch.html",
        certainty="assumed",
        protocols=("json",),
    )
refused(
    "sqs/SendMessageBatch/half-a-surrogate-pair-in-an-id",
    "Half a surrogate pair is refused in the id of an entry.",
    {"QueueUrl": QUEUE, "Entries": [{"Id": _HALF, "MessageBody": "test"}]},
    "AWS.SimpleQueueService.InvalidBatchEntryId",
    source=f"{SQS_API}/API_SendMessageBatch.html",
    certainty="assumed",
    protocols=("json",),
)
for _action, _more in (("DeleteMessage", {}), ("ChangeMessageVisibility", {"VisibilityTimeout": 0})):
    refused(
        f"sqs/{_action}/half-a-surrogate-pair",
        "Half a surrogate pair is refused in a receipt handle.",
        {"QueueUrl": QUEUE, "ReceiptHandle": _HALF, **_more},
        "ReceiptHandleIsInvalid",
        source=f"{SQS_API}/API_{_action}.html",
        certainty="assumed",
        protocols=("json",),
        status=404,
    )
