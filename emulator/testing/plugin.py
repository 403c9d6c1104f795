"""The pytest plugin. Importing it imports nothing else; a server is started when a test first asks for one."""

import hashlib
from collections.abc import Generator, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from emulator.testing.account import EmulatedAccount
    from emulator.testing.shared_server import SharedServer

_REGION = "us-east-1"
_ACCOUNTS = 10**12
_SECTION = "SQS and SNS"

_ACCOUNT = pytest.StashKey["EmulatedAccount"]()
_SHARED_SERVER: "pytest.StashKey[SharedServer]" = pytest.StashKey()
_ADDRESS = "emulator_address"  # in what xdist gives to its workers: where they ask for the shared server


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("sqs-sns-emulator")
    group.addoption(
        "--emulator-url",
        metavar="URL",
        help="Use the emulator that runs at URL, instead of starting one.",
    )
    group.addoption(
        "--emulator-seed",
        metavar="N",
        help="Let ids, receipt handles, tokens and signatures be the same for a test in every run.",
    )
    group.addoption(
        "--emulator-clock-at",
        metavar="TIME",
        help="Let the clock of every test stand still at TIME, such as 2030-01-01T00:00:00Z, until the test moves it.",
    )


def pytest_configure(config: pytest.Config) -> None:
    options = _server_options(config)
    if options and config.getoption("--emulator-url") is not None:
        raise pytest.UsageError(
            f"The emulator of --emulator-url runs already: give it {options[0]} itself, when it is started."
        )


def _server_options(config: pytest.Config) -> list[str]:
    """Options of ours that the server knows without their prefix."""
    given = {name: config.getoption(f"--emulator-{name}") for name in ("seed", "clock-at")}
    return [text for name, value in given.items() if value is not None for text in (f"--{name}", value)]


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """pytest-xdist starts a worker: tell it where to ask for the server. One on another machine has its own."""
    config: pytest.Config = node.config
    if config.getoption("--emulator-url") is None and node.gateway.spec.popen:
        if _SHARED_SERVER not in config.stash:
            from emulator.testing.server_process import ServerProcess
            from emulator.testing.shared_server import SharedServer

            config.stash[_SHARED_SERVER] = SharedServer(partial(ServerProcess, *_server_options(config)))
        node.workerinput[_ADDRESS] = config.stash[_SHARED_SERVER].address


def pytest_unconfigure(config: pytest.Config) -> None:
    """The run is over, and with it the server that its workers shared."""
    if _SHARED_SERVER in config.stash:
        config.stash[_SHARED_SERVER].close()


@pytest.fixture(scope="session")
def emulator_url(pytestconfig: pytest.Config) -> Iterator[str]:
    """The server that the tests of this run share."""
    given = pytestconfig.getoption("--emulator-url")
    if given is not None:
        yield given.rstrip("/")
        return
    address = getattr(pytestconfig, "workerinput", {}).get(_ADDRESS)
    if address is not None:
        from emulator.testing.shared_server import url_of_shared_server

        yield url_of_shared_server(address)
        return
    from emulator.testing.server_process import ServerProcess

    with ServerProcess(*_server_options(pytestconfig)) as server:
        yield server.url


@pytest.fixture
def emulator(request: pytest.FixtureRequest, emulator_url: str) -> "Iterator[EmulatedAccount]":
    """SQS and SNS for this test alone: plain ``boto3.client("sqs")`` talks to it."""
    from emulator.testing.account import EmulatedAccount
    from emulator.testing.control import over_http
    from emulator.testing.use import Use

    account = EmulatedAccount(
        over_http(emulator_url), account_id=_account_id(request.node.nodeid), region=_REGION, url=emulator_url
    )
    account.reset()  # the test may have run before, on a server that was there before
    use = Use(account, lambda: None)
    request.node.stash[_ACCOUNT] = account
    yield account
    use.end()


@pytest.fixture
def emulator_sqs(emulator: "EmulatedAccount") -> Any:
    """A boto3 client of the test's emulator."""
    return emulator.sqs


@pytest.fixture
def emulator_sns(emulator: "EmulatedAccount") -> Any:
    """A boto3 client of the test's emulator."""
    return emulator.sns


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Tell with a failure what the test's queues hold, unless the failure tells it itself."""
    report = yield
    account = item.stash.get(_ACCOUNT, None)
    if account is not None and report.failed and call.when == "call":
        from emulator.testing.account import ExpectationError

        if call.excinfo is None or not call.excinfo.errisinstance(ExpectationError):
            report.sections.append((_SECTION, _description(account)))
    return report


def _description(account: "EmulatedAccount") -> str:
    try:
        return account.describe()
    except OSError as error:
        return f"The emulator does not answer: {error}"


def _account_id(test: str) -> str:
    """Twelve digits, the same in every run, so that ARNs in what a test prints are the same too."""
    return f"{int.from_bytes(hashlib.sha256(test.encode()).digest()) % _ACCOUNTS:012}"
