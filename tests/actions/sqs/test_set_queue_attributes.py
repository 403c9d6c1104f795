import json
from typing import Any

import pytest

from tests.account_clock import AccountClock
from tests.actions.sqs.answers import arn_of, attribute, bodies, members, redrive_policy
from tests.actions.sqs.refusals import assert_refused

KMS = {"KmsMasterKeyId": "testKeyId", "KmsDataKeyReusePeriodSeconds": "6000"}
STATEMENT = {"Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage", "Resource": "*"}


def all_attributes(sqs: Any, queue_url: str) -> dict[str, str]:
    """Every attribute of a queue but its times."""
    attributes: dict[str, str] = sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=["All"])["Attributes"]
    del attributes["CreatedTimestamp"], attributes["LastModifiedTimestamp"]
    return attributes


def test_change_is_dated(sqs: Any, queue_url: str, clock: AccountClock) -> None:
    created = attribute(sqs, queue_url, "CreatedTimestamp")
    assert created is not None
    clock.freeze()
    clock.advance(100)
    sqs.set_queue_attributes(QueueUrl=queue_url, Attributes={"DelaySeconds": "1"})
    assert attribute(sqs, queue_url, "CreatedTimestamp") == created
    modified = attribute(sqs, queue_url, "LastModifiedTimestamp")
    assert modified is not None
    assert 100 <= int(modified) - int(created) <= 102


def test_refused_change_changes_nothing(sqs: Any, queue_url: str, clock: AccountClock) -> None:
    clock.advance(10)
    before = sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=["All"])["Attributes"]
    changes = {"DelaySeconds": "1", "VisibilityTimeout": "43201"}
    message = "Invalid value for the parameter VisibilityTimeout."
    assert_refused(sqs.set_queue_attributes, "InvalidAttributeValue", message, QueueUrl=queue_url, Attributes=changes)
    assert sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=["All"])["Attributes"] == before


# -- Encryption ----------------------------------------------------------------------------


def test_managed_encryption_puts_the_key_out_of_force(sqs: Any, queue_url: str) -> None:
    names = ["KmsMasterKeyId", "KmsDataKeyReusePeriodSeconds", "SqsManagedSseEnabled"]
    sqs.set_queue_attributes(QueueUrl=queue_url, Attributes=KMS)
    shown = members(sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=names))
    assert shown == {"Attributes": KMS | {"SqsManagedSseEnabled": "false"}}
    sqs.set_queue_attributes(QueueUrl=queue_url, Attributes={"SqsManagedSseEnabled": "true"})
    shown = members(sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=names))
    assert shown == {"Attributes": {"SqsManagedSseEnabled": "true"}}


# -- Policies ------------------------------------------------------------------------------


def test_policy_that_is_too_long_is_over_the_limit(sqs: Any, queue_url: str) -> None:
    policy = json.dumps({"Statement": [STATEMENT], "Id": "a" * 8192})
    message = "Submitted policy is over max allowed size."
    change = {"Policy": policy}
    assert_refused(sqs.set_queue_attributes, "OverLimit", message, QueueUrl=queue_url, Attributes=change)
    assert attribute(sqs, queue_url, "Policy") is None


@pytest.mark.parametrize(
    ("policy", "reason"),
    [
        ("{", "Redrive allow policy is not a valid JSON map."),
        ("{}", "redrivePermission must be one of allowAll, denyAll, byQueue."),
        ('{"redrivePermission": "some"}', "redrivePermission must be one of allowAll, denyAll, byQueue."),
        ('{"redrivePermission": "byQueue"}', "sourceQueueArns must contain 1 to 10 queue ARNs."),
        ('{"redrivePermission": "byQueue", "sourceQueueArns": [1]}', "sourceQueueArns must contain queue ARNs."),
        (
            '{"redrivePermission": "denyAll", "sourceQueueArns": []}',
            "sourceQueueArns is only valid with redrivePermission byQueue.",
        ),
    ],
)
def test_redrive_allow_policy_that_makes_no_sense_is_refused(
    sqs: Any, queue_url: str, policy: str, reason: str
) -> None:
    message = f"Value {policy} for parameter RedriveAllowPolicy is invalid. Reason: {reason}"
    change = {"RedriveAllowPolicy": policy}
    assert_refused(sqs.set_queue_attributes, "InvalidParameterValue", message, QueueUrl=queue_url, Attributes=change)


def test_dead_letter_queue_decides_whose_it_is(sqs: Any, queue_url: str) -> None:
    friend = sqs.create_queue(QueueName="friend")["QueueUrl"]
    stranger = sqs.create_queue(QueueName="stranger")["QueueUrl"]
    allow = json.dumps({"redrivePermission": "byQueue", "sourceQueueArns": [arn_of(sqs, friend)]})
    sqs.set_queue_attributes(QueueUrl=queue_url, Attributes={"RedriveAllowPolicy": allow})
    change = {"RedrivePolicy": redrive_policy(arn_of(sqs, queue_url))}
    sqs.set_queue_attributes(QueueUrl=friend, Attributes=change)
    reason = "The dead-letter queue's redrive allow policy does not allow this source queue."
    message = f"Value {change['RedrivePolicy']} for parameter RedrivePolicy is invalid. Reason: {reason}"
    assert_refused(sqs.set_queue_attributes, "InvalidParameterValue", message, QueueUrl=stranger, Attributes=change)
    assert attribute(sqs, stranger, "RedrivePolicy") is None


