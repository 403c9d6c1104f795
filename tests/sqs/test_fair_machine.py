"""Whatever tenants do in a standard queue, it serves them as the model does.

A tenant takes too much here with three messages in flight and a third of all, so that few messages suffice.
"""

from dataclasses import dataclass, field

from hypothesis import strategies as st
from hypothesis.stateful import rule

from emulator.aws.errors import ServiceError
from emulator.sqs.queue import Queue
from tests.sqs.machine import MACHINE_SETTINGS, QUEUES, QueueMachine
from tests.sqs.models import FIVE_MINUTES, Held, Model, ModelMessage

NOISY_IN_FLIGHT_MIN = 3
NOISY_PART = 3


@dataclass
class FairModel(Model):
    noisy: set[str | None] = field(default_factory=set)
    sent_at: dict[str | None, float] = field(default_factory=dict)
    settled_at: float = 0

    def settle(self, now: float) -> None:
        self.messages = [message for message in self.messages if now < message.sent_at + self.retention]
        self.quieten(self.settled_at)
        for arrival in sorted(self.messages, key=lambda message: message.place):
            if arrival.delayed and arrival.delayed_until <= now:
                arrival.delayed = False
                self.quieten(arrival.delayed_until)
                self.sent_at[arrival.group] = arrival.delayed_until
        self.settled_at = now

    def quieten(self, now: float) -> None:
        """Forget whose backlog is drained, or who sent nothing for five minutes."""
        waiting = {message.group for message in self.messages if message.visible(now)}
        self.noisy = {group for group in self.noisy & waiting if now < self.sent_at[group] + FIVE_MINUTES}

    def in_flight_of(self, group: str | None, now: float, taken: list[ModelMessage]) -> int:
        return sum(m.group == group and (m.in_flight(now) or m in taken) for m in self.messages)

    def takes_much(self, group: str | None, now: float, taken: list[ModelMessage]) -> bool:
        own = self.in_flight_of(group, now, taken)
        everyones = sum(message.in_flight(now) or message in taken for message in self.messages)
        recent = now < self.sent_at.get(group, 0) + FIVE_MINUTES
        return group is not None and recent and own >= NOISY_IN_FLIGHT_MIN and own * NOISY_PART > everyones

    def next(self, now: float, taken: list[ModelMessage]) -> ModelMessage | None:
        waiting = [message for message in self.messages if message.visible(now) and message not in taken]
        self.noisy = {group for group in self.noisy if now < self.sent_at[group] + FIVE_MINUTES}
        for candidate in sorted(waiting, key=lambda message: message.place):
            if candidate.group not in self.noisy:
                if not self.takes_much(candidate.group, now, taken):
                    return candidate
                self.noisy.add(candidate.group)
        return min(waiting, key=lambda m: (self.in_flight_of(m.group, now, taken), m.place), default=None)

    def receive(self, limit: int, timeout: int | None, now: float) -> list[ModelMessage]:
        taken: list[ModelMessage] = []
        while len(taken) < limit and (first := self.next(now, taken)) is not None:
            if not self._move(first, now):
                self._hide(first, timeout, now)
                taken.append(first)
                self.departed(first, now, taken)
            self.drained(now, taken)
        return taken

    def departed(self, message: ModelMessage, now: float, taken: list[ModelMessage]) -> None:
        if self.takes_much(message.group, now, taken):
            self.noisy.add(message.group)
        self.drained(now, taken)

    def drained(self, now: float, taken: list[ModelMessage]) -> None:
        self.noisy &= {message.group for message in self.messages if message.visible(now) and message not in taken}

    def delete(self, held: Held, now: float) -> type[ServiceError] | None:
        refusal = super().delete(held, now)
        self.drained(now, [])
        return refusal

    def withdraw(self, message: ModelMessage, now: float) -> None:
        super().withdraw(message, now)
        self.drained(now, [])

    def change_visibility(self, held: Held, timeout: int, now: float) -> type[ServiceError] | None:
        was_visible = held.message.visible(now)
        refusal = super().change_visibility(held, timeout, now)
        if refusal is None and was_visible and timeout:
            self.departed(held.message, now, [])
        return refusal

    def purge(self) -> None:
        super().purge()
        self.noisy.clear()
        self.sent_at.clear()


class FairQueueMachine(QueueMachine[FairModel]):
    def __init__(self) -> None:
        super().__init__()
        self.patches.setattr("emulator.sqs.tenants._NOISY_IN_FLIGHT_MIN", NOISY_IN_FLIGHT_MIN)
        self.patches.setattr("emulator.sqs.tenants._NOISY_PART", NOISY_PART)

    def make_queue(self, name: str) -> Queue:
        return self.world.standard(name)

    def make_models(self) -> list[FairModel]:
        return [FairModel(), FairModel()]

    @rule(
        index=QUEUES,
        groups=st.lists(st.sampled_from(["g", "g", "g", "h", "h", None]), min_size=1, max_size=8),
        delay=st.none() | st.none() | st.sampled_from([0, 3, 10, 60]),
    )
    def send(self, index: int, groups: list[str | None], delay: int | None) -> None:
        queue, model = self.at(index)
        for group in groups:
            sent = self.new_message(group)
            queue.send(sent, self.now, delay)
            model.send(sent.body, group, delay, self.now)


TestFairQueue = FairQueueMachine.TestCase
TestFairQueue.settings = MACHINE_SETTINGS
