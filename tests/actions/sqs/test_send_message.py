import hashlib
import re
from typing import Any

import pytest

from tests.account_clock import AccountClock
from tests.actions.sqs.answers import bodies, counts, members
from tests.actions.sqs.refusals import assert_no_such_queue, assert_refused

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
NOT_FOR_THIS_TYPE = "The request include parameter that is not valid for this queue type."
TRACE = "Root=1-3152b799-8954dae64eda91bc9a23a7e8;Parent=7fa8c0f79203be72;Sampled=1"


def md5(body: str) -> str:
    return hashlib.md5(body.encode(), usedforsecurity=False).hexdigest()


def test_answer_carries_the_message_id_and_the_digest_of_the_body(sqs: Any, queue_url: str) -> None:
    sent = members(sqs.send_message(QueueUrl=queue_url, MessageBody="hello"))
    received = sqs.receive_message(QueueUrl=queue_url)["Messages"][0]
    assert UUID.fullmatch(sent["MessageId"])
    assert sent == {"MD5OfMessageBody": "5d41402abc4b2a76b9719d911017c592", "MessageId": received["MessageId"]}


def test_answer_of_a_fifo_queue_carries_a_sequence_number_that_grows(sqs: Any, fifo_url: str) -> None:
    numbers = []
    for body in ("one", "two", "three"):
        sent = members(sqs.send_message(QueueUrl=fifo_url, MessageBody=body, MessageGroupId="group"))
        assert sent.keys() == {"MD5OfMessageBody", "MessageId", "SequenceNumber"}
        assert len(sent["SequenceNumber"]) == 20
        numbers.append(int(sent["SequenceNumber"]))
    assert numbers == sorted(set(numbers))


def test_queue_that_does_not_exist_is_named_in_the_callers_protocol(sqs: Any, queue_url: str) -> None:
    assert_no_such_queue(sqs.send_message, QueueUrl=queue_url + "-not", MessageBody="hello")


# -- The body ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        "a\r\nb\rc\nd\te",
        "&quot;&amp;<tag attribute='1'>\"</tag>]]>",
        " leading and trailing ",
        "\n",
        "ünïcödé 漢字 🎉",
        "\ud7ff\ue000\ufffd\U00010000\U0010ffff",
        "a=b&c=d+e%20f;g",
        '{"json": "\\u0000 \\\\ \\""}',
    ],
    ids=["white space", "markup", "spaces", "line feed", "unicode", "edges", "form", "json"],
)
def test_body_comes_back_unchanged(sqs: Any, queue_url: str, body: str) -> None:
    sent = sqs.send_message(QueueUrl=queue_url, MessageBody=body)
    assert sent["MD5OfMessageBody"] == md5(body)
    assert bodies(sqs.receive_message(QueueUrl=queue_url)) == [body]


def test_body_is_not_empty(sqs: Any, queue_url: str) -> None:
    message = "The request must contain the parameter MessageBody."
    assert_refused(sqs.send_message, "MissingParameter", message, QueueUrl=queue_url, MessageBody="")
    assert counts(sqs, queue_url) == (0, 0, 0)


@pytest.mark.parametrize(
    ("character", "number"),
    [("\0", "0"), ("\x07", "7"), ("\x0b", "B"), ("\x1f", "1F"), ("\ufffe", "FFFE"), ("\uffff", "FFFF")],
)
def test_character_that_xml_does_not_have_is_refused(sqs: Any, queue_url: str, character: str, number: str) -> None:
    message = (
        f"Invalid binary character '#x{number}' was found in the message body, the set of allowed characters is "
        "#x9 | #xA | #xD | [#x20-#xD7FF] | [#xE000-#xFFFD] | [#x10000-#x10FFFF]."
    )
    body = f"before {character} after \x01"
    assert_refused(sqs.send_message, "InvalidMessageContents", message, QueueUrl=queue_url, MessageBody=body)
    assert counts(sqs, queue_url) == (0, 0, 0)


def test_body_may_be_as_long_as_the_queue_allows_in_bytes(sqs: Any, queue_url: str) -> None:
    sqs.set_queue_attributes(QueueUrl=queue_url, Attributes={"MaximumMessageSize": "1024"})
    message = "One or more parameters are invalid. Reason: Message must be shorter than 1024 bytes."
    sqs.send_message(QueueUrl=queue_url, MessageBody="ü" * 512)
    for body in ("a" * 1025, "ü" * 512 + "a", "🎉" * 257):
        assert_refused(sqs.send_message, "InvalidParameterValue", message, QueueUrl=queue_url, MessageBody=body)
    assert counts(sqs, queue_url) == (1, 0, 0)


