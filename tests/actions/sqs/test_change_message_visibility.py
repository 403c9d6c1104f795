from typing import Any

import pytest

from tests.account_clock import AccountClock
from tests.actions.sqs.answers import bodies, counts, members
from tests.actions.sqs.refusals import assert_no_such_queue, assert_refused


def send_and_receive(sqs: Any, queue_url: str, **params: Any) -> str:
    """The handle of a new message, now in flight."""
    group = {"MessageGroupId": "group"} if queue_url.endswith(".fifo") else {}
    sqs.send_message(QueueUrl=queue_url, MessageBody="hello", **group)
    return str(sqs.receive_message(QueueUrl=queue_url, **params)["Messages"][0]["ReceiptHandle"])


def test_new_timeout_counts_from_the_call(sqs: Any, queue_url: str, clock: AccountClock) -> None:
    clock.freeze()
    handle = send_and_receive(sqs, queue_url)
    clock.advance(20)
    change = {"QueueUrl": queue_url, "ReceiptHandle": handle, "VisibilityTimeout": 60}
    assert members(sqs.change_message_visibility(**change)) == {}
    clock.advance(59.9)
    assert counts(sqs, queue_url) == (0, 1, 0)
    clock.advance(0.1)
    assert counts(sqs, queue_url) == (1, 0, 0)


def test_timeout_can_be_renewed_and_is_for_this_receive_only(sqs: Any, queue_url: str, clock: AccountClock) -> None:
    clock.freeze()
    handle = send_and_receive(sqs, queue_url, VisibilityTimeout=10)
    for _ in range(3):
        clock.advance(9)
        sqs.change_message_visibility(QueueUrl=queue_url, ReceiptHandle=handle, VisibilityTimeout=10)
    clock.advance(10)
    sqs.receive_message(QueueUrl=queue_url)
    clock.advance(29.9)
    assert counts(sqs, queue_url) == (0, 1, 0)
    clock.advance(0.1)
    assert counts(sqs, queue_url) == (1, 0, 0)


@pytest.mark.parametrize("kind", ["standard", "fifo"])
def test_timeout_of_zero_makes_the_message_visible_at_once(sqs: Any, queue_url: str, fifo_url: str, kind: str) -> None:
    url = queue_url if kind == "standard" else fifo_url
    handle = send_and_receive(sqs, url)
    sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=handle, VisibilityTimeout=0)
    assert bodies(sqs.receive_message(QueueUrl=url)) == ["hello"]


def test_message_that_is_visible_again_can_be_hidden(sqs: Any, queue_url: str, clock: AccountClock) -> None:
    handle = send_and_receive(sqs, queue_url, VisibilityTimeout=1)
    clock.advance(2)
    assert counts(sqs, queue_url) == (1, 0, 0)
    change = {"QueueUrl": queue_url, "ReceiptHandle": handle, "VisibilityTimeout": 2}
    assert members(sqs.change_message_visibility(**change)) == {}
    assert counts(sqs, queue_url) == (0, 1, 0)


def test_old_handle_still_works_after_a_newer_receive(sqs: Any, queue_url: str) -> None:
    old = send_and_receive(sqs, queue_url, VisibilityTimeout=0)
    sqs.receive_message(QueueUrl=queue_url)
    assert counts(sqs, queue_url) == (0, 1, 0)
    sqs.change_message_visibility(QueueUrl=queue_url, ReceiptHandle=old, VisibilityTimeout=0)
    assert counts(sqs, queue_url) == (1, 0, 0)


def beyond_the_limit(seconds: int) -> str:
    return (
        f"Value {seconds} for parameter VisibilityTimeout is invalid. "
        "Reason: Total VisibilityTimeout for the message is beyond the limit [43200 seconds]."
    )


def test_message_is_hidden_for_at_most_twelve_hours_from_its_receive(
    sqs: Any, queue_url: str, clock: AccountClock
) -> None:
    clock.freeze()
    change = {"QueueUrl": queue_url, "ReceiptHandle": send_and_receive(sqs, queue_url)}
    code = "InvalidParameterValue"
    assert_refused(sqs.change_message_visibility, code, beyond_the_limit(43_200), VisibilityTimeout=43_200, **change)
    sqs.change_message_visibility(VisibilityTimeout=43_195, **change)
    clock.advance(100)
    assert_refused(sqs.change_message_visibility, code, beyond_the_limit(43_101), VisibilityTimeout=43_101, **change)
    clock.advance(43_094)
    assert counts(sqs, queue_url) == (0, 1, 0)


@pytest.mark.parametrize("seconds", [-1, 43_201])
def test_timeout_is_within_its_range(sqs: Any, queue_url: str, seconds: int) -> None:
    message = (
        f"Value {seconds} for parameter VisibilityTimeout is invalid. "
        "Reason: VisibilityTimeout must be an integer between 0 and 43200."
    )
    assert_refused(
        sqs.change_message_visibility,
        "InvalidParameterValue",
        message,
        QueueUrl=queue_url,
        ReceiptHandle=send_and_receive(sqs, queue_url),
        VisibilityTimeout=seconds,
    )


def test_deleted_message_is_not_available(sqs: Any, queue_url: str) -> None:
    handle = send_and_receive(sqs, queue_url)
    sqs.delete_message(QueueUrl=queue_url, ReceiptHandle=handle)
    message = (
        f"Value {handle} for parameter ReceiptHandle is invalid. "
        "Reason: Message does not exist or is not available for visibility timeout change."
    )
    assert_refused(
        sqs.change_message_visibility,
        "InvalidParameterValue",
        message,
        QueueUrl=queue_url,
        ReceiptHandle=handle,
        VisibilityTimeout=1,
    )


def test_expired_handle_of_a_fifo_queue_is_refused(sqs: Any, fifo_url: str, clock: AccountClock) -> None:
    handle = send_and_receive(sqs, fifo_url, VisibilityTimeout=1)
    clock.advance(2)
    message = f"Value {handle} for parameter ReceiptHandle is invalid. Reason: The receipt handle has expired."
    assert_refused(
        sqs.change_message_visibility,
        "InvalidParameterValue",
        message,
        QueueUrl=fifo_url,
        ReceiptHandle=handle,
        VisibilityTimeout=1,
    )


@pytest.mark.parametrize("handle", ["garbage", "AQEBgarbage"])
def test_handle_that_is_none_is_refused(sqs: Any, queue_url: str, handle: str) -> None:
    message = f'The input receipt handle "{handle}" is not a valid receipt handle.'
    assert_refused(
        sqs.change_message_visibility,
        "ReceiptHandleIsInvalid",
        message,
        QueueUrl=queue_url,
        ReceiptHandle=handle,
        VisibilityTimeout=1,
    )


def test_handle_must_be_given(sqs: Any, queue_url: str) -> None:
    message = "The request must contain the parameter MessageHandle."
    assert_refused(
        sqs.change_message_visibility,
        "MissingParameter",
        message,
        QueueUrl=queue_url,
        ReceiptHandle="",
        VisibilityTimeout=1,
    )


def test_queue_must_exist(sqs: Any, queue_url: str) -> None:
    assert_no_such_queue(
        sqs.change_message_visibility, QueueUrl=queue_url + "2", ReceiptHandle="garbage", VisibilityTimeout=1
    )
