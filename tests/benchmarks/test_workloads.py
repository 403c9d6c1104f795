from typing import Any
from urllib.parse import urlsplit

import pytest

from benchmarks.load.api import Api
from benchmarks.load.prepared import prepared_load
from benchmarks.load.workloads import WORKLOADS
from tests.server import RunningServer

QUICK = {"receive", "publish-1"}


def quick_or_thorough(*names: str) -> list[Any]:
    return [pytest.param(name, marks=() if name in QUICK else pytest.mark.thorough) for name in names]


@pytest.mark.parametrize("name", quick_or_thorough(*(name for name in WORKLOADS if name != "publish-1000")))
def test_workload_is_answered_and_cleans_up(name: str, server: RunningServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchmarks.load.workloads._MOST_STORED", 100)
    monkeypatch.setattr("benchmarks.load.workloads._FIFO_SENDS", 100)
    address = urlsplit(server.url)
    assert address.port is not None
    api = Api("127.0.0.1", address.port)
    connection = api.connect()
    before = connection.call(api.sqs("ListQueues"))
    with WORKLOADS[name](api) as requests, prepared_load(api, requests, 2) as prepared:
        assert len(prepared.run(60.0, 10).latencies) >= 10
    assert connection.call(api.sqs("ListQueues")) == before
    connection.close()


@pytest.mark.parametrize("name", quick_or_thorough("receive", "delete"))
def test_filled_queue_is_used_up_to_its_end(name: str, server: RunningServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchmarks.load.workloads._MOST_STORED", 100)
    api = Api("127.0.0.1", urlsplit(server.url).port or 0)
    with WORKLOADS[name](api) as requests, prepared_load(api, requests, 2) as prepared:
        assert len(prepared.run(60.0).latencies) >= 60
        assert prepared.run(60.0).latencies == []
