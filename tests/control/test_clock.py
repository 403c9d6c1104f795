from datetime import datetime
from typing import Any

import pytest

from tests import boto
from tests.control.calls import call
from tests.server import RunningServer, running_server


def test_each_account_has_a_time_of_its_own(server: RunningServer, account: str) -> None:
    url = f"{server.url}/_emulator/clock"
    _, before = call(url)
    status, moved = call(url, {"advance": 3600, "freeze": True, "account": account})
    assert status == 200
    assert moved["frozen"] is True
    assert moved["epoch"] == pytest.approx(before["epoch"] + 3600, abs=60)
    assert datetime.fromisoformat(moved["now"]).timestamp() == pytest.approx(moved["epoch"], abs=0.001)
    assert moved.pop("account") == account
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
        ({}, "Nothing to do: give `advance` (seconds), `set` (a time) or `freeze` (true or false)."),
        (
            {"account": "111111111111"},
            "Nothing to do: give `advance` (seconds), `set` (a time) or `freeze` (true or false).",
        ),
        (
            {"advance": 1, "set": "2100-01-01T00:00:00Z"},
            "Give either `advance` (seconds) or `set` (a time), not both.",
        ),
        ({"set": "2100-01-01T00:00:00"}, "Expected `datetime` with a timezone component - at `$.set`"),
        ({"set": "tomorrow"}, "Invalid RFC3339 encoded datetime - at `$.set`"),
        ({"set": 5}, "Expected `datetime | null`, got `int` - at `$.set`"),
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


def test_clock_is_set_to_a_time(server: RunningServer, account: str) -> None:
    url = f"{server.url}/_emulator/clock"
    status, moved = call(url, {"set": "2100-01-01T01:00:00+01:00", "freeze": True, "account": account})
    assert (status, moved) == (
        200,
        {"now": "2100-01-01T00:00:00+00:00", "epoch": 4_102_444_800, "frozen": True, "account": account},
    )
    assert call(url, {"set": moved["now"], "account": account}) == (200, moved)
    _, running = call(url, {"set": "2100-01-02T00:00:00Z", "freeze": False, "account": account})
    assert 4_102_531_200 <= running["epoch"] < 4_102_531_260


@pytest.mark.parametrize("freeze", [None, True, False])
def test_clock_is_not_set_back(server: RunningServer, account: str, freeze: bool | None) -> None:
    url = f"{server.url}/_emulator/clock"
    call(url, {"set": "2100-01-01T00:00:00Z", "freeze": True, "account": account})
    assert call(url, {"set": "2099-12-31T23:59:59Z", "freeze": freeze, "account": account}) == (
        400,
        {"error": "`set`: the clock cannot go back, and it is 2100-01-01T00:00:00+00:00."},
    )
    state = {"now": "2100-01-01T00:00:00+00:00", "epoch": 4_102_444_800, "frozen": True}
    assert call(f"{url}?account={account}") == (200, state)


@pytest.mark.parametrize("move", [{"set": "9999-01-01T00:00:00Z"}, {"advance": 86_400}])
def test_clock_ends_before_the_last_year_of_iso_8601(
    server: RunningServer, account: str, move: dict[str, object]
) -> None:
    url = f"{server.url}/_emulator/clock"
    _, last = call(url, {"set": "9000-01-01T00:00:00Z", "freeze": True, "account": account})
    assert call(url, move | {"account": account}) == (
        400,
        {"error": "The clock cannot go beyond the year 9000, and it is 9000-01-01T00:00:00+00:00."},
    )
    del last["account"]
    assert call(f"{url}?account={account}") == (200, last)


def test_everyone_is_set_to_one_time_and_so_are_accounts_to_come() -> None:
    with running_server() as server:
        url = f"{server.url}/_emulator/clock"
        call(url, {"advance": 60, "freeze": True, "account": "111111111111"})
        assert call(url, {"freeze": True, "set": "2100-01-01T00:00:00Z"})[0] == 200
        for account in ("", "?account=111111111111", "?account=222222222222"):
            assert call(url + account)[1]["epoch"] == 4_102_444_800


def test_reset_empties_one_account_and_sets_its_clock_right(server: RunningServer, account: str, json_sqs: Any) -> None:
    other = boto.client("sqs", server.url, account=f"9{account[1:]}")
    sns = boto.client("sns", server.url, account=account)
    json_sqs.create_queue(QueueName="queue")
    other.create_queue(QueueName="queue")
    sns.create_topic(Name="topic")
    _, before = call(f"{server.url}/_emulator/clock", {"advance": 5000, "account": account})
    assert call(f"{server.url}/_emulator/reset", {"account": account})[0] == 200
    assert "QueueUrls" not in json_sqs.list_queues()
    assert sns.list_topics()["Topics"] == []
    assert len(other.list_queues()["QueueUrls"]) == 1
    assert call(f"{server.url}/_emulator/clock?account={account}")[1]["epoch"] < before["epoch"]


def test_account_to_reset_must_be_one(server: RunningServer, json_sqs: Any) -> None:
    json_sqs.create_queue(QueueName="queue")
    status, answer = call(f"{server.url}/_emulator/reset", {"account": "everyone"})
    assert (status, answer) == (400, {"error": "Expected `str` matching regex '^[0-9]{12}$' - at `$.account`"})
    assert len(json_sqs.list_queues()["QueueUrls"]) == 1


def test_wrong_method_is_405_with_those_that_there_are(server: RunningServer) -> None:
    assert call(f"{server.url}/_emulator/health", {}) == (405, {"error": "/_emulator/health has no POST, only GET."})
    told = "/_emulator/faults/1 has no POST, only DELETE and GET."
    assert call(f"{server.url}/_emulator/faults/1", {}) == (405, {"error": told})
