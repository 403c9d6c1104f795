"""The emulator passes every case of the conformance suite, in both protocols.

One test runs all cases of an operation in a protocol: four thousand tests would take longer than the cases do.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import groupby
from urllib.parse import urlsplit

import pytest
from botocore.credentials import Credentials

from emulator.conformance import cases
from emulator.conformance.case import Case
from emulator.conformance.connection import Connection
from emulator.conformance.protocols import Protocol, Service
from emulator.conformance.runner import Outcome, Selection, run_case
from tests.conformance.kept_connections import KeptConnections
from tests.server import RunningServer

WORKERS = 8  # cases that run at once, as many of them wait; the command's default
Group = tuple[str, Protocol]  # the operation, as "sqs/SendMessage", and the protocol


def group_of(chosen: tuple[Case, Protocol]) -> Group:
    case, protocol = chosen
    return case.id.rpartition("/")[0], protocol


CASES = list(Selection().of(cases.load()))
GROUPS = {group: [case for case, _ in chosen] for group, chosen in groupby(sorted(CASES, key=group_of), group_of)}


@pytest.fixture(scope="module")
def session(server: RunningServer) -> Iterator[KeptConnections]:
    """Shared by all cases, which keeps its connections to the server."""
    address = urlsplit(server.url)
    session = KeptConnections(str(address.hostname), address.port or 0)
    yield session
    session.close()


@pytest.fixture
def connections(server: RunningServer, accounts: Iterator[str], session: KeptConnections) -> Iterator[Connection]:
    """A connection for each case, in an account of its own."""
    urls: dict[Service, str] = {"sqs": server.url, "sns": server.url}
    return (Connection(urls, "us-east-1", Credentials(account, "any"), 1_000, session) for account in accounts)


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: f"{group[0]}[{group[1]}]")
def test_cases_of_an_operation_are_as_on_aws(group: Group, connections: Iterator[Connection]) -> None:
    def run(case: Case, connection: Connection) -> Outcome:
        return run_case(case, group[1], connection, "conformance")

    with ThreadPoolExecutor(WORKERS) as pool:
        outcomes = list(pool.map(run, GROUPS[group], connections))
    assert {outcome.case.id: outcome.difference for outcome in outcomes if outcome.difference} == {}
    assert {outcome.case.id: outcome.left for outcome in outcomes if outcome.left} == {}


def test_every_case_is_in_a_group() -> None:
    assert sum(map(len, GROUPS.values())) == len(CASES)
