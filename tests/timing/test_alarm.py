"""The alarm of a clock: what is due is called in order of time, and nothing wakes the event loop for nothing."""

import asyncio
import weakref
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.foundation.ids import Ids
from emulator.sqs.message import Message
from emulator.sqs.message_content import Content
from emulator.sqs.queues import Queues
from emulator.sqs.waiting import Waiting
from emulator.timing.clock import Clock
from emulator.timing.deadlines import Deadline, Deadlines
from tests import patience

NOW = 1_700_000_000.0


class Calls:
    """What was called, and the times at which it was due."""

    def __init__(self) -> None:
        self.made: list[tuple[str, float]] = []
        self.changed = asyncio.Event()

    def __call__(self, name: str) -> Callable[[float], None]:
        def call(at: float) -> None:
            self.made.append((name, at - NOW))
            self.changed.set()

        return call

    @property
    def names(self) -> list[str]:
        return [name for name, _ in self.made]


def in_event_loop(scenario: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(scenario, patience.SECONDS))


def test_calls_are_made_in_order_of_time_by_a_move_of_the_clock() -> None:
    clock, calls = Clock(frozen_at=NOW), Calls()
    for name, at in (("c", 30), ("a", 10), ("b", 20), ("also b", 20)):
        clock.alarm.call_at(NOW + at, calls(name))
    clock.advance(9.9)
    assert calls.made == []
    clock.advance(10.1)
    assert calls.made == [("a", 10), ("b", 20), ("also b", 20)]
    assert clock.alarm.seconds_left() == 10


def test_canceled_call_is_never_made() -> None:
    clock, calls = Clock(frozen_at=NOW), Calls()
    first = clock.alarm.call_at(NOW + 10, calls("first"))
    clock.alarm.call_at(NOW + 20, calls("second"))
    clock.alarm.cancel(first)
    clock.alarm.cancel(first)
    assert clock.alarm.seconds_left() == 20
    clock.advance(30)
    clock.alarm.cancel(first)
    assert calls.names == ["second"]
    assert clock.alarm.seconds_left() is None


def test_call_that_is_canceled_by_one_that_is_due_with_it_is_not_made() -> None:
    clock, calls = Clock(frozen_at=NOW), Calls()
    deadlines: list[Deadline[Callable[[float], None]]] = []
    clock.alarm.call_at(NOW + 10, lambda _: clock.alarm.cancel(deadlines[0]))
    deadlines.append(clock.alarm.call_at(NOW + 20, calls("canceled")))
    clock.advance(30)
    assert calls.made == []


def test_call_asked_for_in_the_past_comes_in_a_later_turn_even_if_the_clock_is_frozen() -> None:
    async def scenario() -> None:
        clock, calls = Clock(frozen_at=NOW), Calls()
        clock.alarm.call_at(NOW - 10, calls("late"))
        assert calls.made == []
        await calls.changed.wait()
        assert calls.made == [("late", -10)]

    in_event_loop(scenario())


def test_call_that_a_call_asks_for_leaves_the_event_loop_a_turn() -> None:
    """What catches up step by step must not keep everything else from running."""

    async def scenario() -> None:
        clock, calls = Clock(frozen_at=NOW), Calls()

        def again(_: float) -> None:
            clock.alarm.call_at(NOW, calls("second step"))

        clock.alarm.call_at(NOW + 10, again)
        clock.advance(20)
        assert calls.made == []
        await calls.changed.wait()
        assert calls.names == ["second step"]

    in_event_loop(scenario())


def test_fault_in_one_call_does_not_keep_others_from_being_made() -> None:
    clock, calls = Clock(frozen_at=NOW), Calls()

    def fail(_: float) -> None:
        raise LookupError("a fault")

    clock.alarm.call_at(NOW + 10, fail)
    clock.alarm.call_at(NOW + 10, calls("at once"))
    clock.alarm.call_at(NOW + 20, calls("later"))
    with pytest.raises(LookupError):
        clock.advance(10)
    clock.advance(10)
    assert calls.names == ["at once", "later"]


def test_running_clock_makes_calls_by_itself_and_a_frozen_one_when_it_runs_again() -> None:
    async def scenario() -> None:
        clock, calls = Clock(), Calls()
        clock.freeze()
        clock.alarm.call_at(clock.now() + 0.001, calls("soon"))
        clock.alarm.call_at(clock.now() + 3_600, calls("never"))
        clock.resume()
        await calls.changed.wait()
        assert calls.names == ["soon"]

    in_event_loop(scenario())


