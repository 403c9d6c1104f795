"""Queues, seen without being touched."""

from datetime import datetime
from typing import Any

from tests.account_clock import AccountClock
from tests.control.calls import call
from tests.server import RunningServer


def shown(server: RunningServer, account: str, name: str, query: str = "") -> Any:
    status, queue = call(f"{server.url}/_emulator/queues/{account}/us-east-1/{name}{query}")
    assert status == 200
    return queue


def seconds_between(earlier: str, later: str) -> float:
    return (datetime.fromisoformat(later) - datetime.fromisoformat(earlier)).total_seconds()


def test_messages_are_shown_in_every_state_with_when_they_fall_due(
    server: RunningServer, account: str, json_sqs: Any, clock: AccountClock
) -> None:
    clock.freeze()
    url = json_sqs.create_queue(QueueName="queue", Attributes={"MessageRetentionPeriod": "600"})["QueueUrl"]
    attributes = {"size": {"DataType": "Number", "StringValue": "7"}}
    json_sqs.send_message(QueueUrl=url, MessageBody="taken", MessageAttributes=attributes)
    json_sqs.receive_message(QueueUrl=url, VisibilityTimeout=30)
    json_sqs.send_message(QueueUrl=url, MessageBody="waiting")
    json_sqs.send_message(QueueUrl=url, MessageBody="late", DelaySeconds=90)
    queue = shown(server, account, "queue")
    assert (queue["visible"], queue["in_flight"], queue["delayed"]) == (1, 1, 1)
    taken, waiting, late = queue["messages"]
    assert [message["state"] for message in queue["messages"]] == ["in_flight", "visible", "delayed"]
    assert taken["receive_count"] == 1
    assert taken["attributes"] == {"size": {"DataType": "Number", "StringValue": "7"}}
    assert seconds_between(queue["now"], taken["visible_at"]) == 30
    assert seconds_between(queue["now"], late["visible_at"]) == 90
    assert seconds_between(waiting["sent_at"], waiting["expires_at"]) == 600
    assert "visible_at" not in waiting


def test_looking_does_not_count_as_receiving(server: RunningServer, account: str, json_sqs: Any) -> None:
    url = json_sqs.create_queue(QueueName="queue")["QueueUrl"]
    json_sqs.send_message(QueueUrl=url, MessageBody="body")
    shown(server, account, "queue")
    wanted = ["ApproximateReceiveCount"]
    (message,) = json_sqs.receive_message(QueueUrl=url, MessageSystemAttributeNames=wanted)["Messages"]
    assert message["Attributes"] == {"ApproximateReceiveCount": "1"}


def test_message_behind_a_locked_group_says_so(server: RunningServer, account: str, json_sqs: Any) -> None:
    url = json_sqs.create_queue(QueueName="q.fifo", Attributes={"FifoQueue": "true"})["QueueUrl"]
    for group, body in (("a", "first"), ("a", "second"), ("b", "third")):
        json_sqs.send_message(QueueUrl=url, MessageBody=body, MessageGroupId=group, MessageDeduplicationId=body)
    json_sqs.receive_message(QueueUrl=url)
    first, second, third = shown(server, account, "q.fifo")["messages"]
    assert first["state"] == "in_flight"
    assert (second["state"], second["group_in_flight"]) == ("visible", True)
    assert (third["state"], "group_in_flight" in third) == ("visible", False)
    assert first["sequence_number"] < second["sequence_number"] < third["sequence_number"]


def test_message_before_one_in_flight_is_not_held_back(server: RunningServer, account: str, json_sqs: Any) -> None:
    url = json_sqs.create_queue(QueueName="q.fifo", Attributes={"FifoQueue": "true"})["QueueUrl"]
    for body in ("first", "second"):
        json_sqs.send_message(QueueUrl=url, MessageBody=body, MessageGroupId="a", MessageDeduplicationId=body)
    first, _ = json_sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=2)["Messages"]
    json_sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=first["ReceiptHandle"], VisibilityTimeout=0)
    before, behind = shown(server, account, "q.fifo")["messages"]
    assert (before["state"], "group_in_flight" in before, behind["state"]) == ("visible", False, "in_flight")


def test_expired_message_is_not_shown(server: RunningServer, account: str, json_sqs: Any, clock: AccountClock) -> None:
    url = json_sqs.create_queue(QueueName="queue", Attributes={"MessageRetentionPeriod": "60"})["QueueUrl"]
    json_sqs.send_message(QueueUrl=url, MessageBody="body")
    clock.advance(61)
    assert shown(server, account, "queue")["messages"] == []


def test_long_queue_is_shown_up_to_the_limit(server: RunningServer, account: str, json_sqs: Any) -> None:
    url = json_sqs.create_queue(QueueName="queue")["QueueUrl"]
    for number in range(3):
        json_sqs.send_message(QueueUrl=url, MessageBody=str(number))
    queue = shown(server, account, "queue", "?limit=2")
    assert [message["body"] for message in queue["messages"]] == ["0", "1"]
    assert queue["omitted"] == 1


def test_queues_are_listed_by_account(server: RunningServer, account: str, json_sqs: Any) -> None:
    url = json_sqs.create_queue(QueueName="queue")["QueueUrl"]
    json_sqs.send_message(QueueUrl=url, MessageBody="body")
    _, listed = call(f"{server.url}/_emulator/queues?account={account}")
    assert listed["queues"] == [
        {
            "account": account,
            "region": "us-east-1",
            "name": "queue",
            "arn": f"arn:aws:sqs:us-east-1:{account}:queue",
            "fifo": False,
            "visible": 1,
            "delayed": 0,
            "in_flight": 0,
        }
    ]
    assert call(f"{server.url}/_emulator/queues?account={account}&region=eu-west-1") == (200, {"queues": []})


def test_unknown_queue_and_wrong_limit_are_refused(server: RunningServer, account: str) -> None:
    url = f"{server.url}/_emulator/queues/{account}/us-east-1/nowhere"
    assert call(url) == (404, {"error": f"No queue nowhere in {account}, us-east-1."})
    assert call(f"{url}?limit=-1")[0] == 400
