"""POST /_emulator/declare: a configuration for an emulator that runs."""

from typing import Any

import pytest

from tests import boto
from tests.control.calls import call
from tests.server import RunningServer


def declare(server: RunningServer, content: Any, query: str = "") -> tuple[int, Any]:
    return call(f"{server.url}/_emulator/declare{query}", content)


def test_queues_and_topics_are_made_in_the_given_account_and_region(server: RunningServer, account: str) -> None:
    content = {
        "$schema": "x",
        "options": {"port": 1},
        "queues": {"jobs": {"visibility_timeout": 7, "dead_letter_queue": "dead"}, "dead": None},
        "topics": [{"name": "events", "subscriptions": ["jobs"]}],
    }
    answer = declare(server, content, f"?account={account}&region=eu-west-3")
    assert answer == (200, {"queues": 2, "topics": 1, "subscriptions": 1, "faults": 0})
    sqs = boto.client("sqs", server.url, account=account, region="eu-west-3")
    attributes = sqs.get_queue_attributes(QueueUrl="jobs", AttributeNames=["All"])["Attributes"]
    assert attributes["VisibilityTimeout"] == "7"
    assert f"arn:aws:sqs:eu-west-3:{account}:dead" in attributes["RedrivePolicy"]


def test_it_can_refer_to_queues_that_exist_and_change_them(server: RunningServer, account: str) -> None:
    sqs = boto.client("sqs", server.url, account=account)
    sqs.create_queue(QueueName="dead")
    sqs.create_queue(QueueName="jobs")
    sqs.send_message(QueueUrl="jobs", MessageBody="stays")
    content = {"queues": {"jobs": {"dead_letter_queue": "dead", "delay_seconds": 1}}}
    assert declare(server, content, f"?account={account}")[0] == 200
    attributes = sqs.get_queue_attributes(QueueUrl="jobs", AttributeNames=["All"])["Attributes"]
    assert (attributes["DelaySeconds"], attributes["ApproximateNumberOfMessages"]) == ("1", "1")


def test_queues_with_messages_in_flight_and_receive_attempts_are_no_obstacle(
    server: RunningServer, account: str
) -> None:
    sqs = boto.client("sqs", server.url, account=account)
    sqs.create_queue(QueueName="jobs.fifo", Attributes={"FifoQueue": "true", "ContentBasedDeduplication": "true"})
    for group in "abcab":
        sqs.send_message(QueueUrl="jobs.fifo", MessageBody=f"{group}", MessageGroupId=group)
    received = sqs.receive_message(QueueUrl="jobs.fifo", MaxNumberOfMessages=2, ReceiveRequestAttemptId="one")
    handle = received["Messages"][0]["ReceiptHandle"]
    sqs.change_message_visibility(QueueUrl="jobs.fifo", ReceiptHandle=handle, VisibilityTimeout=0)
    sqs.receive_message(QueueUrl="jobs.fifo", ReceiveRequestAttemptId="two")
    assert declare(server, {"queues": ["late"]}, f"?account={account}")[0] == 200


def test_message_groups_in_a_standard_queue_are_no_obstacle(server: RunningServer, account: str) -> None:
    sqs = boto.client("sqs", server.url, account=account)
    sqs.create_queue(QueueName="jobs")
    sqs.send_message(QueueUrl="jobs", MessageBody="of a tenant", MessageGroupId="g")
    assert declare(server, {"queues": ["late"]}, f"?account={account}")[0] == 200


def test_faults_and_the_clock_are_those_of_the_account(server: RunningServer, account: str) -> None:
    content = {"faults": [{"service": "sqs", "error": "OverLimit"}], "clock": {"freeze": True}}
    assert declare(server, content, f"?account={account}")[0] == 200
    _, listed = call(f"{server.url}/_emulator/faults?account={account}")
    assert listed["faults"][0]["rule"] == {"service": "sqs", "account": account, "error": "OverLimit"}
    assert call(f"{server.url}/_emulator/clock?account={account}")[1]["frozen"]
    assert not call(f"{server.url}/_emulator/clock")[1]["frozen"]


def test_all_mistakes_are_named_with_their_paths_and_nothing_is_made(server: RunningServer, account: str) -> None:
    content = {"queues": ["good", {"name": "bad", "delay_seconds": 901}], "topics": {"t": {"subscriptions": ["god"]}}}
    status, answer = declare(server, content, f"?account={account}")
    assert status == 400
    assert answer["error"].splitlines() == [
        "body: queues[1].delay_seconds: delay_seconds is 901; an integer from 0 to 900 is wanted.",
        "body: topics.t.subscriptions[0]: There is no queue god; did you mean good?",
    ]
    assert call(f"{server.url}/_emulator/queues?account={account}")[1]["queues"] == []


@pytest.mark.parametrize(
    ("query", "content", "error"),
    [
        ("?account=12", {}, "Expected `str` matching regex"),
        ("?acount=111111111111", {}, "Object contains unknown field `acount`"),
        ("", {"quees": []}, "Object contains unknown field `quees`"),
        ("", [], "Expected `object`, got `array`"),
        ("?region=", {"queues": ["a"]}, "at `$.region`"),
    ],
)
def test_bad_request_is_refused(server: RunningServer, query: str, content: Any, error: str) -> None:
    status, answer = declare(server, content, query)
    assert status == 400
    assert error in answer["error"]
