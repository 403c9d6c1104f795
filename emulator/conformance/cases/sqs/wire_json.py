"""The AWS JSON protocol of SQS."""

import json
from typing import Any

from emulator.conformance.answer import Answer
from emulator.conformance.caller import JSON, Caller
from emulator.conformance.case import case
from emulator.conformance.cases.sources import RECORDED
from emulator.conformance.mismatch import same
from emulator.conformance.protocols import Protocol

_PROTOCOL = "https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html"
_QUERY_COMPATIBLE = "https://smithy.io/2.0/aws/protocols/aws-query-protocol.html"
_RFC = "https://www.rfc-editor.org/rfc/rfc9110#section-8.3.1"
_CORAL = "com.amazon.coral.service"
_ONLY: tuple[Protocol, ...] = ("json",)


def _error(answer: Answer) -> tuple[Any, ...]:
    return answer.http.status, answer.http.document["__type"], answer.http.headers.get("x-amzn-query-error")


@case(
    "sqs/Wire/json-success",
    "A success has the content type of the protocol and a request id.",
    _PROTOCOL,
    "documented",
    protocols=_ONLY,
)
def _(aws: Caller) -> None:
    answer = aws.json("ListQueues", {})
    same(answer.http.status, 200, "the status")
    same(answer.http.headers["content-type"], JSON, "Content-Type")
    same(len(answer.http.headers["x-amzn-requestid"]), 36, "the length of x-amzn-RequestId")


@case(
    "sqs/Wire/json-action-without-result",
    "The body is empty after an action that has no result, and {} if the result has no members.",
    RECORDED,
    "recorded",
    protocols=_ONLY,
)
def _(aws: Caller) -> None:
    queue = aws.queue()
    done = aws.json("SetQueueAttributes", {"QueueUrl": queue, "Attributes": {"DelaySeconds": "0"}})
    same((done.http.status, done.http.text, done.http.headers["content-type"]), (200, "", JSON))
    same(aws.json("ReceiveMessage", {"QueueUrl": queue}).http.text, "{}", "the body")
    same(aws.json("DeleteQueue", {"QueueUrl": queue}).http.text, "", "the body")


@case(
    "sqs/Wire/json-error",
    "An error has its shape in __type and its older code in the header x-amzn-query-error.",
    _QUERY_COMPATIBLE,
    "documented",
    protocols=_ONLY,
)
def _(aws: Caller) -> None:
    answer = aws.json("GetQueueUrl", {"QueueName": aws.name()})
    code = "AWS.SimpleQueueService.NonExistentQueue;Sender"
    same(_error(answer), (400, "com.amazonaws.sqs#QueueDoesNotExist", code))
    same(answer.http.headers["content-type"], JSON, "Content-Type")


@case(
    "sqs/Wire/json-error-outside-the-model",
    "An error that the model of SQS does not have is one of the framework.",
    RECORDED,
    "recorded",
    protocols=_ONLY,
)
def _(aws: Caller) -> None:
    answer = aws.json("ReceiveMessage", {"QueueUrl": aws.queue(), "MaxNumberOfMessages": 11})
    same(_error(answer), (400, f"{_CORAL}#InvalidParameterValueException", "InvalidParameterValue;Sender"))


@case(
    "sqs/Wire/json-on-the-path-of-a-queue",
    "A JSON request to the path of a queue is answered as one to /.",
    RECORDED,
    "recorded",
    protocols=_ONLY,
)
def _(aws: Caller) -> None:
    queue = aws.queue()
    path = "/" + "/".join(queue.split("/")[-2:])
    answer = aws.json("GetQueueAttributes", {"QueueUrl": queue, "AttributeNames": ["DelaySeconds"]}, target=path)
    same(answer.result, {"Attributes": {"DelaySeconds": "0"}})


@case(
    "sqs/Wire/json-unknown-members",
    "Members that the operation does not have are ignored.",
    _PROTOCOL,
    "documented",
    protocols=_ONLY,
)
def _(aws: Caller) -> None:
    aws.json("ListQueues", {"QueueNamePrefix": aws.name(), "Unknown": {"a": [1, None]}}).succeeds()


