"""The pytest plugin. It imports the emulator and starts a server when a test first asks for one.

It does so only after the tests were collected: until then, ``emulator`` may turn out to be a package of the project.
"""

import hashlib
from collections.abc import Generator, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from sqs_sns_emulator import import_region, run_options
from sqs_sns_emulator.packages import load

if TYPE_CHECKING:
    from emulator.testing.account import EmulatedAccount
    from emulator.testing.servers import Servers
    from emulator.testing.shared_server import SharedServer

_ACCOUNTS = 10**12
_SECTION = "SQS and SNS"
_FIXTURES = {  # with their nesting depth
    "emulator_session": 1,
    "emulator_package": 2,
    "emulator_module": 3,
    "emulator_class": 4,
    "emulator": 5,
}

_ACCOUNT = pytest.StashKey["EmulatedAccount"]()
_SHARED_SERVER: "pytest.StashKey[SharedServer]" = pytest.StashKey()
_UNDO_REGION = pytest.StashKey[Any]()
_IN_USE = pytest.StashKey[set[tuple[str, str]]]()  # URLs and accounts of the active fixtures
_ADDRESS = "emulator_address"  # in the input of xdist's workers: the address at which they ask for the shared server


def pytest_addoption(parser: pytest.Parser) -> None:
    run_options.declare(parser)


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Set a region before any module of the project is imported."""
    if early_config.getini(run_options.IMPORT_REGION.ini):
        region = early_config.known_args_namespace.emulator_region or early_config.getini("emulator_region") or None
        early_config.stash[_UNDO_REGION] = import_region.set_if_missing(region)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers",
        f"{run_options.MARKER}(region=..., account_id=..., strict_timing=..., ...): options of a test's emulator.",
    )
    for contradiction in run_options.contradictions(config):
        raise pytest.UsageError(contradiction)


def pytest_unconfigure(config: pytest.Config) -> None:
    """End the server that the workers of the run shared."""
    if _SHARED_SERVER in config.stash:
        config.stash[_SHARED_SERVER].close()
    config.stash.get(_UNDO_REGION, lambda: None)()


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Called when pytest-xdist starts a worker. Gives it the address of the shared server, if it is on this machine."""
    config: pytest.Config = node.config
    if run_options.given_url(config) is None and node.gateway.spec.popen:
        if _SHARED_SERVER not in config.stash:
            server = load("emulator.testing.server_process").ServerProcess
            arguments = load("emulator.testing.options").arguments(run_options.server_options(config))
            config.stash[_SHARED_SERVER] = load("emulator.testing.shared_server").SharedServer(
                partial(server, *arguments)
            )
        node.workerinput[_ADDRESS] = config.stash[_SHARED_SERVER].address


def pytest_sessionstart(session: pytest.Session) -> None:
    """With pytest-xdist, check the options once, before the workers start."""
    if session.config.getoption("dist", "no") != "no" and not _is_worker(session.config):
        _check_run(session.config)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Check, before the first test, the options of all tests."""
    config = session.config
    if _is_worker(config) or config.getoption("collectonly"):
        return
    items = [item for item in session.items if not _FIXTURES.keys().isdisjoint(getattr(item, "fixturenames", ()))]
    if items:
        _check_run(config)
    for item in items:
        try:
            marked = run_options.marked(item)
            if marked:
                _check(config, marked)
        except (TypeError, ValueError) as error:
            raise pytest.UsageError(f"{item.nodeid}: {error}") from None


def _check_run(config: pytest.Config) -> None:
    """Raise UsageError if the options of the run are wrong, or no emulator answers at the given URL."""
    try:
        _check(config, {})
    except ValueError as error:
        raise pytest.UsageError(f"In the options --emulator-... or emulator_...: {error}") from None
    url = run_options.given_url(config)
    problem = None if url is None else load("emulator.testing.servers").problem_with(url)
    if problem is not None:
        raise pytest.UsageError(f"{run_options.URL.flag} {url}: {problem}")


def _check(config: pytest.Config, marked: dict[str, Any]) -> None:
    """Raise ValueError or TypeError if the options of a test are wrong."""
    region, account_id, options = _options(config, marked)
    load("emulator.testing.options").settings(
        {**run_options.server_options(config), **options},
        region=region,
        account_id="0" * 12 if account_id is None else account_id,
    )
    if options and run_options.given_url(config) is not None:
        wanted = ", ".join(sorted(options))
        raise ValueError(
            f"The emulator of {run_options.URL.flag} runs already, and the test wants {wanted} of it: give it that "
            f"when it is started, or run the test without {run_options.URL.flag}."
        )


def _options(config: pytest.Config, marked: dict[str, Any]) -> tuple[str, str | None, dict[str, Any]]:
    """Region, account and further server options of a test with the marker arguments ``marked``."""
    options = dict(marked)
    region = options.pop("region", run_options.given(config, run_options.REGION))
    account_id = options.pop("account_id", run_options.given(config, run_options.ACCOUNT_ID))
    for option in run_options.CONTENTS:
        options.pop(option.name, None)
    if region is None:
        region = load("emulator.testing.options").region_of_environment()
    return region, account_id, options


def _is_worker(config: pytest.Config) -> bool:
    return hasattr(config, "workerinput")


@pytest.fixture(scope="session")
def emulator_servers(pytestconfig: pytest.Config) -> "Iterator[Servers]":
    """The servers of this process's tests."""
    servers: Servers = load("emulator.testing.servers").Servers(
        run_options.server_options(pytestconfig),
        run_options.given_url(pytestconfig),
        getattr(pytestconfig, "workerinput", {}).get(_ADDRESS),
    )
    yield servers
    servers.close()


