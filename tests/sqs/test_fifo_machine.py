"""Whatever is done to a FIFO queue and its dead-letter queue, they do what the model does."""

from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from emulator.aws.errors import InvalidParameterValue
from emulator.sqs.queue import Queue
from tests.sqs.machine import LIMITS, MACHINE_SETTINGS, QUEUES, TIMEOUTS, QueueMachine
from tests.sqs.models import FifoModel, ModelAttempt
from tests.sqs.world import line_of

GROUPS = st.sampled_from("gggghhi")


class FifoQueueMachine(QueueMachine[FifoModel]):
    def __init__(self) -> None:
        super().__init__()
        self.ids: dict[str, str] = {}  # of messages with a deduplication id that may be used again, by body

    def make_queue(self, name: str) -> Queue:
        return self.world.fifo(name)

    def make_models(self) -> list[FifoModel]:
        return [FifoModel(), FifoModel()]

    @rule(index=QUEUES, groups=st.lists(GROUPS, min_size=1, max_size=4), delay=st.none() | st.just(0))
    def send(self, index: int, groups: list[str], delay: int | None) -> None:
        queue, model = self.at(index)
        for group in groups:
            sent = self.new_message(group)
            sent.deduplication_id = f"sent-{self.messages_made}"
            queue.send(sent, self.now, delay)
            model.accept(sent.body, group, sent.deduplication_id, self.now)

    @rule(index=QUEUES, group=GROUPS, deduplication_id=st.sampled_from("123"))
    def send_with_an_id_used_before(self, index: int, group: str, deduplication_id: str) -> None:
        queue, model = self.at(index)
        sent = self.new_message(group, deduplication_id)
        first = model.first_with(group, deduplication_id, self.now)
        accepted = queue.send(sent, self.now)
        assert accepted.message_id == (sent.id if first is None else self.ids[first])
        if first is None:
            model.accept(sent.body, group, deduplication_id, self.now)
            self.ids[sent.body] = sent.id

    @rule(index=QUEUES, limit=LIMITS, timeout=TIMEOUTS, attempt_id=st.sampled_from(["attempt 1", "attempt 2"]))
    def receive_in_an_attempt(self, index: int, limit: int, timeout: int | None, attempt_id: str) -> None:
        queue, model = self.at(index)
        if model.refused(attempt_id, self.now):
            with self.refusing(queue, InvalidParameterValue):
                queue.receive(limit, timeout, self.now, attempt_id)
            return
        deliveries = queue.receive(limit, timeout, self.now, attempt_id)
        attempt = model.repeatable(attempt_id, self.now)
        if attempt is not None:
            assert [delivery.receipt_handle for delivery in deliveries] == [held.handle for held in attempt.got]
            model.repeat(attempt, timeout, self.now)
        else:
            held = self.hold(index, deliveries, model.receive(limit, timeout, self.now))
            model.attempts.pop(attempt_id, None)
            if held:
                model.attempts[attempt_id] = ModelAttempt(self.now, held)

    @rule(index=QUEUES, by_group=st.booleans())
    def set_deduplication_scope(self, index: int, by_group: bool) -> None:
        queue, model = self.at(index)
        self.world.set(queue, self.now, DeduplicationScope="messageGroup" if by_group else "queue")
        model.by_group = by_group

    @invariant()
    def the_groups_stand_in_line_as_in_the_model(self) -> None:
        for index in (0, 1):
            queue, model = self.at(index)
            queue.advance(self.now)
            assert isinstance(queue, Queue)
            assert line_of(queue) == model.line


TestFifoQueue = FifoQueueMachine.TestCase
TestFifoQueue.settings = MACHINE_SETTINGS
