"""``emulated_aws(join=True)``: inside another use it is that one, as moto's mocks are."""

import asyncio
import os
import threading
import unittest
from functools import partial
from typing import Any

import pytest

from emulator.testing import emulated_aws
from tests.testing.pytest_runs import Run
from tests.testing.test_decorator import create, outcome, queue_names

pytest_plugins = ["pytester"]


def test_alone_it_starts_empty_and_ends() -> None:
    before = dict(os.environ)
    use = emulated_aws(join=True)
    for _ in range(2):
        with use:
            assert queue_names() == []
            create("orders")
    assert dict(os.environ) == before


def test_inside_another_use_it_goes_on_with_what_is_there() -> None:
    with emulated_aws(account_id="123456789012", region="eu-north-1") as outer:
        create("outer")
        with emulated_aws(join=True) as aws:
            assert (aws.account_id, aws.region) == (outer.account_id, outer.region)
            create("inner")
            assert queue_names() == ["inner", "outer"]
        assert queue_names() == ["inner", "outer"]


def test_inside_two_uses_it_is_the_inner_one() -> None:
    with emulated_aws():
        create("outer")
        with emulated_aws(), emulated_aws(join=True):
            assert queue_names() == []
            create("inner")
        assert queue_names() == ["outer"]


@pytest.mark.parametrize("outer_joins_too", [True, False])
def test_use_goes_on_until_the_last_one_has_ended(outer_joins_too: bool) -> None:
    before = dict(os.environ)
    first, second = emulated_aws(join=outer_joins_too), emulated_aws(join=True)
    first.start()
    create("orders")
    second.start()
    first.stop()
    assert queue_names() == ["orders"]
    second.stop()
    assert dict(os.environ) == before
    with pytest.raises(RuntimeError, match="not started"):
        second.stop()


def test_use_inside_ends_before_the_last_of_those_that_joined() -> None:
    outer, inner = emulated_aws(join=True), emulated_aws()
    outer.start()
    inner.start()
    with pytest.raises(RuntimeError, match="began later"):
        outer.stop()
    inner.stop()
    outer.stop()


GIVEN: list[tuple[str, Any]] = [("account_id", "123456789012"), ("region", "eu-north-1"), ("seed", 7), ("server", True)]


@pytest.mark.parametrize(("name", "value"), GIVEN)
def test_other_options_than_those_of_the_outer_use_are_refused(name: str, value: object) -> None:
    options: dict[str, Any] = {name: value}
    with emulated_aws(region="us-east-1"):
        with pytest.raises(ValueError, match=f"{name}={value!r} is not what") as refused:
            emulated_aws(join=True, **options).start()
        assert "leave out join" in str(refused.value)
        create("orders")
        assert queue_names() == ["orders"]


@pytest.mark.parametrize(("name", "value"), GIVEN)
def test_same_options_as_those_of_the_outer_use_are_accepted(name: str, value: object) -> None:
    options: dict[str, Any] = {name: value}
    mock = partial(emulated_aws, join=True, **options)
    with mock():
        create("orders")
        with mock():
            assert queue_names() == ["orders"]


def test_what_it_declares_is_added() -> None:
    with emulated_aws():
        create("outer")
        with emulated_aws(join=True, config={"queues": ["jobs"]}, functions={"handle": lambda _event, _context: None}):
            assert queue_names() == ["jobs", "outer"]
        assert queue_names() == ["jobs", "outer"]


def test_declaration_that_fails_leaves_the_outer_use() -> None:
    with emulated_aws():
        create("outer")
        with pytest.raises(ValueError, match="nothing"):
            emulated_aws(join=True, config={"nothing": []}).start()
        assert queue_names() == ["outer"]


def test_another_thread_can_join() -> None:
    seen: list[list[str]] = []

    @emulated_aws(join=True)
    def work() -> None:
        create("from-thread")
        seen.append(queue_names())

    with emulated_aws():
        create("orders")
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
        assert queue_names() == ["from-thread", "orders"]
    assert seen == [["from-thread", "orders"]]


@emulated_aws(join=True)
def set_up() -> None:
    create("from-set-up")


def test_decorated_function_joins_its_caller_and_itself() -> None:
    @emulated_aws(join=True)
    def test(depth: int) -> list[str]:
        create(f"depth-{depth}")
        return test(depth - 1) if depth else queue_names()

    set_up()
    assert test(0) == ["depth-0"]
    assert test(1) == ["depth-0", "depth-1"]


def test_decorated_coroutine_function_joins_its_caller() -> None:
    @emulated_aws(join=True)
    async def consume() -> list[str]:
        await asyncio.sleep(0)
        return queue_names()

    @emulated_aws(join=True)
    async def test() -> list[str]:
        set_up()
        return await consume()

    assert asyncio.run(test()) == ["from-set-up"]


def test_decorated_class_and_its_decorated_methods_are_one_use() -> None:
    @emulated_aws(join=True)
    class Case(unittest.TestCase):
        def setUp(self) -> None:
            set_up()

        @emulated_aws(join=True)
        def test_first(self) -> None:
            self.assertEqual(queue_names(), ["from-set-up"])  # noqa: PT009 - this is unittest

        def test_second(self) -> None:
            with emulated_aws(join=True):
                self.assertEqual(queue_names(), ["from-set-up"])  # noqa: PT009 - this is unittest

    result = outcome(Case)
    assert (result.testsRun, result.errors, result.failures) == (2, [], [])


def test_fixtures_of_a_suite_that_comes_from_moto(run_here: Run, pytester: pytest.Pytester) -> None:
    """Each fixture has a mock of its own, and so has the test; the fixture of the plugin can be around them."""
    tests = """
        from functools import partial

        import boto3
        import pytest
        from emulator.testing import emulated_aws

        mock_aws = partial(emulated_aws, join=True)

        @pytest.fixture(params=["server", "in process"])
        def around(request):
            if request.param == "server":
                return request.getfixturevalue("emulator").account_id
            return "000000000000"

        @pytest.fixture
        def sns(around):
            with mock_aws():
                yield boto3.client("sns")

        @pytest.fixture
        def sqs(around):
            with mock_aws():
                yield boto3.client("sqs")

        @pytest.fixture
        def orders(sns, sqs):
            topic = sns.create_topic(Name="orders")["TopicArn"]
            url = sqs.create_queue(QueueName="orders")["QueueUrl"]
            sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=topic.replace(":sns:", ":sqs:"))
            return url

        @mock_aws
        def test_orders(orders, sns, sqs, around):
            topic = f"arn:aws:sns:us-east-1:{around}:orders"
            boto3.client("sns").publish(TopicArn=topic, Message="coffee")
            assert len(sqs.receive_message(QueueUrl=orders)["Messages"]) == 1
    """
    pytester.makepyfile(tests)
    run_here().assert_outcomes(passed=2)
