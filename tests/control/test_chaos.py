from typing import Any

import pytest

from tests import boto
from tests.control.calls import call
from tests.server import RunningServer, running_server


def received(sqs: Any, url: str) -> list[str]:
    """Bodies in the order of delivery, until a receive after the last one found nothing for a while."""
    bodies: list[str] = []
    for _ in range(60):
        answer = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=3)
        bodies += [message["Body"] for message in answer.get("Messages", [])]
    return bodies


def filled(sqs: Any, name: str) -> str:
    url = str(sqs.create_queue(QueueName=name)["QueueUrl"])
    for number in range(20):
        sqs.send_message(QueueUrl=url, MessageBody=f"{number:02}")
    return url


def test_queue_under_chaos_loses_nothing_but_its_order(server: RunningServer, account: str, json_sqs: Any) -> None:
    in_order = [f"{number:02}" for number in range(20)]
    assert received(json_sqs, filled(json_sqs, "calm")) == in_order
    wild = filled(json_sqs, "wild")
    chaos = f"{server.url}/_emulator/queues/{account}/us-east-1/wild/chaos"
    assert call(chaos, {"seed": 7}) == (204, None)
    bodies = received(json_sqs, wild)
    assert sorted(set(bodies)) == in_order
    assert bodies != in_order
    assert len(bodies) > len(in_order), "none came twice"
    json_sqs.purge_queue(QueueUrl=wild)
    assert call(chaos, {"seed": None}) == (204, None)
    assert received(json_sqs, filled(json_sqs, "wild")) == in_order


def test_chaos_can_be_for_all_standard_queues_and_is_the_same_for_the_same_seed() -> None:
    orders = []
    for _ in range(2):
        with running_server("--standard-queue-chaos", "42") as server:
            sqs = boto.client("sqs", server.url)
            orders.append(received(sqs, filled(sqs, "queue")))
    assert orders[0] == orders[1]
    assert orders[0] != sorted(set(orders[0]))


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        ({}, "Object missing required field `seed`"),
        ({"seed": "x"}, "Expected `int | null`, got `str` - at `$.seed`"),
        ({"seed": 1, "rate": 2}, "Object contains unknown field `rate`"),
    ],
)
def test_wrong_chaos_is_refused(
    server: RunningServer, account: str, json_sqs: Any, body: object, complaint: str
) -> None:
    json_sqs.create_queue(QueueName="queue")
    assert call(f"{server.url}/_emulator/queues/{account}/us-east-1/queue/chaos", body) == (400, {"error": complaint})


def test_fifo_queue_has_no_chaos(server: RunningServer, account: str, json_sqs: Any) -> None:
    json_sqs.create_queue(QueueName="queue.fifo", Attributes={"FifoQueue": "true"})
    status, answer = call(f"{server.url}/_emulator/queues/{account}/us-east-1/queue.fifo/chaos", {"seed": 1})
    assert (status, answer) == (400, {"error": "A FIFO queue has no chaos."})


def test_queue_that_is_not_there_is_404(server: RunningServer, account: str) -> None:
    status, answer = call(f"{server.url}/_emulator/queues/{account}/us-east-1/none/chaos", {"seed": 1})
    assert (status, answer) == (404, {"error": f"No queue none in {account}, us-east-1."})
