"""Long random walks: after every step the FIFO queue and its dead-letter queue are what the model says.

The state machine looks for short sequences of steps that go wrong. The walk goes on with the same queues, so that what
builds up over thousands of steps shows: ``FIFO_WALK_STEPS=1000000 pytest tests/sqs/test_fifo_walk.py`` goes far.
"""

import asyncio
import os
from dataclasses import dataclass
from random import Random

from emulator.sqs.message import Delivery
from emulator.sqs.waiting import Waiting
from emulator.timing.clock import Clock
from emulator.timing.turns import at_once
from tests.sqs.models import TWELVE_HOURS
from tests.sqs.test_fifo_machine import FifoQueueMachine
from tests.sqs.test_waiting import settle

STEPS = int(os.environ.get("FIFO_WALK_STEPS", "1500"))
SEED = int(os.environ.get("FIFO_WALK_SEED", "7"))
HANDLES_KEPT = 50
PARKED_HIDE = 20  # seconds; not 0, or one message would answer several receives


class Walk:
    """Takes random steps of a machine, more often those that many messages are in flight after."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.machine = FifoQueueMachine()
        self.machine.compares_refused = False
        self.machine.set_redrive(max_receives=3)
        self.steps = [self.send] * 6 + [self.receive] * 5 + [self.change] * 5 + [self.delete] * 4 + [self.wait] * 4
        self.steps += [self.attempt, self.set_redrive, self.set_times, self.set_delay, self.purge]
        self.steps += [self.move, self.move, self.cancel_move]

    def step(self) -> None:
        self.random.choice(self.steps)()
        self.compare()

    def compare(self) -> None:
        self.machine.the_queues_look_as_their_models_do()
        self.machine.the_groups_stand_in_line_as_in_the_model()
        self.machine.the_task_has_moved_what_its_model_has()
        del self.machine.handles[:-HANDLES_KEPT]

    def send(self) -> None:
        groups = self.random.choices("gghij", k=self.random.randint(1, 4))
        self.machine.send(index=self.index(), groups=groups, delay=None)

    def receive(self) -> None:
        self.machine.receive(index=self.index(), limit=self.random.randint(1, 10), timeout=self.timeout())

    def attempt(self) -> None:
        self.machine.receive_in_an_attempt(
            index=self.index(), limit=self.random.randint(1, 10), timeout=self.timeout(), attempt_id="attempt"
        )

    def change(self) -> None:
        if self.machine.handles:
            timeout = self.random.choice([0, 0, 1, 5, 20, 50, TWELVE_HOURS - 1])
            self.machine.change_visibility(place=self.random.randint(0, 12), timeout=timeout)

    def delete(self) -> None:
        if self.machine.handles:
            self.machine.delete(place=self.random.randint(0, 12))

    def wait(self) -> None:
        self.machine.time_goes_on(seconds=self.seconds())

    def set_redrive(self) -> None:
        self.machine.set_redrive(max_receives=self.random.choice([0, 1, 3, 3]))

    def set_times(self) -> None:
        self.machine.set_times(
            index=self.index(), timeout=self.random.choice([0, 10, 30]), retention=self.random.choice([60, 345_600])
        )

    def set_delay(self) -> None:
        self.machine.set_delay(index=self.index(), delay=self.random.choice([0, 0, 0, 5]))

    def purge(self) -> None:
        if self.random.random() < 0.1:
            self.machine.purge(index=self.index())

    def move(self) -> None:
        self.machine.start_move_task(back=self.random.random() < 0.5, rate=self.random.choice([None, 1, 1]))

    def cancel_move(self) -> None:
        if self.machine.task is not None and self.random.random() < 0.2:
            self.machine.cancel_move_task()

    def seconds(self) -> int:
        return self.random.choice([1, 1, 2, 5, 10, 30, 61, 300])

    def index(self) -> int:
        return self.random.choice([0, 0, 0, 1])

    def timeout(self) -> int | None:
        return self.random.choice([None, 0, 1, 5, 20])


def test_a_long_walk_agrees_with_the_model_at_every_step() -> None:
    walk = Walk(SEED)
    for _ in range(STEPS):
        walk.step()


@dataclass(eq=False)
class Parked:
    """A receive that waits at a queue."""

    index: int
    limit: int
    task: asyncio.Task[list[Delivery]]


class ParkedWalk(Walk):
    """A walk on which receives are parked at both queues, in real waiting rooms.

    The clock is moved as ``emulator/timing/jump.py`` does: to each time at which the room of a queue is to look at it
    again.
    """

    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        self.clock = Clock(frozen_at=0.0)
        self.waiting = Waiting()
        self.parked: list[Parked] = []  # in the order in which they came
        self.takes: list[tuple[Parked, list[Delivery]]] = []  # what parked receives got since the model last followed
        self.woken = 0
        self.to_pass = 0.0  # seconds

    async def step_and_wait(self) -> None:
        if len(self.parked) < 3:
            await self.park(self.index(), self.random.randint(1, 3))
        self.random.choice(self.steps)()
        await self.serve()
        while self.to_pass:
            at_once(self.waiting.looking([self.clock]))
            change = self.clock.alarm.seconds_left()
            assert change is None or change > 0
            passing = self.to_pass if change is None else min(change, self.to_pass)
            self.to_pass -= passing
            self.machine.now += passing
            self.clock.advance(passing)
            await self.serve()
        self.compare()
        self.room_looks_again_when_a_model_changes()

    async def park(self, index: int, limit: int) -> None:
        queue = self.machine.queues[index]

        def take() -> list[Delivery]:
            deliveries = queue.receive(limit, PARKED_HIDE, self.machine.now)
            self.takes.append((parked, deliveries))
            return deliveries

        parked = Parked(index, limit, asyncio.create_task(self.waiting.wait(queue, self.clock, 1e9, take)))
        self.parked.append(parked)
        await self.serve()

    async def serve(self) -> None:
        """Let each parked receive get what the model has for it; those it has nothing for have not been answered.

        At one queue the first to come is the first to be served. Between the queues any order will do: the model
        follows the one in which the receives took their messages.
        """
        await settle()
        for parked, deliveries in self.takes:
            _, model = self.machine.at(parked.index)
            expected = model.receive(parked.limit, PARKED_HIDE, self.machine.now)
            self.machine.hold(parked.index, deliveries, expected)
            if deliveries:
                assert parked.task.result() == deliveries
                assert parked is next(each for each in self.parked if each.index == parked.index)
                self.parked.remove(parked)
                self.woken += 1
        self.takes.clear()
        assert not [each for each in self.parked if self.model_receivable(each.index)]
        assert not [each for each in self.parked if each.task.done()]

    def model_receivable(self, index: int) -> bool:
        _, model = self.machine.at(index)
        return model.receivable(self.machine.now)

    def room_looks_again_when_a_model_changes(self) -> None:
        changes = [self.machine.next_change(index) for index in {each.index for each in self.parked}]
        expected = min((change - self.machine.now for change in changes if change is not None), default=None)
        at_once(self.waiting.looking([self.clock]))
        assert self.clock.alarm.seconds_left() == expected

    def wait(self) -> None:
        self.to_pass = self.seconds()


def test_a_long_walk_wakes_parked_receives_exactly_when_the_model_has_something_for_them() -> None:
    async def go() -> ParkedWalk:
        walk = ParkedWalk(SEED)
        for _ in range(STEPS):
            await walk.step_and_wait()
        for each in walk.parked:
            each.task.cancel()
        await settle()
        return walk

    assert asyncio.run(go()).woken > STEPS / 10
