from typing import Any

import pytest

from tests import boto
from tests.actions.sqs.answers import counts
from tests.actions.sqs.raw import RawCaller
from tests.actions.sqs.refusals import assert_refused

TRACE = "Root=1-3152b799-8954dae64eda91bc9a23a7e8;Parent=7fa8c0f79203be72;Sampled=1"

Attributes = dict[str, dict[str, Any]]


def receive_one(sqs: Any, queue_url: str) -> dict[str, Any]:
    """The next message with everything it has."""
    received = sqs.receive_message(
        QueueUrl=queue_url, MessageAttributeNames=["All"], MessageSystemAttributeNames=["All"]
    )
    message: dict[str, Any]
    (message,) = received["Messages"]
    return message


# -- Message attributes --------------------------------------------------------------------


@pytest.mark.parametrize(
    "value",
    ["0", "-0", "+1", "1.50", ".5", "5.", "1e10", "1E-128", "-1e126", "9" * 38, "0" * 50 + "1", " 7 "],
)
def test_number_comes_back_as_it_was_written(sqs: Any, queue_url: str, value: str) -> None:
    attributes = {"n": {"DataType": "Number.decimal", "StringValue": value}}
    sqs.send_message(QueueUrl=queue_url, MessageBody="test", MessageAttributes=attributes)
    assert receive_one(sqs, queue_url)["MessageAttributes"] == attributes


def assert_attributes_refused(sqs: Any, queue_url: str, attributes: Attributes, message: str) -> None:
    assert_refused(
        sqs.send_message,
        "InvalidParameterValue",
        message,
        QueueUrl=queue_url,
        MessageBody="test",
        MessageAttributes=attributes,
    )
    assert counts(sqs, queue_url) == (0, 0, 0)


@pytest.mark.parametrize(
    "value",
    ["many", "1,5", "0x10", "NaN", "Infinity", "1e127", "1e-129", "1" * 39, "٣", "1 2", "-", ".", "1e" + "9" * 99],
)
def test_number_that_is_none_is_refused(sqs: Any, queue_url: str, value: str) -> None:
    attributes = {"n": {"DataType": "Number", "StringValue": value}}
    message = "Can't cast the value of message (user) attribute 'n' to a number."
    assert_attributes_refused(sqs, queue_url, attributes, message)


@pytest.mark.parametrize("data_type", ["string", "Text", "Stringy", ".String", "String." + "a" * 250, "Binary\x01"])
def test_data_type_begins_with_one_of_three(sqs: Any, queue_url: str, data_type: str) -> None:
    message = (
        "The type of message (user) attribute 'a' is invalid. "
        "You must use only the following supported type prefixes: Binary, Number, String."
    )
    value = {"DataType": data_type, "StringValue": "x", "BinaryValue": b"x"}
    assert_attributes_refused(sqs, queue_url, {"a": value}, message)


def test_data_type_is_not_empty(sqs: Any, queue_url: str) -> None:
    message = "The message attribute 'a' must contain non-empty message attribute type."
    assert_attributes_refused(sqs, queue_url, {"a": {"DataType": "", "StringValue": "x"}}, message)
    assert_attributes_refused(sqs, queue_url, {"a": {"DataType": "", "BinaryValue": b"x"}}, message)


def test_data_type_is_not_empty_where_there_is_no_value_either(sqs: Any, queue_url: str) -> None:
    message = "The message attribute 'a' must contain non-empty message attribute value."
    assert_attributes_refused(sqs, queue_url, {"a": {"DataType": ""}}, message)


@pytest.mark.parametrize(
    "name", [".a", "a.", "a..b", "a b", "a/b", "a€", "AWS.a", "aws.a", "Amazon.a", "AMAZON.a", "a\n"]
)
def test_illegal_attribute_name_is_refused(sqs: Any, queue_url: str, name: str) -> None:
    message = (
        f"Message (user) attribute name '{name}' is invalid. It can contain only letters, digits, underscores, "
        "hyphens and single periods between them, and must not start with 'AWS.' or 'Amazon.'."
    )
    assert_attributes_refused(sqs, queue_url, {name: {"DataType": "String", "StringValue": "x"}}, message)


