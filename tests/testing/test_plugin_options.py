"""The plugin's options, on the command line, in the configuration file and by a marker; URLs to nothing."""

from http.server import BaseHTTPRequestHandler, HTTPServer
from textwrap import dedent
from threading import Thread

import pytest

from tests.server import running_server
from tests.testing.pytest_runs import Run

pytest_plugins = ["pytester"]
pytestmark = pytest.mark.usefixtures("no_region")

STRICT = """
    import pytest
    from botocore.exceptions import ClientError

    def is_strict(emulator):
        url = emulator.sqs.create_queue(QueueName="orders")["QueueUrl"]
        emulator.sqs.purge_queue(QueueUrl=url)
        try:
            emulator.sqs.purge_queue(QueueUrl=url)
        except ClientError:
            return True
        return False
"""


@pytest.mark.parametrize(
    ("environment", "ini", "command_line", "marker", "region"),
    [
        ({"AWS_REGION": "eu-west-1", "AWS_DEFAULT_REGION": "eu-west-2"}, "", (), "", "eu-west-2"),
        ({"AWS_REGION": "eu-west-1"}, "eu-west-3", (), "", "eu-west-3"),
        ({}, "eu-west-3", ("--emulator-region", "eu-north-1"), "", "eu-north-1"),
        ({}, "eu-west-3", ("--emulator-region", "eu-north-1"), "region='ap-south-1'", "ap-south-1"),
    ],
    ids=["environment", "ini", "command line", "marker"],
)
def test_region_is_the_one_that_is_said_closest(
    environment: dict[str, str],
    ini: str,
    command_line: tuple[str, ...],
    marker: str,
    region: str,
    run_here: Run,
    pytester: pytest.Pytester,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    tests = f"""
        import boto3
        import pytest

        @pytest.mark.emulator({marker})
        def test_region(emulator):
            assert emulator.region == boto3.client("sqs").meta.region_name == "{region}"
    """
    pytester.makeini(f"[pytest]\nfilterwarnings = error\nstrict_markers = true\nemulator_region = {ini}\n")
    pytester.makepyfile(tests)
    run_here(*command_line).assert_outcomes(passed=1)


@pytest.mark.parametrize(
    ("command_line", "ini"),
    [
        pytest.param(("--emulator-strict-timing",), "emulator_account_id = 123456789012", id="one process"),
        pytest.param(
            ("-n", "1", "--emulator-account-id", "123456789012"),
            "emulator_strict_timing = true",
            id="workers",
            marks=pytest.mark.thorough,
        ),
    ],
)
def test_options_of_the_run_and_of_a_marker_take_effect_at_servers_of_their_own(
    command_line: tuple[str, ...], ini: str, run_here: Run, pytester: pytest.Pytester
) -> None:
    tests = """
        urls = {}

        def test_run(emulator):
            assert is_strict(emulator)
            assert emulator.account_id == "123456789012"
            urls["run"] = emulator.url

        @pytest.mark.emulator(strict_timing=False)
        def test_marker(emulator):
            assert not is_strict(emulator)
            assert emulator.url != urls["run"]
            urls["marker"] = emulator.url

        @pytest.mark.emulator(strict_timing=False)
        class TestClass:
            def test_same_options_share_a_server(self, emulator):
                assert emulator.url == urls["marker"]

            @pytest.mark.emulator(strict_timing=True)
            def test_closest_marker_counts(self, emulator):
                assert emulator.url == urls["run"]

        @pytest.mark.emulator(seed=7, clock_at="2030-01-01T00:00:00Z", region="eu-north-1", account_id="210987654321")
        def test_everything(emulator):
            topic = emulator.sns.create_topic(Name="sales")["TopicArn"]
            assert topic == "arn:aws:sns:eu-north-1:210987654321:sales"
            assert emulator.clock.now().year == 2030
    """
    pytester.makeini(f"[pytest]\n{ini}\n")
    pytester.makepyfile(dedent(STRICT) + dedent(tests))
    run_here(*command_line).assert_outcomes(passed=5)


def test_functions_are_called_where_an_option_says(run_here: Run, pytester: pytest.Pytester) -> None:
    tests = """
        from http.server import BaseHTTPRequestHandler, HTTPServer
        import threading

        def test_called(emulator):
            called = threading.Event()

            class Function(BaseHTTPRequestHandler):
                def do_POST(self):
                    called.set()
                    self.send_response(200)
                    self.end_headers()

                def log_message(self, *_): pass

            server = HTTPServer(("127.0.0.1", PORT), Function)
            threading.Thread(target=server.serve_forever, daemon=True).start()
            topic = emulator.sns.create_topic(Name="sales")["TopicArn"]
            emulator.sns.subscribe(TopicArn=topic, Protocol="lambda", Endpoint=FUNCTION)
            emulator.sns.publish(TopicArn=topic, Message="sold")
            assert called.wait(60)
            server.shutdown()
            server.server_close()
    """
    probe = HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    port = probe.server_address[1]
    probe.server_close()
    arn = "arn:aws:lambda:us-east-1:123456789012:function:f"
    pytester.makepyfile(f"PORT = {port}\nFUNCTION = '{arn}'\n" + dedent(tests))
    given = ("--emulator-account-id=123456789012", f"--emulator-lambda-url={arn}=http://127.0.0.1:{port}/")
    run_here(*given).assert_outcomes(passed=1)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (("--emulator-seed", "x"), "*seed: 'x' is not a valid integer*"),
        (("--emulator-seed", "x", "-n", "2"), "*seed: 'x' is not a valid integer*"),
        (("--emulator-url", "http://127.0.0.1:1", "-n", "2"), "*: no emulator answers there*"),
        (("--emulator-region", "Mars!"), "*region is 'Mars!', which is no region*"),
        (("--emulator-account-id", "12"), "*account_id: an account id is 12 digits*"),
        (("-o", "emulator_clock_at=tomorrow"), "*clock_at: a time with its time zone is wanted*"),
        (("-o", "emulator_lambda_urls=f=http://localhost"), "*lambda_urls: f is not the ARN of a function*"),
        (("--emulator-url", "localhost:4566"), "*'localhost:4566', which is not the URL of an emulator*"),
        (("--emulator-url", "https://localhost:4566"), "*which is not the URL of an emulator*"),
        (("--emulator-url", "http://127.0.0.1:1"), "*--emulator-url http://127.0.0.1:1: no emulator answers there*"),
    ],
)
def test_wrong_option_ends_the_run_at_its_start(
    given: tuple[str, ...], told: str, run_here: Run, pytester: pytest.Pytester
) -> None:
    pytester.makepyfile("def test_it(emulator): pass\ndef test_again(emulator): pass")
    result = run_here(*given)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"ERROR: {told}"])
    assert len([line for line in result.errlines if line.strip()]) == 1
    assert "error" not in "".join(result.outlines).lower().replace("errors", "")


