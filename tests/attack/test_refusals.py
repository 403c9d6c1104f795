"""Refused and reading calls leave the state as it was. ``python -m tests.attack.refusals`` makes more of them."""

import asyncio
from random import Random

import pytest

from emulator.sqs.queue import Queue
from tests.attack.generated import CONTROL_ROUTES, OPERATIONS, Generator
from tests.attack.refusals import Broken, Walk, walk
from tests.examples import examples
from tests.plain import replaces_functions


@pytest.mark.parametrize("seed", [1, 2])
def test_refused_and_reading_requests_leave_the_state_as_it_was(seed: int) -> None:
    counts = asyncio.run(walk(seed, examples(6_000)))
    assert counts["refused"] > counts.total() * 0.6
    assert counts["only reads"] > 50
    assert counts["carried out"] > 50


def test_requests_of_every_operation_are_made() -> None:
    generator = Generator(Random(1), {})
    assert {generator.request()[0].name for _ in range(3_000)} == {each.name for each in OPERATIONS}


def test_requests_of_every_route_are_made() -> None:
    generator = Generator(Random(1), {})
    assert {generator.control_request()[0].path for _ in range(10_000)} == {each.path for each in CONTROL_ROUTES}


ENDS = {"POST /_localstack/health"}  # what it is asked for ends the process


def test_requests_of_routes_are_carried_out_and_refused() -> None:
    async def made() -> tuple[set[str], set[str]]:
        random_walk, good, bad = Walk(1), set[str](), set[str]()
        for number in range(4_000):
            if number % 250 == 249:  # one of them may have dropped everything
                random_walk.renew()
            route, status = await random_walk.control_step()
            (good if status < 400 else bad).add(f"{route.method} {route.path}")
        return good, bad

    routes = {f"{route.method} {route.path}" for route in CONTROL_ROUTES}
    good, bad = asyncio.run(made())
    emptying = {route for route in routes if route.startswith("POST /_localstack/state")}
    assert routes - bad - emptying == set()
    assert {route for route in routes if "/_aws/" in route or "/_localstack/" in route} - good <= emptying | ENDS


@replaces_functions
def test_change_that_is_recorded_for_a_refused_request_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    delete = Queue.delete

    def delete_and_tag(queue: Queue, handle: str, now: float) -> None:
        queue.set_tags({"deleted": handle})
        delete(queue, handle, now)

    monkeypatch.setattr(Queue, "delete", delete_and_tag)
    with pytest.raises(Broken, match="QueueTagged"):
        asyncio.run(walk(1, 20_000))


@replaces_functions
def test_change_that_is_not_recorded_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def modify(queue: Queue, handle: str, timeout: int, now: float) -> None:
        queue.modified_at = now + 1

    monkeypatch.setattr(Queue, "change_visibility", modify)
    with pytest.raises(Broken, match="the document has"):
        asyncio.run(walk(1, 20_000))


@replaces_functions
def test_fault_of_the_emulator_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Queue, "delete", lambda *_: 1 / 0)
    with pytest.raises(Broken, match="a fault: DeleteMessage"):
        asyncio.run(walk(1, 20_000))
