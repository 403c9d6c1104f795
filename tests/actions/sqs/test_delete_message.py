from typing import Any

import pytest

from tests.account_clock import AccountClock
from tests.actions.sqs.answers import bodies, counts, members
from tests.actions.sqs.refusals import assert_refused


def receive_handle(sqs: Any, queue_url: str, **params: Any) -> str:
    (message,) = sqs.receive_message(QueueUrl=queue_url, **params)["Messages"]
    return str(message["ReceiptHandle"])


def test_deleted_message_does_not_come_back(sqs: Any, queue_url: str, clock: AccountClock) -> None:
    sqs.send_message(QueueUrl=queue_url, MessageBody="hello")
    handle = receive_handle(sqs, queue_url)
    assert members(sqs.delete_message(QueueUrl=queue_url, ReceiptHandle=handle)) == {}
    assert counts(sqs, queue_url) == (0, 0, 0)
    clock.advance(31)
    assert members(sqs.receive_message(QueueUrl=queue_url)) == {}


def test_old_handle_deletes_a_standard_message_that_was_received_again(
    sqs: Any, queue_url: str, clock: AccountClock
) -> None:
    sqs.send_message(QueueUrl=queue_url, MessageBody="hello")
    old = receive_handle(sqs, queue_url, VisibilityTimeout=0)
    receive_handle(sqs, queue_url)
    sqs.delete_message(QueueUrl=queue_url, ReceiptHandle=old)
    assert counts(sqs, queue_url) == (0, 0, 0)


def expired(handle: str) -> str:
    return f"Value {handle} for parameter ReceiptHandle is invalid. Reason: The receipt handle has expired."


def test_handle_is_void_after_twelve_hours(sqs: Any, queue_url: str, clock: AccountClock) -> None:
    clock.freeze()
    sqs.send_message(QueueUrl=queue_url, MessageBody="hello")
    handle = receive_handle(sqs, queue_url)
    clock.advance(43_200.1)
    assert_refused(
        sqs.delete_message, "InvalidParameterValue", expired(handle), QueueUrl=queue_url, ReceiptHandle=handle
    )
    assert counts(sqs, queue_url) == (1, 0, 0)


def test_fifo_message_is_deleted_within_its_visibility_timeout_or_not_at_all(
    sqs: Any, fifo_url: str, clock: AccountClock
) -> None:
    sqs.send_message(QueueUrl=fifo_url, MessageBody="foobar", MessageGroupId="group")
    handle = receive_handle(sqs, fifo_url, VisibilityTimeout=1)
    clock.advance(2)
    assert_refused(
        sqs.delete_message, "InvalidParameterValue", expired(handle), QueueUrl=fifo_url, ReceiptHandle=handle
    )
    assert bodies(sqs.receive_message(QueueUrl=fifo_url)) == ["foobar"]
    assert_refused(
        sqs.delete_message, "InvalidParameterValue", expired(handle), QueueUrl=fifo_url, ReceiptHandle=handle
    )


GARBAGE = ["garbage", "AQEB", "AQEBgarbage", "ä", "<&>", "AQEB" + "A" * 48 + "=", "a" * 5000]


@pytest.mark.parametrize("handle", GARBAGE, ids=lambda handle: handle[:12])
def test_handle_that_is_none_is_refused(sqs: Any, queue_url: str, handle: str) -> None:
    message = f'The input receipt handle "{handle}" is not a valid receipt handle.'
    assert_refused(sqs.delete_message, "ReceiptHandleIsInvalid", message, QueueUrl=queue_url, ReceiptHandle=handle)


def test_handle_of_another_queue_is_refused_and_deletes_nothing(sqs: Any, queue_url: str) -> None:
    other = sqs.create_queue(QueueName="other")["QueueUrl"]
    for url in (queue_url, other):
        sqs.send_message(QueueUrl=url, MessageBody="hello")
    handle = receive_handle(sqs, other)
    message = f'The receipt handle "{handle}" is not valid for this queue.'
    assert_refused(sqs.delete_message, "ReceiptHandleIsInvalid", message, QueueUrl=queue_url, ReceiptHandle=handle)
    assert counts(sqs, queue_url) == (1, 0, 0)
    assert counts(sqs, other) == (0, 1, 0)


def test_handle_of_an_earlier_queue_of_the_same_name_is_refused(sqs: Any, queue_url: str) -> None:
    sqs.send_message(QueueUrl=queue_url, MessageBody="old")
    handle = receive_handle(sqs, queue_url)
    sqs.delete_queue(QueueUrl=queue_url)
    sqs.create_queue(QueueName="queue")
    sqs.send_message(QueueUrl=queue_url, MessageBody="new")
    message = f'The receipt handle "{handle}" is not valid for this queue.'
    assert_refused(sqs.delete_message, "ReceiptHandleIsInvalid", message, QueueUrl=queue_url, ReceiptHandle=handle)
    assert counts(sqs, queue_url) == (1, 0, 0)


def test_handle_must_be_given(sqs: Any, queue_url: str) -> None:
    message = "The request must contain the parameter MessageHandle."
    assert_refused(sqs.delete_message, "MissingParameter", message, QueueUrl=queue_url, ReceiptHandle="")
