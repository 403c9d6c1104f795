"""Clients that are made while tests are collected."""

import os

import pytest

from tests.testing.pytest_runs import Run

pytest_plugins = ["pytester"]
pytestmark = pytest.mark.usefixtures("no_region")

APPLICATION = """
    import boto3

    sqs = boto3.client("sqs")
    sns = boto3.Session().client("sns")

    def send(body):
        sqs.send_message(QueueUrl=sqs.create_queue(QueueName="orders")["QueueUrl"], MessageBody=body)
        return sns.create_topic(Name="sales")["TopicArn"]
"""


@pytest.fixture
def nothing_configured(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)


@pytest.mark.usefixtures("nothing_configured")
@pytest.mark.parametrize(
    "workers",
    [pytest.param((), id="one process"), pytest.param(("-n", "1"), id="workers", marks=pytest.mark.thorough)],
)
def test_clients_made_at_import_need_neither_region_nor_credentials(
    workers: tuple[str, ...], run_here: Run, pytester: pytest.Pytester
) -> None:
    tests = """
        import application
        from emulator.testing import emulated_aws

        def test_fixture(emulator):
            assert application.send("coffee") == f"arn:aws:sns:us-east-1:{emulator.account_id}:sales"
            assert emulator.wait_for_message("orders", "coffee", timeout=0)

        @emulated_aws
        def test_in_process():
            assert application.send("coffee") == "arn:aws:sns:us-east-1:000000000000:sales"

        def test_server():
            with emulated_aws(server=True, account_id="123456789012") as aws:
                assert application.send("coffee") == "arn:aws:sns:us-east-1:123456789012:sales"
                assert aws.wait_for_message("orders", "coffee", timeout=0)
    """
    pytester.makepyfile(application=APPLICATION, test_application=tests)
    pytester.makeconftest("import application")
    run_here(*workers).assert_outcomes(passed=3)


@pytest.mark.usefixtures("nothing_configured")
@pytest.mark.parametrize(
    ("environment", "options", "region"),
    [
        ({}, ("--emulator-region", "eu-north-1"), "eu-north-1"),
        ({}, ("-o", "emulator_region=eu-north-1"), "eu-north-1"),
        ({"AWS_REGION": "eu-north-1"}, (), "eu-north-1"),
        ({"AWS_DEFAULT_REGION": "eu-north-1"}, ("--emulator-region", "eu-west-1"), "eu-north-1"),
        ({"AWS_DEFAULT_REGION": ""}, (), "us-east-1"),
        ({"AWS_CONFIG_FILE": "config"}, (), "eu-south-1"),
        ({"AWS_CONFIG_FILE": "config", "AWS_PROFILE": "other"}, (), "eu-south-2"),
        ({"AWS_CONFIG_FILE": "config", "AWS_PROFILE": "bare"}, (), "us-east-1"),
    ],
)
def test_region_at_import_is_set_only_where_there_is_none(
    environment: dict[str, str],
    options: tuple[str, ...],
    region: str,
    run_here: Run,
    pytester: pytest.Pytester,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    pytester.path.joinpath("config").write_text(
        "[default]\nregion = eu-south-1\n[profile other]\nregion = eu-south-2\n[profile bare]\noutput = json\n"
    )
    tests = f"""
        import boto3

        at_import = boto3.Session().region_name

        def test_region():
            assert at_import == "{region}"
    """
    pytester.makepyfile(tests)
    run_here(*options).assert_outcomes(passed=1)


@pytest.mark.usefixtures("nothing_configured")
def test_region_at_import_can_be_left_alone_and_is_put_back(run_here: Run, pytester: pytest.Pytester) -> None:
    conftest = """
        import os

        def pytest_configure(config):
            print("at the start:", os.environ.get("AWS_DEFAULT_REGION"))
            config.add_cleanup(lambda: print("at the end:", os.environ.get("AWS_DEFAULT_REGION")))
    """
    pytester.makeconftest(conftest)
    pytester.makepyfile("def test_nothing(): pass")
    run_here("-s").stdout.fnmatch_lines(["at the start: us-east-1", "at the end: None"])
    run_here("-s", "-o", "emulator_import_region=false").stdout.fnmatch_lines(
        ["at the start: None", "at the end: None"]
    )
