from typing import Any

import pytest

from tests.actions.sqs.answers import counts, members
from tests.actions.sqs.refusals import assert_refused, failed_entry


def send_and_receive(sqs: Any, queue_url: str, count: int, **params: Any) -> list[str]:
    """The handles of ``count`` new messages, now in flight."""
    for number in range(count):
        sqs.send_message(QueueUrl=queue_url, MessageBody=f"message {number}", **params)
    received = sqs.receive_message(QueueUrl=queue_url, MaxNumberOfMessages=10)["Messages"]
    assert len(received) == count
    return [message["ReceiptHandle"] for message in received]


def entries_of(handles: list[str]) -> list[dict[str, str]]:
    return [{"Id": str(number), "ReceiptHandle": handle} for number, handle in enumerate(handles)]


def test_bad_handles_fail_alone(sqs: Any, queue_url: str) -> None:
    other = sqs.create_queue(QueueName="other")["QueueUrl"]
    (foreign,) = send_and_receive(sqs, other, 1)
    (good,) = send_and_receive(sqs, queue_url, 1)
    entries = entries_of(["garbage", good, foreign, good])
    answer = members(sqs.delete_message_batch(QueueUrl=queue_url, Entries=entries))
    assert answer == {
        "Successful": [{"Id": "1"}, {"Id": "3"}],
        "Failed": [
            failed_entry(
                "0", "ReceiptHandleIsInvalid", 'The input receipt handle "garbage" is not a valid receipt handle.'
            ),
            failed_entry("2", "ReceiptHandleIsInvalid", f'The receipt handle "{foreign}" is not valid for this queue.'),
        ],
    }
    assert counts(sqs, queue_url) == (0, 0, 0)
    assert counts(sqs, other) == (0, 1, 0)


# -- What is refused as a whole ------------------------------------------------------------


def assert_batch_refused(sqs: Any, queue_url: str, entries: list[dict[str, str]], code: str, message: str) -> None:
    """The batch fails as a whole; the message in flight stays."""
    assert_refused(sqs.delete_message_batch, code, message, QueueUrl=queue_url, Entries=entries)
    assert counts(sqs, queue_url) == (0, 1, 0)


@pytest.mark.parametrize("id", ["", "testLongId" * 10, "invalid:id"], ids=["empty", "too long", "colon"])
def test_illegal_id_is_refused_before_any_handle_is_read(sqs: Any, queue_url: str, id: str) -> None:
    (handle,) = send_and_receive(sqs, queue_url, 1)
    entries = [{"Id": "good", "ReceiptHandle": handle}, {"Id": id, "ReceiptHandle": "garbage"}]
    message = (
        "A batch entry id can only contain alphanumeric characters, hyphens and underscores. "
        "It can be at most 80 letters long."
    )
    assert_batch_refused(sqs, queue_url, entries, "AWS.SimpleQueueService.InvalidBatchEntryId", message)


def test_ids_are_distinct(sqs: Any, queue_url: str) -> None:
    (handle,) = send_and_receive(sqs, queue_url, 1)
    entries = [{"Id": "a", "ReceiptHandle": handle}] * 2
    code = "AWS.SimpleQueueService.BatchEntryIdsNotDistinct"
    assert_batch_refused(sqs, queue_url, entries, code, "Id a repeated.")
