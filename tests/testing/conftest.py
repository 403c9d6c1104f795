from collections.abc import Iterator

import pytest

from emulator.testing import EmulatedAccount, emulated_aws
from emulator.testing.control import over_http
from tests.server import RunningServer
from tests.testing.pytest_runs import Run, run_in_process_of_its_own, run_in_this_process


@pytest.fixture(params=["in process", "server"])
def aws(request: pytest.FixtureRequest, server: RunningServer, account: str) -> Iterator[EmulatedAccount]:
    """An account in both worlds, one after the other."""
    if request.param == "in process":
        with emulated_aws(account_id=account) as aws:
            yield aws
    else:
        yield EmulatedAccount(over_http(server.url), account_id=account, region="us-east-1", url=server.url)


@pytest.fixture
def run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs the tests in the folder of ``pytester``, as a user would."""
    return run_in_process_of_its_own(pytester, monkeypatch)


@pytest.fixture
def run_here(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs them without a process of its own, which is ten times as fast."""
    return run_in_this_process(pytester, monkeypatch)
