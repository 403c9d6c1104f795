"""What falls due next, and that a move as far as that makes it happen."""

from typing import Any

import pytest

from tests.account_clock import AccountClock
from tests.control.calls import call
from tests.server import RunningServer


class Agenda:
    def __init__(self, server: RunningServer, account: str) -> None:
        self.url = server.url
        self.account = account

    def next(self) -> Any:
        status, answer = call(f"{self.url}/_emulator/clock/next?account={self.account}")
        assert status == 200
        assert answer["account"] == self.account
        return answer["next"]

    def go(self) -> str:
        """Move the clock to the next thing; returns what it was."""
        due = self.next()
        assert call(f"{self.url}/_emulator/clock", {"advance": due["seconds"], "account": self.account})[0] == 200
        return str(due["what"])


@pytest.fixture
def agenda(server: RunningServer, account: str, clock: AccountClock) -> Agenda:
    clock.freeze()
    return Agenda(server, account)


def visible(agenda: Agenda) -> int:
    return int(call(f"{agenda.url}/_emulator/queues?account={agenda.account}")[1]["queues"][0]["visible"])


def test_nothing_is_next_in_an_account_with_nothing(agenda: Agenda) -> None:
    assert agenda.next() is None


def test_messages_fall_due_one_after_the_other(agenda: Agenda, json_sqs: Any) -> None:
    retention = {"MessageRetentionPeriod": "600"}
    json_sqs.create_queue(QueueName="queue", Attributes=retention)
    taken = json_sqs.send_message(QueueUrl="queue", MessageBody="taken")["MessageId"]
    json_sqs.receive_message(QueueUrl="queue", VisibilityTimeout=33)
    delayed = json_sqs.send_message(QueueUrl="queue", MessageBody="delayed", DelaySeconds=90)["MessageId"]
    due = agenda.next()
    assert due["seconds"] == pytest.approx(33)
    assert (due["message_id"], due["resource"]) == (taken, f"arn:aws:sqs:us-east-1:{agenda.account}:queue")
    assert visible(agenda) == 0
    assert agenda.go() == "visibility_timeout_ends"
    assert visible(agenda) == 1
    assert agenda.next()["message_id"] == delayed
    assert agenda.go() == "delay_ends"
    assert visible(agenda) == 2
    assert agenda.go() == "message_expires"
    assert visible(agenda) == 0  # they were sent at the same time


def test_pending_subscription_and_a_move_task_fall_due(agenda: Agenda, json_sqs: Any, sns: Any) -> None:
    topic = sns.create_topic(Name="topic")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="email", Endpoint="someone@example.com")
    due = agenda.next()
    assert due["what"] == "confirmation_expires"
    assert due["resource"].startswith(topic)
    dead = json_sqs.create_queue(QueueName="dead")["QueueUrl"]
    policy = f'{{"deadLetterTargetArn": "arn:aws:sqs:us-east-1:{agenda.account}:dead", "maxReceiveCount": 1}}'
    json_sqs.create_queue(QueueName="queue", Attributes={"RedrivePolicy": policy, "VisibilityTimeout": "0"})
    for _ in range(3):
        json_sqs.send_message(QueueUrl="queue", MessageBody="x")
    for _ in range(6):
        json_sqs.receive_message(QueueUrl="queue")
    json_sqs.start_message_move_task(
        SourceArn=f"arn:aws:sqs:us-east-1:{agenda.account}:dead", MaxNumberOfMessagesPerSecond=1
    )
    assert dead
    assert agenda.next()["what"] == "move_task"


def test_retry_of_a_delivery_is_next(agenda: Agenda, sns: Any) -> None:
    topic = sns.create_topic(Name="topic")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="http", Endpoint="http://127.0.0.1:9/refuses")
    call(f"{agenda.url}/_emulator/settle", {"account": agenda.account, "timeout": 5})
    due = agenda.next()
    assert due["what"] == "delivery"
    assert due["resource"].startswith(topic)


def test_without_an_account_it_is_the_first_of_all(agenda: Agenda, json_sqs: Any) -> None:
    json_sqs.create_queue(QueueName="queue")
    json_sqs.send_message(QueueUrl="queue", MessageBody="x", DelaySeconds=1)
    status, answer = call(f"{agenda.url}/_emulator/clock/next")
    assert status == 200
    assert answer["account"] == "all"
    assert answer["next"]["seconds"] <= 1.00001