def test_tests_without_the_emulator_run_whatever_the_url(run_here: Run, pytester: pytest.Pytester) -> None:
    pytester.makepyfile("def test_it(): pass")
    run_here("--emulator-url", "http://127.0.0.1:1").assert_outcomes(passed=1)


class _Stranger(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_error(404)

    def log_message(self, *_: object) -> None:
        pass


def test_server_that_is_no_emulator_is_told(run_here: Run, pytester: pytest.Pytester) -> None:
    pytester.makepyfile("def test_it(emulator): pass")
    with HTTPServer(("127.0.0.1", 0), _Stranger) as stranger:
        Thread(target=stranger.serve_forever, daemon=True).start()
        result = run_here("--emulator-url", f"http://127.0.0.1:{stranger.server_address[1]}")
        stranger.shutdown()
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: *what answers there (404) is no sqs-sns-emulator*"])


@pytest.mark.parametrize(
    ("marker", "told"),
    [
        ("strict=True", "*test_it: There is no option 'strict' for a test's emulator; there are: account_id, *"),
        ("regoin='eu-north-1'", "*test_it: There is no option 'regoin' for a test's emulator; did you mean region*"),
        ("seed='x'", "*test_it: seed: 'x' is not a valid integer*"),
        ("region='Mars!'", "*test_it: region is 'Mars!', which is no region*"),
        ("account_id='12'", "*test_it: account_id: an account id is 12 digits*"),
        ("'eu-north-1'", "*test_it: The marker takes arguments by name only*"),
    ],
)
def test_wrong_marker_ends_the_run_at_its_start(
    marker: str, told: str, run_here: Run, pytester: pytest.Pytester
) -> None:
    tests = f"""
        import pytest

        @pytest.mark.emulator({marker})
        def test_it(emulator): pass
    """
    pytester.makepyfile(tests)
    result = run_here()
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"ERROR: {told}"])


def test_wrong_marker_is_an_error_of_its_test_where_workers_collect(run_here: Run, pytester: pytest.Pytester) -> None:
    tests = """
        import pytest

        @pytest.mark.emulator(region="Mars!")
        def test_it(emulator): pass
    """
    pytester.makepyfile(tests)
    result = run_here("-n", "1")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["emulator: region is 'Mars!', which is no region*"])


def test_marker_cannot_ask_more_of_an_emulator_that_runs_already(run_here: Run, pytester: pytest.Pytester) -> None:
    tests = """
        import pytest

        @pytest.mark.emulator(strict_timing=True)
        def test_strict(emulator): pass

        @pytest.mark.emulator(region="eu-north-1", account_id="123456789012")
        def test_place(emulator):
            assert emulator.sqs.create_queue(QueueName="orders")["QueueUrl"].endswith("/123456789012/orders")
    """
    pytester.makepyfile(tests)
    with running_server() as server:
        result = run_here("--emulator-url", server.url)
        assert result.ret == pytest.ExitCode.USAGE_ERROR
        result.stderr.fnmatch_lines(["ERROR: *test_strict: *runs already, and the test wants strict_timing of it*"])
        run_here("--emulator-url", server.url, "-k", "place").assert_outcomes(passed=1)
        result = run_here("--emulator-url", server.url, "--emulator-account-id", "123456789012", "-n", "2")
        assert result.ret == pytest.ExitCode.USAGE_ERROR
        result.stderr.fnmatch_lines(["ERROR: *would let tests of several workers meet in one account*"])


def test_help_and_ini_options_go_together(run_here: Run, pytester: pytest.Pytester) -> None:
    told = str(run_here("--help").stdout)
    from emulator.testing.options import ServerOptions

    for name in ("url", "region", "account_id", *ServerOptions.__annotations__):
        flag = name.removesuffix("s") if name == "lambda_urls" else name
        assert f"--emulator-{flag.replace('_', '-')}" in told
        assert f"emulator_{name} (" in told
