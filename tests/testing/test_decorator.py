"""``emulated_aws`` as a decorator: one world for each call, or for each test of a class."""

import asyncio
import inspect
import unittest
from collections.abc import AsyncIterator, Iterator
from typing import Any

import boto3
import pytest

from emulator.testing import emulated_aws


def create(name: str) -> None:
    boto3.client("sqs").create_queue(QueueName=name)


def queue_names() -> list[str]:
    return [url.rpartition("/")[2] for url in boto3.client("sqs").list_queues().get("QueueUrls", [])]


def region() -> str:
    return str(boto3.client("sqs").meta.region_name)


@emulated_aws
def create_and_list(name: str) -> list[str]:
    """Makes a queue."""
    create(name)
    return queue_names()


def test_each_call_of_a_function_starts_empty() -> None:
    assert create_and_list("first") == ["first"]
    assert create_and_list("second") == ["second"]


def test_decorated_function_keeps_its_name_and_signature() -> None:
    assert (create_and_list.__name__, create_and_list.__doc__) == ("create_and_list", "Makes a queue.")
    assert list(inspect.signature(create_and_list).parameters) == ["name"]


def test_decorator_takes_options() -> None:
    assert emulated_aws(region="eu-north-1")(region)() == "eu-north-1"


def test_function_may_call_itself() -> None:
    @emulated_aws
    def descend(depth: int) -> list[str]:
        create(f"depth-{depth}")
        if depth:
            assert descend(depth - 1) == ["depth-0"]
        return queue_names()

    assert descend(1) == ["depth-1"]


def test_coroutine_function_is_covered_until_it_ends() -> None:
    @emulated_aws
    async def create_and_list_later() -> list[str]:
        create("orders")
        await asyncio.sleep(0)
        return queue_names()

    assert inspect.iscoroutinefunction(create_and_list_later)
    for _ in range(2):
        assert asyncio.run(create_and_list_later()) == ["orders"]


def test_generators_are_covered_until_they_end() -> None:
    @emulated_aws
    def resource() -> Iterator[list[str]]:
        create("orders")
        yield queue_names()

    @emulated_aws
    async def async_resource() -> AsyncIterator[list[str]]:
        create("orders")
        yield queue_names()

    async def collected() -> list[list[str]]:
        return [names async for names in async_resource()]

    for _ in range(2):
        assert list(resource()) == [["orders"]]
        assert asyncio.run(collected()) == [["orders"]]


def outcome(case: type[unittest.TestCase]) -> unittest.TestResult:
    result = unittest.TestResult()
    unittest.defaultTestLoader.loadTestsFromTestCase(case).run(result)
    return result


def test_each_test_of_a_test_case_has_a_world_from_set_up_to_clean_up() -> None:
    seen: list[list[str]] = []

    @emulated_aws
    class Case(unittest.TestCase):
        def setUp(self) -> None:
            create("from-set-up")
            self.addCleanup(lambda: seen.append(queue_names()))

        def test_a(self) -> None:
            create("a")

        def test_b(self) -> None:
            create("b")

    result = outcome(Case)
    assert (result.testsRun, result.errors, result.failures) == (2, [], [])
    assert [sorted(names) for names in seen] == [["a", "from-set-up"], ["b", "from-set-up"]]


def test_async_test_case_is_covered() -> None:
    @emulated_aws
    class Case(unittest.IsolatedAsyncioTestCase):
        async def asyncSetUp(self) -> None:
            create("from-set-up")

        async def test_a(self) -> None:
            self.assertEqual(queue_names(), ["from-set-up"])  # noqa: PT009 - this is unittest

    result = outcome(Case)
    assert (result.testsRun, result.errors, result.failures) == (1, [], [])


@emulated_aws
class TestOfPlainClass:
    """Run by pytest itself."""

    def setup_method(self, method: Any) -> None:
        create(f"for-{method.__name__[5:].replace('_', '-')}")

    def teardown_method(self) -> None:
        assert "made-by-test" in queue_names()

    def test_first(self) -> None:
        create("made-by-test")
        assert queue_names() == ["for-first", "made-by-test"]

    def test_second(self) -> None:
        create("made-by-test")
        assert queue_names() == ["for-second", "made-by-test"]


def test_tests_of_a_plain_class_can_be_called_by_hand() -> None:
    seen: list[list[str]] = []

    @emulated_aws
    class Tests:
        def test_first(self) -> None:
            create("first")
            seen.append(queue_names())

        async def test_second(self) -> None:
            create("second")
            seen.append(queue_names())

    tests = Tests()
    tests.test_first()
    assert inspect.iscoroutinefunction(tests.test_second)
    asyncio.run(tests.test_second())
    assert seen == [["first"], ["second"]]


def test_failing_setup_method_ends_its_world() -> None:
    @emulated_aws
    class Tests:
        def setup_method(self) -> None:
            raise ZeroDivisionError

        def test(self) -> None:
            pass

    with emulated_aws():
        create("outer")
        with pytest.raises(ZeroDivisionError):
            Tests().setup_method(None)  # type: ignore[call-arg] # as pytest calls it
        assert queue_names() == ["outer"]


def test_class_without_tests_is_refused() -> None:
    with pytest.raises(TypeError, match="Nothing has no test methods"):

        @emulated_aws
        class Nothing:
            pass
