import time
from typing import Any

from tests.account_clock import AccountClock
from tests.actions.sqs.answers import counts, members

STANDARD_DEFAULTS = {
    "ApproximateNumberOfMessages": "0",
    "ApproximateNumberOfMessagesDelayed": "0",
    "ApproximateNumberOfMessagesNotVisible": "0",
    "DelaySeconds": "0",
    "MaximumMessageSize": "1048576",
    "MessageRetentionPeriod": "345600",
    "ReceiveMessageWaitTimeSeconds": "0",
    "SqsManagedSseEnabled": "true",
    "VisibilityTimeout": "30",
}


def all_attributes(sqs: Any, queue_url: str) -> dict[str, str]:
    answer = members(sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=["All"]))
    attributes: dict[str, str] = answer.pop("Attributes")
    assert answer == {}
    return attributes


def test_fresh_standard_queue_has_twelve_attributes(sqs: Any, queue_url: str, account: str) -> None:
    attributes = all_attributes(sqs, queue_url)
    created = attributes.pop("CreatedTimestamp")
    assert attributes.pop("LastModifiedTimestamp") == created
    assert abs(int(created) - time.time()) < 60
    assert attributes == STANDARD_DEFAULTS | {"QueueArn": f"arn:aws:sqs:us-east-1:{account}:queue"}


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
