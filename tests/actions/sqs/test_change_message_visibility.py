from typing import Any

import pytest

from tests.account_clock import AccountClock
from tests.actions.sqs.answers import counts, members
from tests.actions.sqs.refusals import assert_refused


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
