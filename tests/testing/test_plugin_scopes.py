"""Fixtures of wider scopes: what each of them keeps, and how they lie in one another."""

import pytest

from tests.testing.pytest_runs import Run

pytest_plugins = ["pytester"]
pytestmark = pytest.mark.usefixtures("no_region")

SCOPES = """
    import boto3
    import pytest

    def names():
        return [url.rpartition("/")[2] for url in boto3.client("sqs").list_queues().get("QueueUrls", [])]

    @pytest.fixture(scope="module")
    def orders(emulator_module):
        return boto3.client("sqs").create_queue(QueueName="orders")["QueueUrl"]

    def test_module_first(emulator_module, orders):
        assert names() == ["orders"]

    def test_inner_is_empty(emulator, orders, emulator_module):
        assert names() == []
        assert emulator.account_id != emulator_module.account_id

    def test_session_begins_inside_the_module_s_and_stays_around_it(emulator_session, emulator_module):
        assert names() == ["orders"]
        emulator_session.sqs.create_queue(QueueName="all")
        assert emulator_session.peek("all") == []

    class TestClass:
        def test_one(self, emulator_class):
            emulator_class.sqs.create_queue(QueueName="class")
            assert names() == ["class"]

        def test_two(self, emulator_class):
            assert names() == ["class"]

    def test_behind_the_class(emulator_module):
        assert names() == ["orders"]
"""


@pytest.mark.parametrize(
    ("options", "passed"),
    [
        pytest.param((), 8, id="one process"),
        pytest.param(
            ("-n", "2", "--dist", "loadfile", "-k", "not behind_the_module"),
            7,
            id="workers",
            marks=pytest.mark.thorough,
        ),
    ],
)
def test_scopes_keep_what_they_have_and_lie_in_one_another(
    options: tuple[str, ...], passed: int, run_here: Run, pytester: pytest.Pytester
) -> None:
    other_module = """
        import os
        import boto3

        def test_session_goes_on_behind_the_module(emulator_session):
            assert os.environ["AWS_ACCESS_KEY_ID"] == emulator_session.account_id
            assert boto3.client("sqs").get_queue_url(QueueName="all")

        def test_package(emulator_package):
            assert "QueueUrls" not in boto3.client("sqs").list_queues()
    """
    environment = """
        import os

        BEFORE = dict(os.environ)

        def pytest_unconfigure():
            names = {"AWS_ENDPOINT_URL", "AWS_ACCESS_KEY_ID", "AWS_REGION", "NO_PROXY"}
            assert {n: os.environ.get(n) for n in names} == {n: BEFORE.get(n) for n in names}
    """
    pytester.makeconftest(environment)
    pytester.makepyfile(test_a=SCOPES, test_b=other_module)
    run_here(*options).assert_outcomes(passed=passed)


def test_failure_shows_the_queues_of_all_scopes(run_here: Run, pytester: pytest.Pytester) -> None:
    tests = """
        def test_fails(emulator_module, emulator):
            emulator_module.sqs.create_queue(QueueName="of-module")
            emulator.sqs.create_queue(QueueName="of-test")
            assert False

        def test_fails_alone(emulator):
            assert False
    """
    pytester.makepyfile(tests)
    result = run_here()
    result.assert_outcomes(failed=2)
    result.stdout.fnmatch_lines(["queue of-test: 0 messages", "*- SQS and SNS -*", "queue of-module: 0 messages"])
    assert str(result.stdout).count("queue of-module") == 1


def test_fixtures_of_two_scopes_cannot_have_one_account(run_here: Run, pytester: pytest.Pytester) -> None:
    tests = """
        import pytest

        pytestmark = pytest.mark.emulator(account_id="123456789012")

        def test_both(emulator_module, emulator): pass

        def test_one(emulator_module):
            assert emulator_module.account_id == "123456789012"
    """
    pytester.makepyfile(tests)
    result = run_here()
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["emulator: account 123456789012 is that of a fixture with a wider scope*"])
