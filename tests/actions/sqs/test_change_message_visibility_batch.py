from typing import Any

import pytest

from tests.account_clock import AccountClock
from tests.actions.sqs.answers import counts, members
from tests.actions.sqs.refusals import assert_refused, failed_entry

Entry = dict[str, Any]


def send_and_receive(sqs: Any, queue_url: str, count: int, **params: Any) -> list[str]:
    """The handles of ``count`` new messages, now in flight."""
    for number in range(count):
        sqs.send_message(QueueUrl=queue_url, MessageBody=f"message {number}", **params)
    received = sqs.receive_message(QueueUrl=queue_url, MaxNumberOfMessages=10)["Messages"]
    assert len(received) == count
    return [message["ReceiptHandle"] for message in received]


def test_each_message_gets_its_own_timeout(sqs: Any, queue_url: str, clock: AccountClock) -> None:
    clock.freeze()
    entries = [
        {"Id": str(number), "ReceiptHandle": handle, "VisibilityTimeout": 10 * number}
        for number, handle in enumerate(send_and_receive(sqs, queue_url, 10))
    ]
    answer = members(sqs.change_message_visibility_batch(QueueUrl=queue_url, Entries=entries))
    assert answer == {"Successful": [{"Id": str(number)} for number in range(10)]}
    for visible in range(1, 11):
        assert counts(sqs, queue_url) == (visible, 10 - visible, 0)
        clock.advance(10)


def test_bad_entries_fail_alone(sqs: Any, queue_url: str, clock: AccountClock) -> None:
    clock.freeze()
    other = sqs.create_queue(QueueName="other")["QueueUrl"]
    (foreign,) = send_and_receive(sqs, other, 1)
    good, deleted = send_and_receive(sqs, queue_url, 2)
    sqs.delete_message(QueueUrl=queue_url, ReceiptHandle=deleted)
    entries: list[Entry] = [
        {"Id": "garbage", "ReceiptHandle": "garbage", "VisibilityTimeout": 0},
        {"Id": "foreign", "ReceiptHandle": foreign, "VisibilityTimeout": 0},
        {"Id": "deleted", "ReceiptHandle": deleted, "VisibilityTimeout": 0},
        {"Id": "range", "ReceiptHandle": good, "VisibilityTimeout": 43_201},
        {"Id": "total", "ReceiptHandle": good, "VisibilityTimeout": 43_200},
        {"Id": "none", "ReceiptHandle": good},
        {"Id": "good", "ReceiptHandle": good, "VisibilityTimeout": 0},
    ]
    answer = members(sqs.change_message_visibility_batch(QueueUrl=queue_url, Entries=entries))
    assert answer == {
        "Successful": [{"Id": "good"}],
        "Failed": [
            failed_entry(
                "garbage",
                "ReceiptHandleIsInvalid",
                'The input receipt handle "garbage" is not a valid receipt handle.',
            ),
            failed_entry(
                "foreign", "ReceiptHandleIsInvalid", f'The receipt handle "{foreign}" is not valid for this queue.'
            ),
            failed_entry(
                "deleted",
                "ReceiptHandleIsInvalid",
                "Message does not exist or is not available for visibility timeout change",
            ),
            failed_entry(
                "range",
                "InvalidParameterValue",
                "Value 43201 for parameter VisibilityTimeout is invalid. "
                "Reason: VisibilityTimeout must be an integer between 0 and 43200.",
            ),
            failed_entry(
                "total",
                "InvalidParameterValue",
                "Total VisibilityTimeout for the message is beyond the limit [43200 seconds]",
            ),
            failed_entry("none", "MissingParameter", "The request must contain the parameter VisibilityTimeout."),
        ],
    }
    assert counts(sqs, queue_url) == (1, 0, 0)
    assert counts(sqs, other) == (0, 1, 0)


# -- What is refused as a whole ------------------------------------------------------------


def assert_batch_refused(sqs: Any, queue_url: str, entries: list[Entry], code: str, message: str) -> None:
    """The batch fails as a whole; the message in flight stays so."""
    assert_refused(sqs.change_message_visibility_batch, code, message, QueueUrl=queue_url, Entries=entries)
    assert counts(sqs, queue_url) == (0, 1, 0)


@pytest.mark.parametrize("id", ["", "a" * 81, "invalid:id"], ids=["empty", "too long", "colon"])
def test_illegal_id_is_refused(sqs: Any, queue_url: str, id: str) -> None:
    (handle,) = send_and_receive(sqs, queue_url, 1)
    entries = [
        {"Id": "good", "ReceiptHandle": handle, "VisibilityTimeout": 0},
        {"Id": id, "ReceiptHandle": "garbage", "VisibilityTimeout": 0},
    ]
    message = (
        "A batch entry id can only contain alphanumeric characters, hyphens and underscores. "
        "It can be at most 80 letters long."
    )
    assert_batch_refused(sqs, queue_url, entries, "AWS.SimpleQueueService.InvalidBatchEntryId", message)


def test_ids_are_distinct(sqs: Any, queue_url: str) -> None:
    (handle,) = send_and_receive(sqs, queue_url, 1)
    entries = [{"Id": "a", "ReceiptHandle": handle, "VisibilityTimeout": 0}] * 2
    code = "AWS.SimpleQueueService.BatchEntryIdsNotDistinct"
    assert_batch_refused(sqs, queue_url, entries, code, "Id a repeated.")