# -- Effects on messages -------------------------------------------------------------------


def test_new_delay_is_not_for_messages_that_are_delayed_already(sqs: Any, queue_url: str, clock: AccountClock) -> None:
    clock.freeze()
    sqs.set_queue_attributes(QueueUrl=queue_url, Attributes={"DelaySeconds": "100"})
    sqs.send_message(QueueUrl=queue_url, MessageBody="hello")
    sqs.set_queue_attributes(QueueUrl=queue_url, Attributes={"DelaySeconds": "10"})
    clock.advance(99)
    assert bodies(sqs.receive_message(QueueUrl=queue_url)) == []
    clock.advance(1)
    assert bodies(sqs.receive_message(QueueUrl=queue_url)) == ["hello"]


def test_new_delay_is_for_delayed_messages_too_on_a_fifo_queue(sqs: Any, fifo_url: str, clock: AccountClock) -> None:
    clock.freeze()
    sqs.set_queue_attributes(QueueUrl=fifo_url, Attributes={"DelaySeconds": "100"})
    sqs.send_message(QueueUrl=fifo_url, MessageBody="hello", MessageGroupId="group")
    sqs.set_queue_attributes(QueueUrl=fifo_url, Attributes={"DelaySeconds": "10"})
    clock.advance(9)
    assert bodies(sqs.receive_message(QueueUrl=fifo_url)) == []
    clock.advance(1)
    assert bodies(sqs.receive_message(QueueUrl=fifo_url)) == ["hello"]


def test_new_retention_period_is_for_messages_that_are_there(sqs: Any, queue_url: str, clock: AccountClock) -> None:
    sqs.send_message(QueueUrl=queue_url, MessageBody="hello")
    clock.advance(61)
    sqs.set_queue_attributes(QueueUrl=queue_url, Attributes={"MessageRetentionPeriod": "60"})
    assert bodies(sqs.receive_message(QueueUrl=queue_url)) == []


def test_new_visibility_timeout_is_for_receives_from_now_on(sqs: Any, queue_url: str, clock: AccountClock) -> None:
    clock.freeze()
    sqs.send_message(QueueUrl=queue_url, MessageBody="hello")
    sqs.receive_message(QueueUrl=queue_url)
    sqs.set_queue_attributes(QueueUrl=queue_url, Attributes={"VisibilityTimeout": "5"})
    clock.advance(29)
    assert bodies(sqs.receive_message(QueueUrl=queue_url)) == []
    clock.advance(1)
    assert bodies(sqs.receive_message(QueueUrl=queue_url)) == ["hello"]
    clock.advance(5)
    assert bodies(sqs.receive_message(QueueUrl=queue_url)) == ["hello"]


def test_ids_used_in_other_groups_stay_distinct_when_the_scope_becomes_the_queue(sqs: Any) -> None:
    by_group = {"FifoQueue": "true", "DeduplicationScope": "messageGroup", "FifoThroughputLimit": "perMessageGroupId"}
    url = sqs.create_queue(QueueName="queue.fifo", Attributes=by_group)["QueueUrl"]

    def send_and_receive(body: str, group: str) -> list[str]:
        sqs.send_message(QueueUrl=url, MessageBody=body, MessageGroupId=group, MessageDeduplicationId="same")
        received = sqs.receive_message(QueueUrl=url)
        for message in received.get("Messages", []):
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return bodies(received)

    assert send_and_receive("Test1", "1") == ["Test1"]
    assert send_and_receive("Test2", "2") == ["Test2"]
    by_queue = {"DeduplicationScope": "queue", "FifoThroughputLimit": "perQueue"}
    sqs.set_queue_attributes(QueueUrl=url, Attributes=by_queue)
    shown = all_attributes(sqs, url)
    assert shown.pop("QueueArn").endswith(":queue.fifo")
    assert shown == {
        "ApproximateNumberOfMessages": "0",
        "ApproximateNumberOfMessagesDelayed": "0",
        "ApproximateNumberOfMessagesNotVisible": "0",
        "ContentBasedDeduplication": "false",
        "DeduplicationScope": "queue",
        "DelaySeconds": "0",
        "FifoQueue": "true",
        "FifoThroughputLimit": "perQueue",
        "MaximumMessageSize": "1048576",
        "MessageRetentionPeriod": "345600",
        "ReceiveMessageWaitTimeSeconds": "0",
        "SqsManagedSseEnabled": "true",
        "VisibilityTimeout": "30",
    }
    assert send_and_receive("Test3", "3") == ["Test3"]
    assert send_and_receive("Test4", "4") == []
