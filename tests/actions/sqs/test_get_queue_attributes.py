import time
from typing import Any

import pytest

from tests.account_clock import AccountClock
from tests.actions.sqs.answers import attribute, counts, members
from tests.actions.sqs.refusals import assert_refused

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
FIFO_DEFAULTS = STANDARD_DEFAULTS | {
    "FifoQueue": "true",
    "ContentBasedDeduplication": "true",
    "DeduplicationScope": "queue",
    "FifoThroughputLimit": "perQueue",
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


def test_fresh_fifo_queue_has_its_own_four_besides(sqs: Any, fifo_url: str, account: str) -> None:
    attributes = all_attributes(sqs, fifo_url)
    del attributes["CreatedTimestamp"], attributes["LastModifiedTimestamp"]
    assert attributes == FIFO_DEFAULTS | {"QueueArn": f"arn:aws:sqs:us-east-1:{account}:queue.fifo"}


def test_without_names_there_are_no_attributes(sqs: Any, queue_url: str) -> None:
    assert members(sqs.get_queue_attributes(QueueUrl=queue_url)) == {}
    assert members(sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=[])) == {}


def test_named_attributes_alone_are_returned(sqs: Any, queue_url: str) -> None:
    names = ["DelaySeconds", "VisibilityTimeout", "DelaySeconds"]
    answer = members(sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=names))
    assert answer == {"Attributes": {"DelaySeconds": "0", "VisibilityTimeout": "30"}}


@pytest.mark.parametrize(
    "name",
    ["Policy", "RedrivePolicy", "RedriveAllowPolicy", "KmsMasterKeyId", "KmsDataKeyReusePeriodSeconds", "FifoQueue"],
)
def test_attribute_that_is_not_set_is_left_out(sqs: Any, queue_url: str, name: str) -> None:
    assert members(sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=[name])) == {}


@pytest.mark.parametrize("names", [["Foo"], ["All", "Foo"], ["Foo", "DelaySeconds"], ["all", "Foo"], [""]])
def test_unknown_name_is_refused(sqs: Any, queue_url: str, names: list[str]) -> None:
    unknown = next(name for name in names if name not in ("All", "DelaySeconds"))
    message = f"Unknown Attribute {unknown}."
    assert_refused(sqs.get_queue_attributes, "InvalidAttributeName", message, QueueUrl=queue_url, AttributeNames=names)


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


def test_fifo_counts_are_exact(sqs: Any, fifo_url: str) -> None:
    for number in range(5):
        sqs.send_message(QueueUrl=fifo_url, MessageBody=str(number), MessageGroupId="group")
    assert attribute(sqs, fifo_url, "ApproximateNumberOfMessages") == "5"
    received = sqs.receive_message(QueueUrl=fifo_url, MaxNumberOfMessages=4)["Messages"]
    assert counts(sqs, fifo_url) == (1, 4, 0)
    for message in received:
        sqs.delete_message(QueueUrl=fifo_url, ReceiptHandle=message["ReceiptHandle"])
    assert counts(sqs, fifo_url) == (1, 0, 0)
