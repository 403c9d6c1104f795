"""What waits, in real time or by an account's clock, and how it ends."""

import asyncio
from collections.abc import Coroutine

from emulator.faults.later import Later
from emulator.faults.pauses import Pauses
from emulator.timing.clock import Clocks
from tests import patience

ACCOUNT, OTHER = "111111111111", "222222222222"
NOW = 1_700_000_000.0


def run(scenario: Coroutine[None, None, None]) -> None:
    asyncio.run(asyncio.wait_for(scenario, patience.SECONDS))


def test_pause_ends_by_itself() -> None:
    run(Pauses().pause(0.001))


def test_all_pauses_end_with_the_fault_and_none_begins_after_it() -> None:
    async def scenario() -> None:
        pauses = Pauses()
        waiting = [asyncio.create_task(pauses.pause(3_600)) for _ in range(3)]
        await asyncio.sleep(0)
        pauses.close()
        pauses.close()
        await asyncio.gather(*waiting)
        await pauses.pause(3_600)

    run(scenario())


def test_waits_that_are_ended_together_end_in_the_order_in_which_they_began() -> None:
    async def scenario() -> None:
        pauses, ended = Pauses(), list[int]()

        async def wait(number: int) -> None:
            await pauses.pause(3_600)
            ended.append(number)

        waiting = [asyncio.create_task(wait(number)) for number in range(50)]
        await asyncio.sleep(0)
        pauses.close()
        await asyncio.gather(*waiting)
        assert ended == list(range(50))

    run(scenario())


def test_one_who_hangs_up_leaves_nothing_behind() -> None:
    async def scenario() -> None:
        pauses = Pauses()
        waiting = asyncio.create_task(pauses.pause(3_600))
        await asyncio.sleep(0)
        assert len(pauses) == 1
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        assert len(pauses) == 0

    run(scenario())


def test_calls_are_made_in_order_of_time_when_the_clock_gets_there() -> None:
    clocks, made = Clocks(frozen_at=NOW), list[tuple[str, float]]()
    later = Later(clocks)
    later.put_off(ACCOUNT, 60, lambda due: made.append(("second", due)))
    later.put_off(ACCOUNT, 30, lambda due: made.append(("first", due)))
    later.put_off(OTHER, 10, lambda due: made.append(("another's", due)))
    clocks.of(ACCOUNT).advance(29)
    assert made == []
    clocks.of(ACCOUNT).advance(3_600)
    assert made == [("first", NOW + 30), ("second", NOW + 60)]


def test_calls_come_by_themselves_while_the_clock_runs() -> None:
    async def scenario() -> None:
        over = asyncio.Event()
        clocks = Clocks()
        later = Later(clocks)
        later.put_off(ACCOUNT, 3_600, lambda _: None)
        later.put_off(ACCOUNT, 0.001, lambda _: over.set())
        await over.wait()
        later.drop()

    run(scenario())


def test_dropped_calls_are_never_made() -> None:
    clocks, made = Clocks(frozen_at=NOW), list[float]()
    later = Later(clocks)
    later.put_off(ACCOUNT, 30, made.append)
    later.put_off(OTHER, 30, made.append)
    later.drop(ACCOUNT)
    clocks.of(ACCOUNT).advance(60)
    assert made == []
    clocks.of(OTHER).advance(60)
    assert made == [NOW + 30]
    later.put_off(ACCOUNT, 10, made.append)
    later.drop()
    clocks.of(ACCOUNT).advance(60)
    assert len(made) == 1