def test_name_type_and_value_of_attributes_count_too(sqs: Any, queue_url: str) -> None:
    sqs.set_queue_attributes(QueueUrl=queue_url, Attributes={"MaximumMessageSize": "1024"})
    attributes = {"k": {"DataType": "String.ab", "StringValue": "x"}, "b": {"DataType": "Binary", "BinaryValue": b"yz"}}
    size = len("k" + "String.ab" + "x" + "b" + "Binary") + 2
    body = "a" * (1024 - size)
    sqs.send_message(QueueUrl=queue_url, MessageBody=body, MessageAttributes=attributes)
    message = "One or more parameters are invalid. Reason: Message must be shorter than 1024 bytes."
    assert_refused(
        sqs.send_message,
        "InvalidParameterValue",
        message,
        QueueUrl=queue_url,
        MessageBody=body + "a",
        MessageAttributes=attributes,
    )


def test_system_attributes_do_not_count(sqs: Any, queue_url: str) -> None:
    sqs.set_queue_attributes(QueueUrl=queue_url, Attributes={"MaximumMessageSize": "1024"})
    trace = {"AWSTraceHeader": {"DataType": "String", "StringValue": TRACE}}
    sqs.send_message(QueueUrl=queue_url, MessageBody="a" * 1024, MessageSystemAttributes=trace)


def test_largest_message_passes(sqs: Any, queue_url: str) -> None:
    body = "%" * 1_048_576
    sqs.send_message(QueueUrl=queue_url, MessageBody=body)
    assert bodies(sqs.receive_message(QueueUrl=queue_url)) == [body]
    message = "One or more parameters are invalid. Reason: Message must be shorter than 1048576 bytes."
    assert_refused(sqs.send_message, "InvalidParameterValue", message, QueueUrl=queue_url, MessageBody=body + "%")


# -- Delay ---------------------------------------------------------------------------------


def test_delay_of_the_message_replaces_that_of_the_queue(sqs: Any, clock: AccountClock) -> None:
    url = sqs.create_queue(QueueName="slow", Attributes={"DelaySeconds": "100"})["QueueUrl"]
    clock.freeze()
    sqs.send_message(QueueUrl=url, MessageBody="at once", DelaySeconds=0)
    sqs.send_message(QueueUrl=url, MessageBody="late", DelaySeconds=900)
    sqs.send_message(QueueUrl=url, MessageBody="as the queue says")
    assert bodies(sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)) == ["at once"]
    clock.advance(99)
    assert counts(sqs, url)[2] == 2
    clock.advance(1)
    assert bodies(sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=1)) == ["at once"]
    assert bodies(sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=1)) == ["as the queue says"]
    clock.advance(800)
    assert counts(sqs, url)[2] == 0


@pytest.mark.parametrize("seconds", [-1, 901, 2**31])
def test_delay_is_at_most_fifteen_minutes(sqs: Any, queue_url: str, seconds: int) -> None:
    message = f"Value {seconds} for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= 900."
    assert_refused(
        sqs.send_message,
        "InvalidParameterValue",
        message,
        QueueUrl=queue_url,
        MessageBody="test",
        DelaySeconds=seconds,
    )


def test_message_of_a_fifo_queue_has_no_delay_of_its_own(sqs: Any, fifo_url: str) -> None:
    message = f"Value 2 for parameter DelaySeconds is invalid. Reason: {NOT_FOR_THIS_TYPE}"
    assert_refused(
        sqs.send_message,
        "InvalidParameterValue",
        message,
        QueueUrl=fifo_url,
        MessageBody="message-1",
        MessageGroupId="1",
        DelaySeconds=2,
    )


def test_delay_of_zero_means_that_of_the_fifo_queue(sqs: Any, clock: AccountClock) -> None:
    attributes = {"FifoQueue": "true", "ContentBasedDeduplication": "true", "DelaySeconds": "2"}
    url = sqs.create_queue(QueueName="slow.fifo", Attributes=attributes)["QueueUrl"]
    clock.freeze()
    sent = members(sqs.send_message(QueueUrl=url, MessageBody="message-1", MessageGroupId="1", DelaySeconds=0))
    assert sent.pop("SequenceNumber").isdigit()
    assert sent == {"MD5OfMessageBody": "3d6b824fd8c1520e9a047d21fee6fb1f", "MessageId": sent["MessageId"]}
    assert members(sqs.receive_message(QueueUrl=url)) == {}
    clock.advance(2)
    (received,) = members(sqs.receive_message(QueueUrl=url))["Messages"]
    del received["ReceiptHandle"]
    assert received == {
        "Body": "message-1",
        "MD5OfBody": "3d6b824fd8c1520e9a047d21fee6fb1f",
        "MessageId": sent["MessageId"],
    }
