"""The forms in which moto's documentation uses its mock, under our names: what a suite that comes from there has.

https://docs.getmoto.org/en/latest/docs/getting_started.html
"""

import inspect
import os
import unittest
from collections.abc import Iterator
from typing import Any

import boto3
import pytest

from emulator.testing import emulated_aws
from tests.testing.pytest_runs import Run

pytest_plugins = ["pytester"]

REGION = "us-east-1"
outside_client: Any = boto3.client("sqs", region_name=REGION, aws_access_key_id="any", aws_secret_access_key="any")
outside_resource: Any = boto3.resource("sqs", region_name=REGION, aws_access_key_id="any", aws_secret_access_key="any")


def save(name: str) -> list[str]:
    """The code under test: makes a queue, and tells the names of all."""
    sqs = boto3.resource("sqs", region_name=REGION)
    sqs.create_queue(QueueName=name)
    return [queue.url.rpartition("/")[2] for queue in sqs.queues.all()]


@emulated_aws
def test_decorator() -> None:
    assert save("queue") == ["queue"]


@emulated_aws()
def test_decorator_with_parentheses() -> None:
    assert save("queue") == ["queue"]


@pytest.fixture
def name() -> str:
    return "queue"


@emulated_aws
@pytest.mark.parametrize("number", [1, 2])
def test_decorator_over_parameters_and_fixtures(name: str, number: int) -> None:
    assert save(f"{name}-{number}") == [f"{name}-{number}"]


def test_context_manager() -> None:
    with emulated_aws():
        assert save("queue") == ["queue"]


def test_raw_start_and_stop() -> None:
    mock = emulated_aws()
    for _ in range(2):
        mock.start()
        assert save("queue") == ["queue"]
        mock.stop()


class TestSetUp(unittest.TestCase):
    def setUp(self) -> None:
        self.mock = emulated_aws()
        self.mock.start()
        save("from-set-up")

    def tearDown(self) -> None:
        self.mock.stop()

    def test_first(self) -> None:
        assert save("first") == ["first", "from-set-up"]

    def test_second(self) -> None:
        assert save("second") == ["from-set-up", "second"]


@emulated_aws
class TestClassLevel(unittest.TestCase):
    def setUp(self) -> None:
        save("from-set-up")

    def test_first(self) -> None:
        assert save("first") == ["first", "from-set-up"]

    def test_second(self) -> None:
        assert save("second") == ["from-set-up", "second"]


@emulated_aws()
class Base(unittest.TestCase):
    """Its subclasses are covered too."""

    def setUp(self) -> None:
        save("from-base")


class TestSubclass(Base):
    def test_first(self) -> None:
        assert save("first") == ["first", "from-base"]


@emulated_aws(region="eu-north-1")
class TestPlainClass:
    def setup_method(self) -> None:
        save("from-set-up")

    def test_first(self) -> None:
        assert save("first") == ["first", "from-set-up"]

    def test_second(self, name: str) -> None:
        assert save(name) == ["from-set-up", name]


@pytest.fixture
def aws_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SECURITY_TOKEN", "AWS_SESSION_TOKEN"):
        monkeypatch.setenv(variable, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)


@pytest.fixture
def sqs(aws_credentials: None) -> Iterator[Any]:
    with emulated_aws():
        yield boto3.client("sqs", region_name=REGION)


@pytest.fixture
def create_first(sqs: Any) -> None:
    boto3.client("sqs").create_queue(QueueName="first")


@pytest.fixture
def create_second(sqs: Any) -> None:
    boto3.client("sqs").create_queue(QueueName="second")


def test_client_of_a_fixture(sqs: Any) -> None:
    sqs.create_queue(QueueName="queue")
    assert len(sqs.list_queues()["QueueUrls"]) == 1


def test_fixtures_upon_a_fixture(create_first: None, create_second: None) -> None:
    assert len(boto3.client("sqs").list_queues()["QueueUrls"]) == 2


@emulated_aws
def test_client_and_resource_made_outside_need_no_patching() -> None:
    outside_client.create_queue(QueueName="queue")
    assert [queue.url.rpartition("/")[2] for queue in outside_resource.queues.all()] == ["queue"]


@emulated_aws
def test_mock_inside_a_mock() -> None:
    before = os.environ["AWS_ACCESS_KEY_ID"]
    with emulated_aws():
        assert save("inner") == ["inner"]
    assert os.environ["AWS_ACCESS_KEY_ID"] == before
    assert save("outer") == ["outer"]


def test_coroutine_functions_stay_such(run_here: Run, pytester: pytest.Pytester) -> None:
    """As the async plugins of pytest ask for them."""

    @emulated_aws()
    async def test() -> None:
        save("queue")

    assert inspect.iscoroutinefunction(test)
    tests = """
        import asyncio
        import unittest
        import boto3
        from emulator.testing import emulated_aws

        @emulated_aws
        class TestAsync(unittest.IsolatedAsyncioTestCase):
            async def test_first(self):
                boto3.client("sqs").create_queue(QueueName="first")
                await asyncio.sleep(0)

            @emulated_aws
            async def test_decorated_too(self):
                assert "QueueUrls" not in boto3.client("sqs").list_queues()
    """
    pytester.makepyfile(tests)
    run_here().assert_outcomes(passed=2)
