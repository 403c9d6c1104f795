"""The pytest plugin, in test runs of its own."""

import subprocess
import sys
import urllib.error
import urllib.request
from importlib.metadata import entry_points

import pytest

from tests.server import running_server
from tests.testing.pytest_runs import PLUGIN, Run

pytest_plugins = ["pytester"]

ISOLATED = """
    import boto3
    import pytest

    accounts = set()

    @pytest.mark.parametrize("number", range(4))
    def test_queue(emulator, number):
        assert emulator.account_id not in accounts
        accounts.add(emulator.account_id)
        sqs = boto3.client("sqs")
        assert "QueueUrls" not in sqs.list_queues()
        url = sqs.create_queue(QueueName="orders")["QueueUrl"]
        sqs.send_message(QueueUrl=url, MessageBody=str(number))
        assert emulator.wait_for_message("orders").body == str(number)
        emulator.clock.advance(number * 1000)
"""


def test_plugin_comes_with_the_package() -> None:
    assert PLUGIN in {entry.value for entry in entry_points(group="pytest11")}


def test_tests_do_not_see_each_other(run_here: Run, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(ISOLATED)
    run_here().assert_outcomes(passed=4)


def test_workers_of_a_parallel_run_share_one_server(run_here: Run, pytester: pytest.Pytester) -> None:
    tests = """
        import os
        from pathlib import Path

        def test_server(emulator, worker_id, testrun_uid):
            Path(f"seen-by-{worker_id}").write_text(emulator.url)
    """
    pytester.makepyfile(test_url=tests)
    run_here("-n", "2", "--dist", "each").assert_outcomes(passed=2)  # by every worker, however busy the machine is
    seen = [file.read_text() for file in pytester.path.glob("seen-by-*")]
    assert len(seen) == 2
    assert len(set(seen)) == 1
    with pytest.raises(urllib.error.URLError):  # it has ended with the run
        urllib.request.build_opener(urllib.request.ProxyHandler({})).open(f"{seen[0]}/_emulator/health")


@pytest.mark.thorough
def test_tests_in_parallel_workers_do_not_see_each_other(run_here: Run, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_isolated=ISOLATED)
    run_here("-n", "2").assert_outcomes(passed=4)


@pytest.mark.thorough
def test_parallel_run_that_needs_no_server_starts_none(run: Run, pytester: pytest.Pytester) -> None:
    conftest = """
        from emulator.testing.server_process import ServerProcess

        def refuse(self):
            raise RuntimeError("a server was started")

        ServerProcess.__init__ = refuse
    """
    pytester.makeconftest(conftest)
    pytester.makepyfile(test_nothing="def test_nothing(): pass")
    run("-n", "1").assert_outcomes(passed=1)
    pytester.makepyfile(test_server="def test_server(emulator): pass")
    run("-n", "1").assert_outcomes(passed=1, errors=1)


def test_tests_run_at_a_server_that_runs_already(run_here: Run, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(ISOLATED)
    with running_server() as server:
        for _ in range(2):
            run_here("--emulator-url", server.url).assert_outcomes(passed=4)


def test_aws_is_out_of_reach(run_here: Run, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "production")
    monkeypatch.setenv("AWS_ENDPOINT_URL_SQS", "http://elsewhere")
    monkeypatch.setenv("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true")
    tests = """
        import os
        import boto3
        import pytest

        session = boto3.DEFAULT_SESSION

        def test_environment(emulator):
            assert boto3.client("sqs").meta.endpoint_url == emulator.url
            with pytest.raises(RuntimeError, match="ListBuckets of the service 's3' was not sent"):
                boto3.client("s3").list_buckets()
            assert boto3.client("sts").get_caller_identity()["Account"] == emulator.account_id
            assert boto3.Session().client("sns").meta.endpoint_url == emulator.url
            assert boto3.Session().get_credentials().access_key == emulator.account_id
            assert os.environ["AWS_EC2_METADATA_DISABLED"] == "true"

        def test_environment_is_put_back():
            assert os.environ["AWS_PROFILE"] == "production"
            assert os.environ["AWS_ENDPOINT_URL_SQS"] == "http://elsewhere"
            assert "AWS_ENDPOINT_URL" not in os.environ
            assert boto3.DEFAULT_SESSION is session
    """
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    pytester.makepyfile(tests)
    run_here().assert_outcomes(passed=2)


def test_client_made_while_the_application_is_imported_works_with_the_fixture(
    run_here: Run, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    application = """
        import boto3

        sqs = boto3.client("sqs")

        def send(body):
            sqs.send_message(QueueUrl=sqs.get_queue_url(QueueName="orders")["QueueUrl"], MessageBody=body)
    """
    tests = """
        import application

        def test_application(emulator):
            emulator.sqs.create_queue(QueueName="orders")
            application.send("coffee")
            assert emulator.wait_for_message("orders", "coffee", timeout=0)

        test_again = test_application
    """
    pytester.makepyfile(application=application, test_application=tests)
    run_here().assert_outcomes(passed=2)


def test_clients_come_as_fixtures(run_here: Run, pytester: pytest.Pytester) -> None:
    tests = """
        def test_clients(emulator, emulator_sqs, emulator_sns):
            topic = emulator_sns.create_topic(Name="sales")["TopicArn"]
            assert topic == f"arn:aws:sns:us-east-1:{emulator.account_id}:sales"
            assert emulator_sqs is emulator.sqs
    """
    pytester.makepyfile(tests)
    run_here().assert_outcomes(passed=1)


def test_account_of_a_test_is_the_same_in_every_run(run_here: Run, pytester: pytest.Pytester) -> None:
    tests = """
        def test_account(emulator):
            print(emulator.account_id)
    """
    pytester.makepyfile(tests)
    accounts = {run_here("-s", "-q").outlines[0].rstrip(".") for _ in range(2)}
    assert len(accounts) == 1
    assert accounts.pop().isdecimal()


def test_failure_shows_the_queues_and_the_trace(run_here: Run, pytester: pytest.Pytester) -> None:
    tests = """
        def test_fails(emulator):
            url = emulator.sqs.create_queue(QueueName="orders")["QueueUrl"]
            emulator.sqs.send_message(QueueUrl=url, MessageBody="coffee")
            emulator.sns.publish(TopicArn=emulator.sns.create_topic(Name="sales")["TopicArn"], Message="sold")
            assert False
    """
    pytester.makepyfile(tests)
    result = run_here()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        ["*- SQS and SNS -*", "queue orders: 1 message", "  visible: 'coffee'", "published to *:sales: 'sold'"]
    )


def test_failed_expectation_shows_the_queues_once(run_here: Run, pytester: pytest.Pytester) -> None:
    tests = """
        def test_fails(emulator):
            emulator.sqs.create_queue(QueueName="orders")
            emulator.wait_for_message("orders", timeout=0)
    """
    pytester.makepyfile(tests)
    result = run_here()
    result.assert_outcomes(failed=1)
    told = str(result.stdout).partition("short test summary")[0]  # which repeats the error in full where CI is set
    assert told.count("queue orders: 0 messages") == 1


def test_failure_is_told_though_the_server_is_gone(run_here: Run, pytester: pytest.Pytester) -> None:
    tests = """
        def test_fails(emulator, monkeypatch):
            def fail():
                raise ConnectionRefusedError("refused")

            monkeypatch.setattr(emulator, "describe", fail)
            assert False, "what went wrong"
    """
    pytester.makepyfile(tests)
    result = run_here()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*what went wrong", "The emulator does not answer: refused"])


def test_plugin_costs_nothing_until_it_is_used() -> None:
    program = f"""
import sys, pytest
before = set(sys.modules)
import {PLUGIN}
heavy = {{"boto3", "botocore", "msgspec", "starlette", "uvicorn", "asyncio", "http.client", "emulator.serving.app"}}
print(sorted(heavy & (set(sys.modules) - before)))
"""
    assert subprocess.check_output([sys.executable, "-c", program], text=True) == "[]\n"


def test_with_a_seed_a_test_sees_the_same_ids_in_every_run(run_here: Run, pytester: pytest.Pytester) -> None:
    tests = """
        import pathlib

        def test_ids(emulator):
            url = emulator.sqs.create_queue(QueueName="q")["QueueUrl"]
            emulator.sqs.send_message(QueueUrl=url, MessageBody="b")
            (message,) = emulator.sqs.receive_message(QueueUrl=url)["Messages"]
            assert emulator.clock.now().isoformat() == "2030-01-01T00:00:00+00:00"
            golden = pathlib.Path("golden")
            if golden.exists():
                assert golden.read_text() == message["ReceiptHandle"]
            golden.write_text(message["ReceiptHandle"])
    """
    pytester.makepyfile(tests)
    for _ in range(2):
        run_here("--emulator-seed", "7", "--emulator-clock-at", "2030-01-01T00:00:00Z").assert_outcomes(passed=1)


def test_seed_is_not_for_an_emulator_that_runs_already(run_here: Run, pytester: pytest.Pytester) -> None:
    pytester.makepyfile("def test_nothing(): pass")
    outcome = run_here("--emulator-seed", "7", "--emulator-url", "http://localhost:1")
    assert outcome.ret == pytest.ExitCode.USAGE_ERROR
    outcome.stderr.fnmatch_lines(["*runs already: give it --seed itself*"])