@case("sqs/Wire/json-null-members", "A member that is null counts as absent.", _PROTOCOL, "documented", protocols=_ONLY)
def _(aws: Caller) -> None:
    aws.json("ListQueues", {"QueueNamePrefix": aws.name(), "MaxResults": None, "NextToken": None}).succeeds()


def _null_in_a_map(suffix: str, action: str, member: str, key: str) -> None:
    @case(
        f"sqs/Wire/json-null-{suffix}",
        "Null as a value in a map is refused.",
        RECORDED,
        "reported",
        protocols=_ONLY,
    )
    def _(aws: Caller) -> None:
        queue = aws.queue()
        document = {"QueueUrl": queue, "QueueName": aws.name(), "MessageBody": "a", member: {key: None}}
        answer = aws.json(action, document)
        same(_error(answer), (400, f"{_CORAL}#InvalidParameterValueException", "InvalidParameterValue;Sender"))
        same(answer.http.document["message"], "the parameter 'value' may not be null", "the message")


_null_in_a_map("tag", "TagQueue", "Tags", "a")
_null_in_a_map("tag-of-a-new-queue", "CreateQueue", "tags", "a")
_null_in_a_map("attribute-of-a-new-queue", "CreateQueue", "Attributes", "DelaySeconds")
_null_in_a_map("attribute", "SetQueueAttributes", "Attributes", "DelaySeconds")
_null_in_a_map("message-attribute", "SendMessage", "MessageAttributes", "a")


for suffix, body in (
    ("no-json", b"QueueName=a"),
    ("cut-off", b'{"QueueName": "a'),
    ("a-list", b"[]"),
    ("a-number-as-text", b'{"MaxResults": "1"}'),
    ("a-text-as-number", b'{"QueueNamePrefix": 1}'),
    ("a-list-as-text", b'{"QueueNamePrefix": ["a"]}'),
    ("a-structure-as-text", b'{"QueueNamePrefix": {"a": "b"}}'),
):

    @case(
        f"sqs/Wire/json-body-{suffix}",
        "A body that is not a valid request is refused.",
        _PROTOCOL,
        "assumed",
        protocols=_ONLY,
    )
    def _(aws: Caller, body: bytes = body) -> None:
        same(_error(aws.json("ListQueues", body))[:2], (400, f"{_CORAL}#SerializationException"))


for suffix, target in (("action", "AmazonSQS.FooBar"), ("service", "AmazonFoo.ListQueues"), ("target", "garbage")):

    @case(
        f"sqs/Wire/json-unknown-{suffix}",
        "A target that is not an operation is refused.",
        _PROTOCOL,
        "assumed",
        protocols=_ONLY,
    )
    def _(aws: Caller, target: str = target) -> None:
        answer = aws.json("", {}, headers={"X-Amz-Target": target})
        same(_error(answer)[:2], (400, f"{_CORAL}#UnknownOperationException"))


@case(
    "sqs/Wire/json-media-type-in-capitals",
    "Media types are compared without regard to case.",
    _RFC,
    "documented",
    protocols=_ONLY,
)
def _(aws: Caller) -> None:
    headers = {"Content-Type": "Application/X-AMZ-JSON-1.0"}
    aws.json("ListQueues", {"QueueNamePrefix": aws.name()}, headers=headers).succeeds()


@case(
    "sqs/Wire/json-keeps-unicode",
    "Non-ASCII text is returned as it was sent, escaped or not.",
    _PROTOCOL,
    "documented",
    protocols=_ONLY,
)
def _(aws: Caller) -> None:
    queue = aws.queue()
    for ascii_only in (True, False):
        document = {"QueueUrl": queue, "Tags": {"k": "schlüssel 鍵"}}
        aws.json("TagQueue", json.dumps(document, ensure_ascii=ascii_only).encode()).succeeds()
        aws.json("ListQueueTags", {"QueueUrl": queue}).gives(Tags={"k": "schlüssel 鍵"})


@case(
    "sqs/Wire/json-no-output",
    "An operation without output has no members in its answer.",
    _PROTOCOL,
    "documented",
    protocols=_ONLY,
)
def _(aws: Caller) -> None:
    answer = aws.json("TagQueue", {"QueueUrl": aws.queue(), "Tags": {"a": "b"}})
    same(answer.http.text in ("", "{}"), True, "whether the body is empty or {}")
