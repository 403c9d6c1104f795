"""Requests that no SDK would make: AWS's own error for each, in the caller's protocol, and nothing else happens."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.actions.sqs.answers import counts
from tests.actions.sqs.raw import JSON, RawCaller, credentials
from tests.actions.sqs.refusals import CORAL, xml_error

NO_JSON = "The request body is not valid JSON"
LIST = "Start of list found where not expected"
STRUCTURE = "Start of structure or map found where not expected"
BASE64 = "The value is not valid base64"

# What codes are called on AWS JSON.
SHAPES = {"MissingParameter": "MissingRequiredParameterException"}


@pytest.fixture
def queue(json_sqs: Any) -> Iterator[str]:
    """The name of an empty queue, which is still the only one, and empty, when the test is over."""
    url = json_sqs.create_queue(QueueName="queue")["QueueUrl"]
    yield "queue"
    assert json_sqs.list_queues()["QueueUrls"] == [url]
    assert counts(json_sqs, url) == (0, 0, 0)


def missing(name: str) -> tuple[str, str]:
    return "MissingParameter", f"The request must contain the parameter {name}."


# -- AWS JSON ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"{", NO_JSON),
        (b"{} {}", NO_JSON),
        (b"QueueName=queue", NO_JSON),
        (b"\xef\xbb\xbf{}", NO_JSON),
        (b'{"QueueName": NaN}', NO_JSON),
        (b'{"QueueName": "\xff"}', NO_JSON),
        (b'{"QueueName": "\x01"}', NO_JSON),
        (b"[" * 100_000, NO_JSON),
        (b'{"QueueName":' * 100_000, NO_JSON),
        (b"[]", LIST),
        (b"null", "Unexpected field type"),
        (b"1", "Unexpected field type"),
        (b'"queue"', "Unexpected field type"),
    ],
    ids=lambda value: repr(value[:24]),
)
def test_body_that_is_no_json_object_is_refused(raw: RawCaller, queue: str, body: bytes, message: str) -> None:
    answer = raw.json("CreateQueue", body)
    assert answer.json_error == (
        400,
        "com.amazon.coral.service#SerializationException",
        "SerializationException;Sender",
        message,
    )
    assert answer.headers["content-type"] == JSON
    assert answer.headers["x-amzn-requestid"]


def cast(kind: str, wanted: str) -> str:
    return f"{kind}_VALUE can not be converted to {wanted}"


@pytest.mark.parametrize(
    ("action", "document", "message"),
    [
        ("CreateQueue", {"QueueName": 1}, cast("NUMBER", "a String")),
        ("CreateQueue", {"QueueName": True}, cast("TRUE", "a String")),
        ("CreateQueue", {"QueueName": ["new"]}, LIST),
        ("CreateQueue", {"QueueName": {"new": 1}}, STRUCTURE),
        ("CreateQueue", {"QueueName": "new", "Attributes": []}, "Expected map or null"),
        ("CreateQueue", {"QueueName": "new", "Attributes": {"DelaySeconds": 1}}, cast("NUMBER", "a String")),
        ("ReceiveMessage", {"QueueUrl": "queue", "MaxNumberOfMessages": "1"}, cast("STRING", "an Integer")),
        ("ReceiveMessage", {"QueueUrl": "queue", "MaxNumberOfMessages": 1.5}, cast("NUMBER", "an Integer")),
        ("ReceiveMessage", {"QueueUrl": "queue", "WaitTimeSeconds": False}, cast("FALSE", "an Integer")),
        ("ReceiveMessage", {"QueueUrl": "queue", "AttributeNames": "All"}, "Expected list or null"),
        ("ReceiveMessage", {"QueueUrl": "queue", "AttributeNames": [1]}, cast("NUMBER", "a String")),
        ("SendMessage", {"QueueUrl": "queue", "MessageBody": {"json": 1}}, STRUCTURE),
        ("SendMessage", {"QueueUrl": "queue", "MessageBody": "a", "DelaySeconds": "1"}, cast("STRING", "an Integer")),
        (
            "SendMessage",
            {"QueueUrl": "queue", "MessageBody": "a", "MessageAttributes": {"a": "b"}},
            "Unexpected field type",
        ),
        (
            "SendMessage",
            {
                "QueueUrl": "queue",
                "MessageBody": "a",
                "MessageAttributes": {"a": {"DataType": "Binary", "BinaryValue": "?!"}},
            },
            BASE64,
        ),
        ("SendMessageBatch", {"QueueUrl": "queue", "Entries": {}}, "Expected list or null"),
        ("SendMessageBatch", {"QueueUrl": "queue", "Entries": ["a"]}, "Unexpected field type"),
        (
            "SendMessageBatch",
            {"QueueUrl": "queue", "Entries": [{"Id": 1, "MessageBody": "a"}]},
            cast("NUMBER", "a String"),
        ),
    ],
    ids=lambda value: str(value)[-60:],
)
def test_member_of_the_wrong_type_is_refused(
    raw: RawCaller, queue: str, action: str, document: object, message: str
) -> None:
    type_ = "com.amazon.coral.service#SerializationException"
    assert raw.json(action, document).json_error == (400, type_, "SerializationException;Sender", message)


@pytest.mark.parametrize(
    ("action", "document", "name"),
    [
        ("CreateQueue", {}, "QueueName"),
        ("CreateQueue", {"QueueName": None}, "QueueName"),
        ("ReceiveMessage", {}, "QueueUrl"),
        ("SendMessage", {"QueueUrl": "queue"}, "MessageBody"),
        ("SendMessageBatch", {"QueueUrl": "queue"}, "Entries"),
        ("SendMessageBatch", {"QueueUrl": "queue", "Entries": [{}]}, "SendMessageBatchRequestEntry.1.Id"),
        (
            "SendMessageBatch",
            {"QueueUrl": "queue", "Entries": [{"Id": "a", "MessageBody": "a"}, {"Id": "b"}]},
            "SendMessageBatchRequestEntry.2.MessageBody",
        ),
        ("DeleteMessage", {"QueueUrl": "queue"}, "MessageHandle"),
        ("ChangeMessageVisibility", {"QueueUrl": "queue", "ReceiptHandle": "a"}, "VisibilityTimeout"),
        ("SetQueueAttributes", {"QueueUrl": "queue"}, "Attributes"),
    ],
    ids=lambda value: str(value)[-60:],
)
def test_missing_member_is_named(raw: RawCaller, queue: str, action: str, document: object, name: str) -> None:
    code, message = missing(name)
    assert raw.json(action, document).json_error == (400, f"{CORAL}#{SHAPES[code]}", f"{code};Sender", message)


def test_null_is_absent_and_what_is_unknown_is_ignored(raw: RawCaller, queue: str) -> None:
    document = {"QueueUrl": "queue", "MaxNumberOfMessages": None, "AttributeNames": None, "Foo": {"bar": [1]}}
    assert raw.json("ReceiveMessage", document).json == {}


@pytest.mark.parametrize("target", ["AmazonSQS.FooBar", "AmazonSQS.", "AmazonSQS", "AmazonSNS.Publish", "garbage", ""])
def test_target_that_is_no_operation_of_sqs_is_unknown(raw: RawCaller, queue: str, target: str) -> None:
    answer = raw.json("", {}, headers={"X-Amz-Target": target})
    type_ = "com.amazon.coral.service#UnknownOperationException"
    assert answer.json_error[:3] == (400, type_, "UnknownOperationException;Sender")


@pytest.mark.parametrize("content_type", ["text/plain", "application/json", "application/x-amz-json-1.1", ""])
def test_target_makes_a_request_json_whatever_it_is_said_to_be(raw: RawCaller, queue: str, content_type: str) -> None:
    answer = raw.json("ReceiveMessage", {"QueueUrl": queue}, headers={"Content-Type": content_type})
    assert (answer.status, answer.json) == (200, {})
    assert answer.headers["content-type"] == JSON


def test_json_without_a_target_is_an_unknown_operation(raw: RawCaller, queue: str) -> None:
    answer = raw.send("POST", "/", credentials(raw.account) | {"Content-Type": JSON}, b"{}")
    assert answer.json_error[0] == 400
    assert answer.json_error[2] == "UnknownOperationException;Sender"


# -- Query ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "form",
    [
        b"Action=ListQueues&%zz",
        b"Action=ListQueues&a=%",
        b"Action=CreateQueue&QueueName=%ff",
        b"Action=CreateQueue&QueueName=\xff",
        b"Action=SendMessage&QueueUrl=queue&MessageBody=%ed%a0%80",
        b"&".join([b"a=b"] * 10_001),
    ],
    ids=["escape", "end", "escaped bytes", "bytes", "surrogate", "too many"],
)
def test_form_that_cannot_be_read_is_malformed(raw: RawCaller, queue: str, form: bytes) -> None:
    answer = raw.query(form)
    message = "The query string contains a syntax error."
    assert answer.status == 404
    assert answer.body.decode() == xml_error("MalformedQueryString", message, answer.headers["x-amzn-requestid"])


NUMBER = "STRING_VALUE can not be converted to an Integer"
BINARY = {
    "Action": "SendMessage",
    "QueueUrl": "queue",
    "MessageBody": "a",
    "MessageAttribute.1.Name": "a",
    "MessageAttribute.1.Value.DataType": "Binary",
    "MessageAttribute.1.Value.BinaryValue": "?!",
}
NAMELESS = "The request must contain non-empty message attribute name."
TYPELESS = "The message attribute 'a' must contain non-empty message attribute type."
VALUELESS = "The message attribute 'a' must contain non-empty message attribute value."
RECEIVE = {"Action": "ReceiveMessage", "QueueUrl": "queue"}
SEND = {"Action": "SendMessage", "QueueUrl": "queue", "MessageBody": "a"}
SEND_BATCH = {"Action": "SendMessageBatch", "QueueUrl": "queue"}


@pytest.mark.parametrize(
    ("params", "code", "message"),
    [
        (RECEIVE | {"MaxNumberOfMessages": "many"}, "MalformedInput", NUMBER),
        (RECEIVE | {"MaxNumberOfMessages": ""}, "MalformedInput", NUMBER),
        (RECEIVE | {"MaxNumberOfMessages": "1.5"}, "MalformedInput", NUMBER),
        (RECEIVE | {"MaxNumberOfMessages": "٣"}, "MalformedInput", NUMBER),
        (RECEIVE | {"MaxNumberOfMessages": "9" * 5000}, "MalformedInput", NUMBER),
        (RECEIVE | {"MaxNumberOfMessages.1": "1"}, "MalformedInput", LIST),
        (RECEIVE | {"AttributeName.1.2": "All"}, "MalformedInput", LIST),
        (RECEIVE | {".".join("abcdefghijklmnop"): "x"}, "MalformedInput", LIST),
        (BINARY, "MalformedInput", BASE64),
        ({"Action": "CreateQueue"}, *missing("QueueName")),
        ({"Action": "ReceiveMessage"}, *missing("QueueUrl")),
        ({"Action": "SendMessage", "QueueUrl": "queue"}, *missing("MessageBody")),
        (SEND | {"MessageAttribute.1.Name": "a"}, "InvalidParameterValue", VALUELESS),
        (
            SEND | {"MessageAttribute.1.Name": "a", "MessageAttribute.1.Value.StringValue": "b"},
            "InvalidParameterValue",
            TYPELESS,
        ),
        (SEND | {"MessageAttribute.1.Value.DataType": "String"}, "InvalidParameterValue", NAMELESS),
        (SEND | {"MessageAttribute": ""}, "InvalidParameterValue", NAMELESS),
        (SEND_BATCH | {"SendMessageBatchRequestEntry.1": ""}, *missing("SendMessageBatchRequestEntry.1.Id")),
        (
            SEND_BATCH | {"SendMessageBatchRequestEntry.1.Id": "a"},
            *missing("SendMessageBatchRequestEntry.1.MessageBody"),
        ),
        ({"Action": "DeleteMessage", "QueueUrl": "queue"}, *missing("MessageHandle")),
        (
            {"Action": "ChangeMessageVisibility", "QueueUrl": "queue", "ReceiptHandle": "a"},
            *missing("VisibilityTimeout"),
        ),
        ({"Action": "SetQueueAttributes", "QueueUrl": "queue"}, *missing("Attribute.Name")),
        ({"Action": "FooBar"}, "InvalidAction", "The action FooBar is not valid for this endpoint."),
        ({"Action": ""}, "InvalidAction", "The action  is not valid for this endpoint."),
        ({"Action": "<&>"}, "InvalidAction", "The action <&> is not valid for this endpoint."),
        ({}, "MissingAction", "The request must contain the parameter Action."),
    ],
    ids=lambda value: str(value)[-60:],
)
def test_form_that_makes_no_sense_is_refused(
    raw: RawCaller, queue: str, params: dict[str, str], code: str, message: str
) -> None:
    answer = raw.query(params)
    assert answer.status == 400
    assert answer.headers["content-type"] == "text/xml"
    assert answer.body.decode() == xml_error(code, message, answer.headers["x-amzn-requestid"])


FORM = "Application/X-WWW-Form-URLEncoded ;charset=utf-8"


@pytest.mark.parametrize("target", ["AmazonSQSv20121105.ListQueues", "AmazonSQS.GetQueueUrl", ""])
def test_form_is_the_query_protocol_whatever_its_target_is(raw: RawCaller, queue: str, target: str) -> None:
    headers = {"Content-Type": FORM, "X-Amz-Target": target}
    answer = raw.query({"Action": "ListQueues"}, headers=headers)
    assert answer.body.startswith(b'<?xml version="1.0"?><ListQueuesResponse ')
    answer = raw.query({}, headers=headers)
    assert answer.xml_error == (400, "MissingAction", "The request must contain the parameter Action.")


def test_media_types_are_read_in_any_case(raw: RawCaller, queue: str) -> None:
    answer = raw.json("", b"{}", headers={"Content-Type": "Application/X-AMZ-JSON-1.0", "X-Amz-Target": ""})
    assert answer.json_error[2] == "UnknownOperationException;Sender"
    answer = raw.query({"Action": "ListQueues"}, headers={"Accept": "Application/JSON"})
    assert answer.json["ListQueuesResponse"]["ListQueuesResult"]


def test_url_and_form_may_not_contradict_each_other(raw: RawCaller, queue: str) -> None:
    body = b"Action=ListQueues&QueueNamePrefix=q"
    answer = raw.query(body, path="/?Action=ListQueues&QueueNamePrefix=q")
    assert answer.status == 200
    answer = raw.query(body, path="/?QueueNamePrefix=r")
    message = "The parameter QueueNamePrefix is given twice with different values"
    assert answer.xml_error == (400, "MalformedInput", message)


@pytest.mark.parametrize("content_type", ["text/plain", "multipart/form-data; boundary=x", "application/json"])
def test_body_that_is_no_form_has_no_action(raw: RawCaller, queue: str, content_type: str) -> None:
    answer = raw.query(b"Action=ListQueues", headers={"Content-Type": content_type})
    assert answer.xml_error == (400, "MissingAction", "The request must contain the parameter Action.")


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS"])
def test_other_methods_have_no_action(raw: RawCaller, queue: str, method: str) -> None:
    answer = raw.send(method, "/", credentials(raw.account), b"Action=ListQueues")
    assert answer.xml_error == (400, "MissingAction", "The request must contain the parameter Action.")


def test_credentials_that_make_no_sense_are_those_of_nobody(raw: RawCaller, queue: str) -> None:
    for authorization in ("Bearer token", "AWS4-HMAC-SHA256 Credential=a/b", "\xff", ""):
        answer = raw.query({"Action": "GetQueueUrl", "QueueName": queue}, headers={"Authorization": authorization})
        assert answer.xml_error[:2] == (400, "AWS.SimpleQueueService.NonExistentQueue")


# -- Requests that are too large -----------------------------------------------------------

LARGER_THAN_ANY = 9 * 1024 * 1024


@pytest.mark.parametrize("size", [LARGER_THAN_ANY, 8 * LARGER_THAN_ANY])
def test_body_larger_than_any_of_aws_is_refused(raw: RawCaller, queue: str, size: int) -> None:
    json_answer = raw.json("SendMessage", b'{"QueueUrl": "queue", "MessageBody": "' + b"a" * size + b'"}')
    type_ = "com.amazon.coral.service#RequestEntityTooLargeException"
    message = "The request is too large."
    assert json_answer.json_error == (413, type_, "RequestEntityTooLarge;Sender", message)
    query_answer = raw.query(b"Action=SendMessage&QueueUrl=queue&MessageBody=" + b"a" * size)
    assert query_answer.xml_error == (413, "RequestEntityTooLarge", message)
