"""Long work is done in portions, between which the event loop serves others."""

import asyncio
from collections import OrderedDict, deque
from collections.abc import Coroutine, Iterator
from itertools import pairwise

import pytest

from emulator.timing.turns import Work, at_once, begun, emptied, emptied_values, free, in_turns, portions
from tests.turns import counted


def work(steps: int) -> Work[str]:
    for _ in range(steps):
        yield
    return "done"


def test_work_takes_one_turn_for_each_portion_and_gives_its_result() -> None:
    assert asyncio.run(counted(in_turns(work(5)))) == ("done", 5)
    assert at_once(work(5)) == "done"


def test_work_goes_on_though_the_one_who_waits_for_it_is_canceled() -> None:
    done: list[int] = []

    def portions_of_work() -> Work[None]:
        for number in range(5):
            done.append(number)
            yield

    async def cancel() -> tuple[list[int], list[int]]:
        result = begun(portions_of_work(), "result")
        assert isinstance(result, Coroutine)
        waiting = asyncio.ensure_future(result)
        await asyncio.sleep(0)
        waiting.cancel()
        before = list(done)
        for _ in range(10):
            await asyncio.sleep(0)
        return before, done

    assert asyncio.run(cancel()) == ([0], [0, 1, 2, 3, 4])


def test_work_is_done_in_turns_before_its_result_is_there_and_at_once_without_an_event_loop() -> None:
    async def result() -> tuple[object, int]:
        coroutine = begun(work(5), "result")
        assert isinstance(coroutine, Coroutine)
        return await counted(coroutine)

    value, turns = asyncio.run(result())
    assert value == "result"
    assert turns >= 5
    assert begun(work(5), "result") == "result"


def test_portions_have_a_bounded_length() -> None:
    assert list(portions(range(5), 2)) == [[0, 1], [2, 3], [4]]
    assert list(portions([], 2)) == []


@pytest.mark.parametrize(
    "container",
    [list(range(3_500)), deque(range(3_500)), dict.fromkeys(range(3_500)), OrderedDict.fromkeys(range(3_500))],
    ids=lambda container: type(container).__name__,
)
def test_a_container_is_emptied_a_thousand_entries_at_a_time(
    container: list[int] | deque[int] | dict[int, None],
) -> None:
    left = [len(container) for _ in emptied(container)]
    assert left == [2_500, 1_500, 500]


def test_containers_in_a_dictionary_are_emptied_one_after_another() -> None:
    values = {number: list(range(1_500)) for number in range(450)}
    steps = sum(1 for _ in emptied_values(values, lambda value: (value,)))
    assert steps == 450 + 3
    assert values == {}


def test_what_takes_few_steps_to_free_is_freed_at_once_and_the_rest_in_later_turns() -> None:
    freed = 0

    def dropped(steps: int) -> Iterator[None]:
        nonlocal freed
        for _ in range(steps):
            freed += 1
            yield

    async def free_in_turns() -> list[int]:
        free(dropped(1))
        seen = [freed]
        free(dropped(30))
        free(dropped(5))
        while freed < 36:
            seen.append(freed)
            await asyncio.sleep(0)
        return [*seen, freed]

    seen = asyncio.run(free_in_turns())
    assert seen[:2] == [1, 5]
    assert seen[-1] == 36
    assert max(after - before for before, after in pairwise(seen)) <= 10


def test_without_an_event_loop_everything_is_freed_at_once() -> None:
    steps = iter(range(100))
    free(steps)
    assert next(steps, None) is None
