"""What all tests share: one server per process of the test run, and an account of its own for every test."""

import gc
import itertools
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from tests import boto, patience
from tests.account_clock import AccountClock
from tests.postgresql import Server, needs_postgresql, shared_server
from tests.server import RunningServer, running_server

# How far Hypothesis looks. In the first two the examples are the same in every run, however busy the machine is: what
# fails once fails again. Tests that ask for another number of examples get the same share of it, by tests.examples.
_steady = settings(derandomize=True, database=None, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("quick", _steady, max_examples=20)
settings.register_profile("full", _steady, max_examples=100)
settings.register_profile("thorough", _steady, max_examples=4_000, derandomize=False, stateful_step_count=120)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))

# Their tests are the longest. They run first, so that no worker is left alone with one of them at the end.
_FOLDER = Path(__file__).parent
_FIRST = {_FOLDER / "control" / "test_openapi.py", *(_FOLDER / name for name in ("console", "testing", "packaging"))}


@pytest.hookimpl(optionalhook=True)  # without xdist there is no such hook
def pytest_xdist_auto_num_workers() -> int:
    """Two a core for ``-n auto``: many tests wait for a server, a client or a thread."""
    return 2 * (os.cpu_count() or 1)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: _FIRST.isdisjoint((item.path, item.path.parent)))


def pytest_collection_finish() -> None:
    """All tests and modules are there to stay: the garbage collector need not look at them again and again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def server() -> Iterator[RunningServer]:
    with running_server("--clock-move-timeout", str(patience.SECONDS)) as server:
        yield server


@pytest.fixture(scope="session")
def with_control_port() -> Iterator[RunningServer]:
    """A server whose control interface has a port of its own."""
    with running_server("--control-port", "0") as server:
        yield server


@pytest.fixture(scope="session")
def without_control() -> Iterator[RunningServer]:
    """A server without the control interface."""
    with running_server("--no-control") as server:
        yield server


@pytest.fixture(scope="session")
def accounts() -> Iterator[str]:
    """Accounts that no other test uses, of any worker."""
    worker = re.sub(r"\D", "", os.environ.get("PYTEST_XDIST_WORKER", "")) or "0"
    return (f"{int(worker) + 1:04}{number:08}" for number in itertools.count(1))


@pytest.fixture
def account(accounts: Iterator[str]) -> str:
    """An account that no other test uses, so that tests do not see each other's queues and topics."""
    return next(accounts)


@pytest.fixture
def clock(server: RunningServer, account: str) -> AccountClock:
    """The clock of the test's account."""
    return AccountClock(server.url, account)


@pytest.fixture(params=["json", "query"])
def protocol(request: pytest.FixtureRequest) -> str:
    """The protocol the ``sqs`` client speaks: a test that uses it runs once in each."""
    return str(request.param)


@pytest.fixture
def sqs(server: RunningServer, account: str, protocol: str) -> Any:
    """An SQS client of the test's account, once for each protocol."""
    return boto.client_of_the_test("sqs", server.url, account, protocol)


@pytest.fixture
def json_sqs(server: RunningServer, account: str) -> Any:
    """An SQS client for tests in which the protocol plays no part."""
    return boto.client_of_the_test("sqs", server.url, account)


@pytest.fixture
def sns(server: RunningServer, account: str) -> Any:
    """An SNS client of the test's account."""
    return boto.client_of_the_test("sns", server.url, account)


@pytest.fixture
def queue_url(sqs: Any) -> str:
    """A standard queue."""
    return str(sqs.create_queue(QueueName="queue")["QueueUrl"])


@pytest.fixture
def fifo_url(sqs: Any) -> str:
    """A FIFO queue whose messages deduplicate by content."""
    attributes = {"FifoQueue": "true", "ContentBasedDeduplication": "true"}
    return str(sqs.create_queue(QueueName="queue.fifo", Attributes=attributes)["QueueUrl"])


@pytest.fixture(scope="session")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A PostgreSQL server, one for all processes of the test run."""
    needs_postgresql()
    base = tmp_path_factory.getbasetemp()
    with shared_server((base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "postgresql") as server:
        yield server


@pytest.fixture
def postgresql_url(postgresql: Server, monkeypatch: pytest.MonkeyPatch) -> str:
    """The URL of a new database. In this process, no lease ends because the machine is busy."""
    for module in ("registry", "shared_leases"):
        monkeypatch.setattr(f"emulator.cluster.{module}.LEASE_SECONDS", 10 * patience.SECONDS)
    return postgresql.new_database()
