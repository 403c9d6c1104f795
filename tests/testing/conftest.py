import subprocess
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from emulator.testing import EmulatedAccount, emulated_aws, server_process
from emulator.testing.control import over_http
from tests import emulator_process
from tests.server import RunningServer
from tests.testing.pytest_runs import Run, run_in_process_of_its_own, run_in_this_process


@pytest.fixture(autouse=True)
def servers_of_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    """Servers that ``emulator.testing`` starts are forked. A file whose subject is how they start overrides this."""

    def start(command: list[str], *, env: dict[str, str], **_: Any) -> emulator_process.Process:
        options = command[command.index("--port") :]
        return emulator_process.start(*options, env=env)

    forking = SimpleNamespace(Popen=start, PIPE=subprocess.PIPE)
    monkeypatch.setattr(server_process, "subprocess", forking)


@pytest.fixture
def no_region(monkeypatch: pytest.MonkeyPatch) -> None:
    """No environment variable names a region."""
    for name in ("AWS_DEFAULT_REGION", "AWS_REGION"):
        monkeypatch.delenv(name, raising=False)


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
