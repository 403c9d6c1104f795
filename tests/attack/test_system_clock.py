"""The date of the machine is set back or forward, or the machine sleeps, while the emulator runs."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.configuration.settings import Settings
from emulator.sqs.message import Message
from emulator.sqs.message_content import Content
from emulator.timing.clock import Clock, Clocks, SteadyTime
from emulator.world.world import World

ACCOUNT = "000000000000"
HOUR = 3600.0
START = 1_900_000_000.0


class Machine:
    """A machine's clocks; its date is in seconds since the epoch."""

    def __init__(self) -> None:
        self.date = START
        self.uptime = 50.0

    def time(self) -> float:
        return self.date

    def monotonic(self) -> float:
        return self.uptime

    def run(self, seconds: float) -> None:
        self.date += seconds
        self.uptime += seconds


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Machine:
    machine = Machine()
    monkeypatch.setattr("emulator.timing.clock.time", machine)
    return machine


def test_visibility_timeout_ends_in_time_though_the_date_is_set_back(machine: Machine) -> None:
    world = World(Settings())
    now = world.clocks.of(ACCOUNT).now
    queue = world.sqs.queues.create("jobs", ACCOUNT, "us-east-1", {"VisibilityTimeout": "2"}, {}, now())
    queue.send(Message("id", Content("body", "AIDA")), now())
    assert len(queue.receive(1, None, now())) == 1
    machine.date -= HOUR
    machine.run(1.9)
    assert queue.receive(1, None, now()) == []
    machine.run(0.2)
    assert len(queue.receive(1, None, now())) == 1


def test_date_that_is_set_forward_is_followed(machine: Machine) -> None:
    clock = Clocks().everyone
    machine.run(10)
    machine.date += HOUR
    machine.run(1)
    assert clock.now() == START + 11 + HOUR
    machine.date -= HOUR
    machine.run(1)
    assert clock.now() == START + 12 + HOUR


def test_sleep_of_the_machine_counts(machine: Machine) -> None:
    clock = Clocks().everyone
    machine.date += 8 * HOUR  # the monotonic clock stands still meanwhile
    machine.run(1)
    assert clock.now() == START + 8 * HOUR + 1


def test_small_corrections_of_the_date_are_left_alone(machine: Machine) -> None:
    clock = Clocks().everyone
    for correction in (0.4, 0.4, -0.9, 0.9):
        machine.date += correction
        machine.run(1)
    assert clock.now() == START + 4
    machine.date += 1.1
    machine.run(1)
    assert clock.now() == machine.date


def test_frozen_clock_and_its_end_do_not_notice_a_date_that_is_set_back(machine: Machine) -> None:
    clock = Clocks().everyone
    clock.freeze()
    machine.date -= HOUR
    machine.run(5)
    assert clock.now() == START
    clock.resume()
    machine.run(5)
    assert clock.now() == START + 5


def test_what_waits_is_called_once_a_jump_of_the_date_is_noticed(machine: Machine) -> None:
    async def wait() -> list[float]:
        clocks = Clocks()
        clock, called = clocks.of(ACCOUNT), list[float]()
        clock.alarm.call_at(START + 8 * HOUR, called.append)
        machine.date += 9 * HOUR
        machine.run(1)
        clocks.everyone.now()  # any request of anybody
        for _ in range(3):
            await asyncio.sleep(0)
        return called

    assert asyncio.run(wait()) == [START + 8 * HOUR]


@given(steps=st.lists(st.tuples(st.floats(0.2, 100), st.floats(-1e6, 1e6)), max_size=30))
def test_time_never_goes_back_nor_slower_than_the_monotonic_clock(steps: list[tuple[float, float]]) -> None:
    machine = Machine()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("emulator.timing.clock.time", machine)
        steady = Clock(steady=SteadyTime(lambda: None)).now
        for seconds, correction in steps:
            before, ahead = steady(), steady() - machine.date
            machine.run(seconds)
            machine.date += correction
            after = steady()
            assert after >= before + seconds - 1e-3
            assert after > machine.date - 1.001
            assert after <= max(before + seconds, machine.date) + 1e-3, (ahead, correction)
