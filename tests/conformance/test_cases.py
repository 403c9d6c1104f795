"""The emulator passes every case of the conformance suite, in both protocols."""

import pytest
from botocore.credentials import Credentials
from botocore.httpsession import URLLib3Session

from emulator.conformance import cases
from emulator.conformance.case import Case
from emulator.conformance.connection import Connection, http_session
from emulator.conformance.protocols import Protocol
from emulator.conformance.runner import Selection, run_case
from tests.server import RunningServer

CASES = list(Selection().of(cases.load()))


@pytest.fixture(scope="module")
def session() -> URLLib3Session:
    """Shared by all cases, which keeps its connections to the server."""
    return http_session()


@pytest.fixture
def connection(server: RunningServer, account: str, session: URLLib3Session) -> Connection:
    """Requests of the test's account."""
    return Connection({"sqs": server.url, "sns": server.url}, "us-east-1", Credentials(account, "any"), 1_000, session)


@pytest.mark.parametrize(("case", "protocol"), CASES, ids=[f"{case.id}[{protocol}]" for case, protocol in CASES])
def test_case_is_as_on_aws(case: Case, protocol: Protocol, connection: Connection) -> None:
    outcome = run_case(case, protocol, connection, "conformance")
    assert outcome.difference == ""
    assert outcome.left == []