def test_earlier_call_is_made_first_whenever_it_is_asked_for() -> None:
    async def scenario() -> None:
        clock, calls = Clock(), Calls()
        clock.alarm.call_at(clock.now() + 3_600, calls("never"))
        clock.alarm.call_at(clock.now() + 0.001, calls("soon"))
        await calls.changed.wait()
        assert calls.names == ["soon"]

    in_event_loop(scenario())


class CountingLoop(asyncio.SelectorEventLoop):
    """Counts the timers that are set; those that were canceled stay counted."""

    def __init__(self) -> None:
        super().__init__()
        self.timers: list[asyncio.TimerHandle] = []

    def call_at(self, *args: Any, **kwargs: Any) -> asyncio.TimerHandle:  # type: ignore[override]
        timer = super().call_at(*args, **kwargs)
        self.timers.append(timer)
        return timer

    @property
    def pending(self) -> int:
        return sum(not timer.cancelled() for timer in self.timers)


def test_many_deadlines_share_one_timer_and_none_is_left_when_all_are_canceled() -> None:
    async def scenario(loop: CountingLoop) -> None:
        clock = Clock()
        deadlines = [clock.alarm.call_at(clock.now() + 3_600 + at, lambda _: None) for at in range(100)]
        assert loop.pending == len(loop.timers) == 1
        for deadline in deadlines[:99]:
            clock.alarm.cancel(deadline)
        assert loop.pending == 1
        clock.freeze()
        assert loop.pending == 0
        clock.resume()
        assert loop.pending == 1
        clock.alarm.cancel(deadlines[99])
        assert loop.pending == 0

    loop = CountingLoop()
    try:
        loop.run_until_complete(scenario(loop))
    finally:
        loop.close()


@given(
    st.lists(
        st.tuples(st.just("add"), st.integers(0, 9))
        | st.tuples(st.just("remove"), st.integers(0, 200))
        | st.tuples(st.just("pop"), st.integers(0, 9)),
        max_size=300,
    )
)
def test_deadlines_are_a_sorted_list_of_what_was_added_and_not_removed(steps: list[tuple[str, int]]) -> None:
    deadlines: Deadlines[int] = Deadlines()
    added: list[Deadline[int]] = []
    model: list[tuple[int, int]] = []  # time and number
    for what, number in steps:
        if what == "add":
            model.append((number, len(added)))
            added.append(deadlines.add(number, len(added)))
        elif what == "remove" and added:
            place = number % len(added)
            deadlines.remove(added[place])
            model = [entry for entry in model if entry[1] != place]
        elif what == "pop":
            first = min(model, default=None)
            popped = deadlines.pop(number)
            if first is None or first[0] > number:
                assert popped is None
            else:
                assert popped is not None
                assert (popped.at, popped.what) == first
                model.remove(first)
        assert len(deadlines) == len(model)
        assert deadlines.next_at() == min((at for at, _ in model), default=None)


def test_removed_deadlines_do_not_pile_up() -> None:
    class What:
        pass

    deadlines: Deadlines[What] = Deadlines()
    removed = weakref.WeakSet[What]()
    deadlines.add(0, What())
    for at in range(1, 10_000):
        what = What()
        removed.add(what)
        deadlines.remove(deadlines.add(at, what))
        del what
    assert len(removed) <= 100


def test_parked_receives_do_not_wake_an_idle_emulator() -> None:
    """All that the event loop waits for is the end of the polls, and of what makes them messages."""

    async def scenario(loop: CountingLoop) -> None:
        clock, waiting, ids = Clock(), Waiting(), Ids()
        queues = Queues(ids)
        queue = queues.create("queue", "111111111111", "us-east-1", {}, {}, clock.now())
        queue.send(Message(ids.uuid(), Content("in an hour", "AIDA")), clock.now(), 900)
        polls = [
            asyncio.create_task(waiting.wait(queue, clock, 600, lambda: queue.receive(1, None, clock.now())))
            for _ in range(50)
        ]
        for _ in range(10):
            await asyncio.sleep(0)
        assert loop.pending == len(polls) + 1
        assert min(timer.when() for timer in loop.timers if not timer.cancelled()) > loop.time() + 60
        waiting.close()
        assert await asyncio.gather(*polls) == [[]] * len(polls)
        assert loop.pending == 0

    loop = CountingLoop()
    try:
        loop.run_until_complete(scenario(loop))
    finally:
        loop.close()
