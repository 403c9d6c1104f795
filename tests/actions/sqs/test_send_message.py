import hashlib
import re
from typing import Any

import pytest

from tests.account_clock import AccountClock
from tests.actions.sqs.answers import bodies, counts, members
from tests.actions.sqs.refusals import assert_refused

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


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


# -- The body ------------------------------------------------------------------------------


def test_body_may_be_as_long_as_the_queue_allows_in_bytes(sqs: Any, queue_url: str) -> None:
    sqs.set_queue_attributes(QueueUrl=queue_url, Attributes={"MaximumMessageSize": "1024"})
    message = "One or more parameters are invalid. Reason: Message must be shorter than 1024 bytes."
    sqs.send_message(QueueUrl=queue_url, MessageBody="ü" * 512)
    for body in ("a" * 1025, "ü" * 512 + "a", "🎉" * 257):
        assert_refused(sqs.send_message, "InvalidParameterValue", message, QueueUrl=queue_url, MessageBody=body)
    assert counts(sqs, queue_url) == (1, 0, 0)


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
