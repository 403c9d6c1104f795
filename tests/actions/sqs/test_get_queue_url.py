from typing import Any

from tests import boto
from tests.actions.sqs.refusals import assert_no_such_queue
from tests.server import RunningServer


def test_queue_must_exist_under_exactly_this_name(sqs: Any, queue_url: str) -> None:
    for name in ("Queue", "queue2", "queu", "", queue_url):
        assert_no_such_queue(sqs.get_queue_url, QueueName=name)


def test_each_region_has_queues_of_its_own(
    sqs: Any, queue_url: str, server: RunningServer, account: str, protocol: str
) -> None:
    elsewhere = boto.client("sqs", server.url, account=account, region="eu-west-1", protocol=protocol)
    assert_no_such_queue(elsewhere.get_queue_url, QueueName="queue")
    elsewhere.create_queue(QueueName="queue")
    elsewhere.get_queue_url(QueueName="queue")


def test_queue_of_another_account_is_found_by_its_owner(
    sqs: Any, queue_url: str, server: RunningServer, account: str, protocol: str
) -> None:
    stranger = boto.client("sqs", server.url, account="999999999999", protocol=protocol)
    assert_no_such_queue(stranger.get_queue_url, QueueName="queue")
    found = stranger.get_queue_url(QueueName="queue", QueueOwnerAWSAccountId=account)
    assert found["QueueUrl"] == queue_url
    assert_no_such_queue(sqs.get_queue_url, QueueName="queue", QueueOwnerAWSAccountId="999999999999")
