"""What the state machines of both kinds of queue share.

Queue 0 is the source and queue 1 its dead-letter queue, but anything may be done to either. After every
step both look as their models do. Time goes in whole seconds.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Generic, TypeVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, multiple, rule

from emulator.aws.errors import ReceiptHandleIsInvalid, ServiceError
from emulator.sqs.message import Delivery
from emulator.sqs.queue import Queue
from tests.sqs.models import TWELVE_HOURS, Held, Model
from tests.sqs.snapshot import snapshot
from tests.sqs.world import World, message, redrive

# The default is quick and the same in every run; `HYPOTHESIS_PROFILE=thorough pytest tests/sqs` looks further.
_common = settings(database=None, deadline=None, suppress_health_check=list(HealthCheck))
MACHINE_SETTINGS = {
    "default": settings(_common, max_examples=100, stateful_step_count=40, derandomize=True),
    "thorough": settings(_common, max_examples=4_000, stateful_step_count=120),
}[os.environ.get("HYPOTHESIS_PROFILE", "default")]

AnyModel = TypeVar("AnyModel", bound=Model)

QUEUES = st.sampled_from([0, 0, 0, 1])
TIMEOUTS = st.none() | st.sampled_from([0, 1, 5, 20])
LIMITS = st.integers(1, 10)

# Where stale entries are looked for at once, the machines see them dropped.
COMPACT_ABOVE = [f"emulator.sqs.{module}._COMPACT_ABOVE" for module in ("timeline", "line", "fifo_queue")]


class QueueMachine(RuleBasedStateMachine, Generic[AnyModel]):
    handles: Bundle[Held] = Bundle("handles")

    def __init__(self) -> None:
        super().__init__()
        self.now = 0
        self.world = World()
        self.models = self.make_models()
        self.queues = [self.make_queue("source"), self.make_queue("dead")]
        self.dead_letters_exist = True
        self.patches = pytest.MonkeyPatch()

    def make_queue(self, name: str) -> Queue:
        raise NotImplementedError

    def make_models(self) -> list[AnyModel]:
        raise NotImplementedError

    def at(self, index: int) -> tuple[Queue, AnyModel]:
        """A queue and its model, which has come to the present."""
        self.models[index].settle(self.now)
        return self.queues[index], self.models[index]

    @initialize(eager=st.booleans())
    def begin(self, eager: bool) -> None:
        if eager:
            for name in COMPACT_ABOVE:
                self.patches.setattr(name, 0)

    def teardown(self) -> None:
        self.patches.undo()

    # -- Rules -----------------------------------------------------------------------------

    @rule(seconds=st.integers(1, 15) | st.sampled_from([20, 30, 60, 100, 299, 300]))
    def time_goes_on(self, seconds: int) -> None:
        self.now += seconds

    @rule(seconds=st.sampled_from([40_000, TWELVE_HOURS - 1, TWELVE_HOURS, TWELVE_HOURS + 1]))
    def much_time_goes_on(self, seconds: int) -> None:
        self.now += seconds

    @rule(target=handles, index=QUEUES, limit=LIMITS, timeout=TIMEOUTS)
    def receive(self, index: int, limit: int, timeout: int | None) -> Iterator[Held]:
        queue, model = self.at(index)
        deliveries = queue.receive(limit, timeout, self.now)
        expected = model.receive(limit, timeout, self.now)
        return multiple(*self.held(index, deliveries, expected))

    def held(self, index: int, deliveries: list[Delivery], expected: list) -> list[Held]:
        """The handles of a receive, which got what the model says."""
        seen = [(delivery.message.id, delivery.message.receive_count) for delivery in deliveries]
        assert seen == [(message.id, message.receives) for message in expected]
        return [
            Held(index, delivery.receipt_handle, model, model.receives, self.now)
            for delivery, model in zip(deliveries, expected, strict=True)
        ]

    @rule(held=handles)
    def delete(self, held: Held) -> None:
        queue, model = self.at(held.queue)
        with self.refusing(queue, model.delete(held, self.now)):
            queue.delete(held.handle, self.now)

    @rule(held=handles, timeout=st.sampled_from([0, 0, 1, 5, 20, TWELVE_HOURS - 10, TWELVE_HOURS - 1, TWELVE_HOURS]))
    def change_visibility(self, held: Held, timeout: int) -> None:
        queue, model = self.at(held.queue)
        with self.refusing(queue, model.change_visibility(held, timeout, self.now)):
            queue.change_visibility(held.handle, timeout, self.now)

    @rule(held=handles)
    def use_a_handle_at_the_wrong_queue(self, held: Held) -> None:
        queue, _ = self.at(1 - held.queue)
        with self.refusing(queue, ReceiptHandleIsInvalid):
            queue.delete(held.handle, self.now)
        with self.refusing(queue, ReceiptHandleIsInvalid):
            queue.change_visibility(held.handle, 1, self.now)

    @contextmanager
    def refusing(self, queue: Queue, error: type[ServiceError] | None) -> Iterator[None]:
        """Expect ``error``, after which all is as it was before."""
        if error is None:
            yield
            return
        queue.advance(self.now)
        before = snapshot(queue)
        with pytest.raises(error):
            yield
        assert snapshot(queue) == before

    @rule(index=QUEUES)
    def purge(self, index: int) -> None:
        queue, model = self.at(index)
        queue.purge(self.now)
        model.purge()

    @rule(index=QUEUES, delay=st.sampled_from([0, 0, 5, 50]))
    def set_delay(self, index: int, delay: int) -> None:
        queue, model = self.at(index)
        self.world.set(queue, self.now, DelaySeconds=delay)
        model.set_delay(delay)

    @rule(index=QUEUES, timeout=st.sampled_from([0, 10, 30]))
    def set_visibility_timeout(self, index: int, timeout: int) -> None:
        queue, model = self.at(index)
        self.world.set(queue, self.now, VisibilityTimeout=timeout)
        model.visibility_timeout = timeout

    @rule(index=QUEUES, retention=st.sampled_from([60, 120, 345_600]))
    def set_retention(self, index: int, retention: int) -> None:
        queue, model = self.at(index)
        self.world.set(queue, self.now, MessageRetentionPeriod=retention)
        model.retention = retention

    @rule(max_receives=st.integers(1, 3))
    def set_redrive(self, max_receives: int) -> None:
        queue, model = self.at(0)
        if self.dead_letters_exist:
            self.world.set(queue, self.now, RedrivePolicy=redrive(self.queues[1], max_receives))
            model.dead_letters, model.max_receives = self.models[1], max_receives

    @rule()
    def stop_redrive(self) -> None:
        queue, model = self.at(0)
        self.world.set(queue, self.now, RedrivePolicy="")
        model.dead_letters = None

    @rule(index=QUEUES, group=st.sampled_from("gh"))
    def adopt(self, index: int, group: str) -> None:
        """As if it came from some other queue."""
        queue, model = self.at(index)
        stray = message(group=group)
        stray.sent_at = self.now - 30
        stray.receive_count = 1
        queue.adopt(stray, self.now)
        other = type(model)()
        other.send(stray.id, group, 0, self.now - 30)
        other.messages[0].receives = 1
        model.adopt(other.messages[0], self.now)

    # -- What holds after each of them -----------------------------------------------------

    @invariant()
    def the_queues_look_as_their_models_do(self) -> None:
        for index in (0, 1):
            queue, model = self.at(index)
            assert (queue.receivable(self.now) > 0) == model.receivable(self.now)
            assert queue.counts(self.now) == model.counts(self.now)
            assert queue.next_due() == model.next_change(self.now)

    @invariant()
    def few_entries_are_stale(self) -> None:
        for queue in self.queues:
            messages = sum(queue.counts(self.now))
            for name in ("_due", "_sent"):
                timeline = snapshot(vars(queue)[name])
                assert isinstance(timeline, dict)
                assert len(timeline["_entries"]) <= 2 * messages + 65
