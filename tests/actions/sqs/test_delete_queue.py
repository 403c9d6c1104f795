from typing import Any

from tests.actions.sqs.answers import members
from tests.actions.sqs.refusals import assert_no_such_queue


def test_queue_is_gone_with_its_messages(sqs: Any, queue_url: str) -> None:
    sqs.send_message(QueueUrl=queue_url, MessageBody="visible")
    sqs.send_message(QueueUrl=queue_url, MessageBody="delayed", DelaySeconds=900)
    assert members(sqs.delete_queue(QueueUrl=queue_url)) == {}
    assert_no_such_queue(sqs.get_queue_url, QueueName="queue")
    assert_no_such_queue(sqs.receive_message, QueueUrl=queue_url)


def test_queue_can_be_deleted_once(sqs: Any, queue_url: str) -> None:
    sqs.delete_queue(QueueUrl=queue_url)
    assert_no_such_queue(sqs.delete_queue, QueueUrl=queue_url)


def test_other_queues_stay(sqs: Any, queue_url: str, fifo_url: str) -> None:
    sqs.delete_queue(QueueUrl=queue_url)
    assert sqs.list_queues()["QueueUrls"] == [fifo_url]