def test_attribute_name_has_at_most_256_characters(sqs: Any, queue_url: str) -> None:
    value = {"DataType": "String", "StringValue": "x"}
    message = "Length of message attribute name must be between 1 and 256 characters."
    assert_attributes_refused(sqs, queue_url, {"a" * 257: value}, message)
    sqs.send_message(QueueUrl=queue_url, MessageBody="test", MessageAttributes={"a" * 256: value})


def test_message_has_at_most_ten_attributes(sqs: Any, queue_url: str) -> None:
    value = {"DataType": "String", "StringValue": "x"}
    eleven = {f"name{number}": value for number in range(11)}
    message = "Number of message attributes [11] exceeds the allowed maximum [10]."
    assert_attributes_refused(sqs, queue_url, eleven, message)
    del eleven["name0"]
    sqs.send_message(QueueUrl=queue_url, MessageBody="test", MessageAttributes=eleven)


@pytest.mark.parametrize("character", ["\x08", "\x0b", "\uffff"])
def test_control_character_in_an_attribute_is_an_invalid_parameter(sqs: Any, queue_url: str, character: str) -> None:
    message = (
        "Invalid binary character was found in the value of message (user) attribute 'a', the set of allowed "
        "characters is #x9 | #xA | #xD | [#x20-#xD7FF] | [#xE000-#xFFFD] | [#x10000-#x10FFFF]."
    )
    attributes = {"a": {"DataType": "String", "StringValue": f"x{character}"}}
    assert_attributes_refused(sqs, queue_url, attributes, message)


@pytest.mark.parametrize("lists", [{"StringListValues": ["x"]}, {"BinaryListValues": [b"x"]}])
def test_lists_of_values_are_not_supported(sqs: Any, queue_url: str, lists: dict[str, Any]) -> None:
    message = "Message attribute list values in SendMessage operation are not supported."
    assert_refused(
        sqs.send_message,
        "AWS.SimpleQueueService.UnsupportedOperation",
        message,
        QueueUrl=queue_url,
        MessageBody="test",
        MessageAttributes={"a": {"DataType": "String", "StringValue": "x"} | lists},
    )


def test_empty_list_of_values_is_not_supported_either(json_sqs: Any, raw: RawCaller) -> None:
    """The SDK for Ruby sends those of a received message along with it."""
    json_sqs.create_queue(QueueName="queue")
    value = {"DataType": "String", "StringValue": "x", "StringListValues": []}
    document = {"QueueUrl": "queue", "MessageBody": "test", "MessageAttributes": {"a": value}}
    assert raw.json("SendMessage", document).json_error == (
        400,
        "com.amazonaws.sqs#UnsupportedOperation",
        "AWS.SimpleQueueService.UnsupportedOperation;Sender",
        "Message attribute list values in SendMessage operation are not supported.",
    )


# -- System attributes ---------------------------------------------------------------------


def test_trace_header_of_the_message_wins(sqs: Any, queue_url: str) -> None:
    def add_header(params: dict[str, Any], **_: Any) -> None:
        params["headers"]["X-Amzn-Trace-Id"] = "Root=1-00000000-000000000000000000000000"

    trace = {"AWSTraceHeader": {"DataType": "String", "StringValue": TRACE}}
    with boto.handling(sqs, "before-call.sqs.SendMessage", add_header):
        sqs.send_message(QueueUrl=queue_url, MessageBody="test", MessageSystemAttributes=trace)
    assert receive_one(sqs, queue_url)["Attributes"]["AWSTraceHeader"] == TRACE


def test_other_system_attributes_cannot_be_sent(sqs: Any, queue_url: str) -> None:
    message = (
        "Message system attribute name 'SenderId' is invalid. You must use only the following supported "
        "message system attribute names: AWSTraceHeader."
    )
    assert_refused(
        sqs.send_message,
        "InvalidParameterValue",
        message,
        QueueUrl=queue_url,
        MessageBody="test",
        MessageSystemAttributes={"SenderId": {"DataType": "String", "StringValue": "x"}},
    )


def test_trace_header_is_a_string(sqs: Any, queue_url: str) -> None:
    message = (
        "The type of message system attribute 'AWSTraceHeader' is invalid. "
        "You must use only the following supported type: String."
    )
    assert_refused(
        sqs.send_message,
        "InvalidParameterValue",
        message,
        QueueUrl=queue_url,
        MessageBody="test",
        MessageSystemAttributes={"AWSTraceHeader": {"DataType": "Number", "StringValue": "1"}},
    )
