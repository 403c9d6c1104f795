"""Whatever is done to a standard queue and its dead-letter queue, they do what the model does."""

from hypothesis import strategies as st
from hypothesis.stateful import rule

from emulator.sqs.queue import Queue
from tests.sqs.machine import MACHINE_SETTINGS, QUEUES, QueueMachine
from tests.sqs.models import Model


class StandardQueueMachine(QueueMachine[Model]):
    def make_queue(self, name: str) -> Queue:
        return self.world.standard(name)

    def make_models(self) -> list[Model]:
        return [Model(), Model()]

    @rule(index=QUEUES, count=st.integers(1, 3), delay=st.none() | st.sampled_from([0, 3, 10, 60]))
    def send(self, index: int, count: int, delay: int | None) -> None:
        queue, model = self.at(index)
        for _ in range(count):
            sent = self.new_message()
            queue.send(sent, self.now, delay)
            model.send(sent.body, None, delay, self.now)


TestStandardQueue = StandardQueueMachine.TestCase
TestStandardQueue.settings = MACHINE_SETTINGS
