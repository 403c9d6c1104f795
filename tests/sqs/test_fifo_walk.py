"""A long random walk: after every step the FIFO queue and its dead-letter queue are what the model says.

The state machine looks for short sequences of steps that go wrong. The walk goes on with the same queues, so that what
builds up over thousands of steps shows: ``FIFO_WALK_STEPS=1000000 pytest tests/sqs/test_fifo_walk.py`` goes far.
"""

import os
from random import Random

from tests.sqs.models import TWELVE_HOURS
from tests.sqs.test_fifo_machine import FifoQueueMachine

STEPS = int(os.environ.get("FIFO_WALK_STEPS", "1500"))
SEED = int(os.environ.get("FIFO_WALK_SEED", "7"))
HANDLES_KEPT = 50


class Walk:
    """Takes random steps of a machine, more often those that many messages are in flight after."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.machine = FifoQueueMachine()
        self.machine.set_redrive(max_receives=3)
        self.steps = [self.send] * 6 + [self.receive] * 5 + [self.change] * 5 + [self.delete] * 4 + [self.wait] * 4
        self.steps += [self.attempt, self.set_redrive, self.set_times, self.set_delay, self.purge]

    def step(self) -> None:
        self.random.choice(self.steps)()
        self.machine.the_queues_look_as_their_models_do()
        self.machine.the_groups_stand_in_line_as_in_the_model()
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
        self.machine.time_goes_on(seconds=self.random.choice([1, 1, 2, 5, 10, 30, 61, 300]))

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

    def index(self) -> int:
        return self.random.choice([0, 0, 0, 1])

    def timeout(self) -> int | None:
        return self.random.choice([None, 0, 1, 5, 20])


def test_a_long_walk_agrees_with_the_model_at_every_step() -> None:
    walk = Walk(SEED)
    for _ in range(STEPS):
        walk.step()