@pytest.fixture(scope="session")
def emulator_url(emulator_servers: "Servers") -> str:
    """The URL of the server that the tests of this run share."""
    return emulator_servers.url()


@pytest.fixture
def emulator(request: pytest.FixtureRequest, emulator_servers: "Servers") -> "Iterator[EmulatedAccount]":
    """SQS and SNS for this test only. A plain ``boto3.client("sqs")`` uses it."""
    yield from _account(request, emulator_servers)


@pytest.fixture(scope="class")
def emulator_class(request: pytest.FixtureRequest, emulator_servers: "Servers") -> "Iterator[EmulatedAccount]":
    """As ``emulator``, for all tests of a class."""
    yield from _account(request, emulator_servers)


@pytest.fixture(scope="module")
def emulator_module(request: pytest.FixtureRequest, emulator_servers: "Servers") -> "Iterator[EmulatedAccount]":
    """As ``emulator``, for all tests of a module."""
    yield from _account(request, emulator_servers)


@pytest.fixture(scope="package")
def emulator_package(request: pytest.FixtureRequest, emulator_servers: "Servers") -> "Iterator[EmulatedAccount]":
    """As ``emulator``, for all tests of a package."""
    yield from _account(request, emulator_servers)


@pytest.fixture(scope="session")
def emulator_session(request: pytest.FixtureRequest, emulator_servers: "Servers") -> "Iterator[EmulatedAccount]":
    """As ``emulator``, for all tests of the run; with pytest-xdist, for all tests of a worker."""
    yield from _account(request, emulator_servers)


@pytest.fixture
def emulator_sqs(emulator: "EmulatedAccount") -> Any:
    """A boto3 client of SQS, for the test's emulator."""
    return emulator.sqs


@pytest.fixture
def emulator_sns(emulator: "EmulatedAccount") -> Any:
    """A boto3 client of SNS, for the test's emulator."""
    return emulator.sns


def _account(request: pytest.FixtureRequest, servers: "Servers") -> "Iterator[EmulatedAccount]":
    """An account for the scope of a fixture. Environment variables and clients lead to it meanwhile."""
    name = request.fixturename or ""
    try:
        account = _own_account(request, servers)
    except (TypeError, ValueError) as error:
        raise _failure(f"{name}: {error}") from None
    in_use = request.config.stash.setdefault(_IN_USE, set())
    place = (account.url or "", account.account_id)
    if place in in_use:
        pytest.fail(
            f"{name}: account {account.account_id} is that of a fixture with a wider scope, which is at work. Give the "
            "marker with its `account_id` to one of them only.",
            pytrace=False,
        )
    account.reset()  # the test may have run before, on a server that was there before
    _declare(request, account, name)
    use = load("emulator.testing.use").Use(account, lambda: None, depth=_FIXTURES[name])
    in_use.add(place)
    request.node.stash[_ACCOUNT] = account
    yield account
    in_use.discard(place)
    use.withdraw()


def _declare(request: pytest.FixtureRequest, account: "EmulatedAccount", name: str) -> None:
    """Make the queues and topics of the test's configuration, if it has one."""
    contents = run_options.contents(request.config, run_options.marked(request.node))
    if contents:
        try:
            account.declare(**contents)
        except ValueError as error:
            raise _failure(f"{name}: {error}") from None


def _failure(text: str) -> BaseException:
    """The failure of a fixture, whose report is ``text`` alone."""
    return pytest.fail.Exception(text, pytrace=False)


def _own_account(request: pytest.FixtureRequest, servers: "Servers") -> "EmulatedAccount":
    """The account of a fixture. Raises ValueError or TypeError if an option is wrong."""
    marked = run_options.marked(request.node)
    if marked:
        _check(request.config, marked)
    region, account_id, options = _options(request.config, marked)
    url = servers.url_with(options, alone=account_id is not None)
    account: EmulatedAccount = load("emulator.testing.account").EmulatedAccount(
        load("emulator.testing.control").over_http(url),
        account_id=_account_id(request) if account_id is None else account_id,
        region=region,
        url=url,
    )
    return account


def _account_id(request: pytest.FixtureRequest) -> str:
    """An account id, twelve digits, that is the same in every run, so that ARNs in a test's output are too."""
    place = request.node.nodeid
    if request.scope != "function":  # workers may share it, which run other tests of it
        place += f" {request.scope} {getattr(request.config, 'workerinput', {}).get('workerid', '')}"
    return f"{int.from_bytes(hashlib.sha256(place.encode()).digest()) % _ACCOUNTS:012}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Add the contents of the test's queues to the report of a failure, unless the failure has them."""
    report = yield
    accounts = _accounts(item)
    if accounts and report.failed and call.when == "call":
        described = call.excinfo is not None and call.excinfo.errisinstance(
            load("emulator.testing.account").ExpectationError
        )
        if not described:
            report.sections.extend((_SECTION, _description(account)) for account in accounts)
    return report


def _accounts(item: pytest.Item) -> "list[EmulatedAccount]":
    """The accounts of the fixtures that a test uses, the narrowest scope first."""
    fixtures = [name for name in _FIXTURES if name in getattr(item, "fixturenames", ())]
    if not fixtures:
        return []
    nodes = [node for node in reversed(item.listchain()) if _ACCOUNT in node.stash]
    if fixtures == ["emulator"]:
        nodes = [node for node in nodes if node is item]
    return [node.stash[_ACCOUNT] for node in nodes]


def _description(account: "EmulatedAccount") -> str:
    try:
        return account.describe()
    except OSError as error:
        return f"The emulator does not answer: {error}"
