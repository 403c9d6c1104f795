from datetime import datetime
from typing import Any

import pytest

from tests import boto
from tests.control.calls import call
from tests.server import RunningServer


def test_each_account_has_a_time_of_its_own(server: RunningServer, account: str) -> None:
    url = f"{server.url}/_emulator/clock"
    _, before = call(url)
    status, moved = call(url, {"advance": 3600, "freeze": True, "account": account})
    assert status == 200
    assert moved["frozen"] is True
    assert moved["epoch"] == pytest.approx(before["epoch"] + 3600, abs=60)
    assert datetime.fromisoformat(moved["now"]).timestamp() == pytest.approx(moved["epoch"], abs=0.001)
    assert call(f"{url}?account={account}") == (200, moved)
    _, others = call(url)
    assert others["frozen"] is False
    assert others["epoch"] < moved["epoch"] - 3000


def test_frozen_clock_runs_on_from_where_it_stands(server: RunningServer, account: str) -> None:
    url = f"{server.url}/_emulator/clock"
    _, frozen = call(url, {"freeze": True, "account": account})
    assert call(f"{url}?account={account}")[1]["epoch"] == frozen["epoch"]
    _, jumped = call(url, {"advance": 1000, "account": account})
    assert jumped["epoch"] == frozen["epoch"] + 1000
    _, running = call(url, {"freeze": False, "account": account})
    assert running["frozen"] is False
    assert jumped["epoch"] <= running["epoch"] < jumped["epoch"] + 60


def test_timestamps_in_answers_follow_the_clock(server: RunningServer, account: str, json_sqs: Any) -> None:
    _, frozen = call(f"{server.url}/_emulator/clock", {"freeze": True, "advance": 86_400, "account": account})
    url = json_sqs.create_queue(QueueName="queue")["QueueUrl"]
    attributes = json_sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["CreatedTimestamp"])["Attributes"]
    assert attributes == {"CreatedTimestamp": str(int(frozen["epoch"]))}


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        ({}, "Nothing to do: give `advance` (seconds), `freeze` (true or false), or both."),
        ({"account": "111111111111"}, "Nothing to do: give `advance` (seconds), `freeze` (true or false), or both."),
        ({"advance": -1}, "Expected `float` >= 0.0 - at `$.advance`"),
        ({"advance": 1e300}, "Expected `float` <= 3155760000.0 - at `$.advance`"),
        ({"advance": "soon"}, "Expected `float | null`, got `str` - at `$.advance`"),
        ({"freeze": 1}, "Expected `bool | null`, got `int` - at `$.freeze`"),
        ({"advance": 1, "account": "me"}, "Expected `str` matching regex '^[0-9]{12}$' - at `$.account`"),
        ({"rewind": 1}, "Object contains unknown field `rewind`"),
        (b"{", "Input data was truncated"),
        (b"[" * 100_000, "Expected `object`, got `array`"),
    ],
)
def test_wrong_move_is_refused_and_nothing_moves(server: RunningServer, body: object, complaint: str) -> None:
    url = f"{server.url}/_emulator/clock"
    _, before = call(url)
    assert call(url, body) == (400, {"error": complaint})
    _, after = call(url)
    assert after["epoch"] == pytest.approx(before["epoch"], abs=60)
    assert after["frozen"] is False


def test_reset_empties_one_account_and_sets_its_clock_right(server: RunningServer, account: str, json_sqs: Any) -> None:
    other = boto.client("sqs", server.url, account=f"9{account[1:]}")
    sns = boto.client("sns", server.url, account=account)
    json_sqs.create_queue(QueueName="queue")
    other.create_queue(QueueName="queue")
    sns.create_topic(Name="topic")
    _, before = call(f"{server.url}/_emulator/clock", {"advance": 5000, "account": account})
    assert call(f"{server.url}/_emulator/reset", {"account": account}) == (204, None)
    assert "QueueUrls" not in json_sqs.list_queues()
    assert sns.list_topics()["Topics"] == []
    assert len(other.list_queues()["QueueUrls"]) == 1
    assert call(f"{server.url}/_emulator/clock?account={account}")[1]["epoch"] < before["epoch"]


def test_account_to_reset_must_be_one(server: RunningServer, json_sqs: Any) -> None:
    json_sqs.create_queue(QueueName="queue")
    status, answer = call(f"{server.url}/_emulator/reset", {"account": "everyone"})
    assert (status, answer) == (400, {"error": "Expected `str` matching regex '^[0-9]{12}$' - at `$.account`"})
    assert len(json_sqs.list_queues()["QueueUrls"]) == 1


def test_wrong_method_is_405(server: RunningServer) -> None:
    assert call(f"{server.url}/_emulator/health", {}) == (405, {"error": "Method Not Allowed"})
