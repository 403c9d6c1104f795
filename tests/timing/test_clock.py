from functools import partial

import pytest

from emulator import compilation
from emulator.aws.place import Place
from emulator.timing.clock import SYSTEM_TIME, Clock, Clocks, ClockSetting
from tests.plain import REASON


class SystemTime:
    """What the clocks take for the system's time."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def time(self) -> float:
        return self.now

    monotonic = time


@pytest.fixture
def system(monkeypatch: pytest.MonkeyPatch) -> SystemTime:
    if compilation.form() == "compiled":
        pytest.skip(REASON)
    system = SystemTime()
    monkeypatch.setattr("emulator.timing.clock.time", system)
    return system


def test_a_new_clock_tells_the_systems_time(system: SystemTime) -> None:
    clock = Clock()
    assert (clock.now(), clock.setting, clock.frozen) == (1_000, SYSTEM_TIME, False)
    system.now += 5
    assert clock.now() == 1_005


def test_a_running_clock_runs_on_after_a_jump(system: SystemTime) -> None:
    clock = Clock()
    clock.advance(60)
    system.now += 5
    assert (clock.now(), clock.setting.offset) == (1_065, 60)


def test_a_frozen_clock_stands_still_and_can_be_moved(system: SystemTime) -> None:
    clock = Clock()
    clock.freeze()
    system.now += 5
    assert (clock.now(), clock.frozen) == (1_000, True)
    clock.advance(60)
    system.now += 5
    assert (clock.now(), clock.frozen) == (1_060, True)


def test_a_clock_can_start_frozen(system: SystemTime) -> None:
    clock = Clock(frozen_at=7)
    system.now += 5
    assert clock.now() == 7


def test_a_resumed_clock_runs_on_from_where_it_stood(system: SystemTime) -> None:
    clock = Clock()
    clock.freeze()
    system.now += 100
    clock.resume()
    assert (clock.now(), clock.frozen) == (1_000, False)
    system.now += 5
    assert clock.now() == 1_005


def test_resuming_a_running_clock_changes_nothing(system: SystemTime) -> None:
    clock = Clock(offset=5)
    told: list[float] = []
    clock.on_move(lambda: told.append(clock.now()))
    clock.resume()
    assert clock.now() == 1_005
    assert told == []


def test_a_clock_can_be_set_to_go_as_another_one_does(system: SystemTime) -> None:
    running, frozen = Clock(offset=5), Clock(offset=5, frozen_at=7)
    assert (running.setting, frozen.setting) == (ClockSetting(5), ClockSetting(frozen_at=7))
    running.set(frozen.setting)
    system.now += 5
    assert running.now() == 7
    running.set(ClockSetting(60))
    assert running.now() == 1_065


def test_a_clock_set_to_the_systems_time_tells_it_again(system: SystemTime) -> None:
    clock = Clock(offset=5)
    clock.freeze()
    clock.set(SYSTEM_TIME)
    assert (clock.now(), clock.frozen) == (1_000, False)


def test_listeners_are_told_of_every_jump_stop_and_start(system: SystemTime) -> None:
    clock = Clock()
    told: list[float] = []

    def listener() -> None:
        told.append(clock.now())

    clock.on_move(listener)
    clock.advance(1)
    clock.freeze()
    clock.advance(1)
    clock.resume()
    clock.set(SYSTEM_TIME)
    assert told == [1_001, 1_001, 1_002, 1_002, 1_000]
    clock.forget(listener)
    clock.forget(listener)
    clock.advance(1)
    assert len(told) == 5


def test_listeners_are_told_in_the_order_in_which_they_subscribed(system: SystemTime) -> None:
    clock = Clock()
    told: list[int] = []
    for number in range(50):
        clock.on_move(partial(told.append, number))
    clock.advance(1)
    assert told == list(range(50))


def test_a_listener_may_forget_itself_while_it_is_told(system: SystemTime) -> None:
    clock = Clock()
    told: list[int] = []

    def once() -> None:
        told.append(1)
        clock.forget(once)

    clock.on_move(once)
    clock.on_move(lambda: told.append(2))
    clock.advance(1)
    clock.advance(1)
    assert told == [1, 2, 2]


def test_each_account_has_a_clock_of_its_own(system: SystemTime) -> None:
    clocks = Clocks()
    assert clocks.of("1") is clocks.of("1")
    clocks.move("1", lambda clock: clock.advance(60))
    assert (clocks.of("1").now(), clocks.of("2").now(), clocks.everyone.now()) == (1_060, 1_000, 1_000)


def test_moving_everyone_moves_accounts_there_are_and_accounts_to_come(system: SystemTime) -> None:
    clocks = Clocks()
    clocks.move("1", lambda clock: clock.advance(60))
    moved = clocks.move(None, lambda clock: clock.advance(5))
    assert moved is clocks.everyone
    assert (clocks.of("1").now(), clocks.of("2").now()) == (1_065, 1_005)


def test_a_new_account_starts_frozen_where_everyone_is(system: SystemTime) -> None:
    clocks = Clocks()
    clocks.move(None, Clock.freeze)
    system.now += 5
    assert (clocks.of("1").now(), clocks.of("1").frozen) == (1_000, True)
    assert Clocks(frozen_at=7).of("1").now() == 7


def test_a_reset_puts_all_clocks_right_and_keeps_their_listeners(system: SystemTime) -> None:
    clocks = Clocks()
    told: list[str] = []
    clocks.of("1").on_move(lambda: told.append("1"))
    clocks.move(None, lambda clock: clock.advance(60))
    clocks.reset()
    assert (clocks.of("1").now(), clocks.of("2").now(), clocks.everyone.now()) == (1_000, 1_000, 1_000)
    assert told == ["1", "1"]


def test_a_reset_stops_clocks_again_where_they_stood_at_the_start(system: SystemTime) -> None:
    clocks = Clocks(frozen_at=7)
    clocks.move(None, lambda clock: clock.advance(60))
    clocks.of("1").resume()
    clocks.reset(Place("1"))
    assert (clocks.of("1").now(), clocks.of("1").frozen, clocks.of("2").now()) == (7, True, 67)
    clocks.reset()
    assert (clocks.of("2").now(), clocks.everyone.now()) == (7, 7)
