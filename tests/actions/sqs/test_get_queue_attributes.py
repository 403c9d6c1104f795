import time
from typing import Any

from tests.account_clock import AccountClock
from tests.actions.sqs.answers import attribute, counts


def test_creation_is_dated(sqs: Any, queue_url: str) -> None:
    created = attribute(sqs, queue_url, "CreatedTimestamp")
    assert attribute(sqs, queue_url, "LastModifiedTimestamp") == created
    assert abs(int(created or 0) - time.time()) < 60


def test_messages_are_counted_by_state(sqs: Any, queue_url: str, clock: AccountClock) -> None:
    clock.freeze()
    for number in range(5):
        sqs.send_message(QueueUrl=queue_url, MessageBody=str(number))
    sqs.send_message(QueueUrl=queue_url, MessageBody="later", DelaySeconds=60)
    sqs.receive_message(QueueUrl=queue_url, MaxNumberOfMessages=2, VisibilityTimeout=120)
    assert counts(sqs, queue_url) == (3, 2, 1)
    clock.advance(60)
    assert counts(sqs, queue_url) == (4, 2, 0)
    clock.advance(60)
    assert counts(sqs, queue_url) == (6, 0, 0)
