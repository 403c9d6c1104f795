"""ElasticMQ's statistics of queues, where they are asked for."""

from collections.abc import Iterator

import pytest

from tests import boto
from tests.control.calls import call
from tests.raw_http import ask
from tests.server import RunningServer, running_server


@pytest.fixture(scope="module")
def statistics() -> Iterator[RunningServer]:
    with running_server("--elasticmq-statistics", "--region", "eu-west-3") as server:
        yield server


def test_each_queue_of_the_default_account_and_region_is_counted(statistics: RunningServer) -> None:
    sqs = boto.client("sqs", statistics.url, region="eu-west-3")
    url = sqs.create_queue(QueueName="orders", Attributes={"VisibilityTimeout": "45"})["QueueUrl"]
    boto.client("sqs", statistics.url, region="eu-west-1").create_queue(QueueName="elsewhere")
    for delay in (0, 0, 60):
        sqs.send_message(QueueUrl=url, MessageBody="x", DelaySeconds=delay)
    sqs.receive_message(QueueUrl=url)
    status, listed = call(f"{statistics.url}/statistics/queues")
    assert status == 200
    assert listed == [
        {
            "name": "orders",
            "statistics": {
                "approximateNumberOfVisibleMessages": 1,
                "approximateNumberOfMessagesDelayed": 1,
                "approximateNumberOfInvisibleMessages": 1,
            },
        }
    ]
    _, shown = call(f"{statistics.url}/statistics/queues/orders")
    assert shown["name"] == "orders"
    assert shown["attributes"]["VisibilityTimeout"] == "45"


def test_queue_that_does_not_exist_is_404(statistics: RunningServer) -> None:
    answer = ask(statistics.url, "/statistics/queues/nothing")
    assert (answer.status, answer.body) == (404, '{"error":"There is no queue nothing."}')


def test_without_the_option_the_path_is_like_any_other(server: RunningServer) -> None:
    path = "/statistics/queues"
    known, unknown = (ask(server.url, each) for each in (path, "/nothing/at-all"))
    assert known.status == unknown.status
    assert known.headers["content-type"] == unknown.headers["content-type"] == "text/xml"
