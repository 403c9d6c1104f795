from typing import Any

from emulator.serving.app import Emulator
from tests import boto
from tests.account_clock import AccountClock
from tests.actions.sqs.answers import bodies, counts, members
from tests.actions.sqs.refusals import assert_refused


def test_messages_of_every_state_are_deleted(sqs: Any, queue_url: str, clock: AccountClock) -> None:
    sqs.send_message(QueueUrl=queue_url, MessageBody="in flight")
    sqs.receive_message(QueueUrl=queue_url)
    sqs.send_message(QueueUrl=queue_url, MessageBody="visible")
    sqs.send_message(QueueUrl=queue_url, MessageBody="delayed", DelaySeconds=10)
    assert counts(sqs, queue_url) == (1, 1, 1)
    assert members(sqs.purge_queue(QueueUrl=queue_url)) == {}
    assert counts(sqs, queue_url) == (0, 0, 0)
    clock.advance(60)
    assert members(sqs.receive_message(QueueUrl=queue_url)) == {}


def test_message_sent_right_after_a_purge_stays(sqs: Any, queue_url: str) -> None:
    sqs.send_message(QueueUrl=queue_url, MessageBody="before")
    sqs.purge_queue(QueueUrl=queue_url)
    sqs.send_message(QueueUrl=queue_url, MessageBody="after")
    assert bodies(sqs.receive_message(QueueUrl=queue_url, MaxNumberOfMessages=10)) == ["after"]


def test_handle_of_a_purged_message_still_deletes_nothing_without_complaint(sqs: Any, queue_url: str) -> None:
    sqs.send_message(QueueUrl=queue_url, MessageBody="hello")
    handle = sqs.receive_message(QueueUrl=queue_url)["Messages"][0]["ReceiptHandle"]
    sqs.purge_queue(QueueUrl=queue_url)
    assert members(sqs.delete_message(QueueUrl=queue_url, ReceiptHandle=handle)) == {}


def test_purge_unlocks_the_groups(sqs: Any, fifo_url: str) -> None:
    sqs.send_message(QueueUrl=fifo_url, MessageBody="one", MessageGroupId="group")
    sqs.receive_message(QueueUrl=fifo_url)
    sqs.purge_queue(QueueUrl=fifo_url)
    sqs.send_message(QueueUrl=fifo_url, MessageBody="two", MessageGroupId="group")
    assert bodies(sqs.receive_message(QueueUrl=fifo_url)) == ["two"]


def test_purges_may_follow_each_other_unless_timing_is_strict(sqs: Any, queue_url: str) -> None:
    for _ in range(2):
        sqs.send_message(QueueUrl=queue_url, MessageBody="hello")
        sqs.purge_queue(QueueUrl=queue_url)
        assert counts(sqs, queue_url) == (0, 0, 0)


def test_strict_timing_allows_one_purge_a_minute(strict_sqs: Any, strict: Emulator) -> None:
    url = strict_sqs.create_queue(QueueName="queue")["QueueUrl"]
    strict_sqs.purge_queue(QueueUrl=url)
    strict_sqs.send_message(QueueUrl=url, MessageBody="hello")
    code = "AWS.SimpleQueueService.PurgeQueueInProgress"
    message = "Only one PurgeQueue operation on queue is allowed every 60 seconds."
    assert_refused(strict_sqs.purge_queue, code, message, QueueUrl=url)
    assert counts(strict_sqs, url) == (1, 0, 0)
    strict.world.clocks.of(boto.ACCOUNT).advance(60)
    strict_sqs.purge_queue(QueueUrl=url)
    assert counts(strict_sqs, url) == (0, 0, 0)
