"""What the state machines of both kinds of queue share.

Queue 0 is the source and queue 1 its dead-letter queue, but anything may be done to either. After every
step both look as their models do. Time goes in whole seconds.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Generic, TypeVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from emulator.aws.errors import InvalidParameterValue, ServiceError
from emulator.aws.sqs_errors import ReceiptHandleIsInvalid, UnsupportedOperation
from emulator.foundation.ids import Ids
from emulator.sqs.message import Delivery, Message
from emulator.sqs.move_task import MoveTask
from emulator.sqs.move_tasks import MoveTasks
from emulator.sqs.queue import Queue
from tests.sqs.bounds import stale_and_current
from tests.sqs.models import TWELVE_HOURS, Held, Model, ModelMessage
from tests.sqs.move_task_model import ModelMoveTask
from tests.sqs.snapshot import snapshot
from tests.sqs.world import World, message, redrive

MACHINE_SETTINGS = settings(suppress_health_check=list(HealthCheck))  # the rest is the profile's

AnyModel = TypeVar("AnyModel", bound=Model)

QUEUES = st.sampled_from([0, 0, 0, 1])
TIMEOUTS = st.none() | st.sampled_from([0, 1, 5, 20])
LIMITS = st.integers(1, 10)
RECENT = st.integers(0, 3) | st.integers(0, 20)  # which handle: the last one, the one before it, ...

# Where stale entries are looked for at once, the machines see them dropped.
COMPACT_ABOVE = [f"emulator.structures.{module}._COMPACT_ABOVE" for module in ("lazy_heap", "line")]


class QueueMachine(RuleBasedStateMachine, Generic[AnyModel]):
    compares_refused = True  # all that a queue remembers, before and after a call that it refuses; this takes long

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0
        self.most_messages = 0  # in one queue at a time
        self.messages_made = 0
        self.world = World()
        self.tasks = MoveTasks(self.world.queues, Ids(seed=2))
        self.task: MoveTask | None = None
        self.model_task: ModelMoveTask | None = None
        self.models = self.make_models()
        self.queues = [self.make_queue("source"), self.make_queue("dead")]
        self.handles: list[Held] = []
        self.patches = pytest.MonkeyPatch()

    def make_queue(self, name: str) -> Queue:
        raise NotImplementedError

    def make_models(self) -> list[AnyModel]:
        raise NotImplementedError

    def at(self, index: int) -> tuple[Queue, AnyModel]:
        """A queue and its model, which has come to the present."""
        if self.model_task is not None:
            self.model_task.advance(self.now)
        self.models[index].settle(self.now)
        return self.queues[index], self.models[index]

    def new_message(self, group: str | None = None, dedup: str | None = None) -> Message:
        """A message with a body of its own, by which models know it: a move task copies it, and not the id."""
        self.messages_made += 1
        return message(f"message {self.messages_made}", group=group, dedup=dedup)

    @initialize(eager=st.booleans())
    def begin(self, eager: bool) -> None:
        if eager:
            for name in COMPACT_ABOVE:
                self.patches.setattr(name, 0)

    def teardown(self) -> None:
        self.patches.undo()

    # -- Rules -----------------------------------------------------------------------------

    @rule(seconds=st.integers(1, 15) | st.sampled_from([20, 30, 60, 100, 299, 300, TWELVE_HOURS, TWELVE_HOURS + 1]))
    def time_goes_on(self, seconds: int) -> None:
        self.now += seconds

    @rule(index=QUEUES, limit=LIMITS, timeout=TIMEOUTS)
    def receive(self, index: int, limit: int, timeout: int | None) -> None:
        queue, model = self.at(index)
        deliveries = queue.receive(limit, timeout, self.now)
        self.hold(index, deliveries, model.receive(limit, timeout, self.now))

    def hold(self, index: int, deliveries: list[Delivery], expected: list[ModelMessage]) -> list[Held]:
        """Keep the handles of a receive, which got what the model says."""
        seen = [(delivery.message.body, delivery.message.receive_count) for delivery in deliveries]
        assert seen == [(message.body, message.receives) for message in expected]
        held = [
            Held(index, delivery.receipt_handle, message, message.receives, self.now)
            for delivery, message in zip(deliveries, expected, strict=True)
        ]
        self.handles += held
        return held

    def recent(self, place: int) -> Held:
        return self.handles[-1 - place % len(self.handles)]

    @precondition(lambda self: self.handles)
    @rule(place=RECENT)
    def delete(self, place: int) -> None:
        held = self.recent(place)
        queue, model = self.at(held.queue)
        with self.refusing(queue, model.delete(held, self.now)):
            queue.delete(held.handle, self.now)

    @precondition(lambda self: self.handles)
    @rule(place=RECENT, timeout=st.sampled_from([0, 0, 1, 5, 20, TWELVE_HOURS - 10, TWELVE_HOURS - 1, TWELVE_HOURS]))
    def change_visibility(self, place: int, timeout: int) -> None:
        held = self.recent(place)
        queue, model = self.at(held.queue)
        with self.refusing(queue, model.change_visibility(held, timeout, self.now)):
            queue.change_visibility(held.handle, timeout, self.now)

    @precondition(lambda self: self.handles)
    @rule(place=RECENT)
    def use_a_handle_at_the_wrong_queue(self, place: int) -> None:
        held = self.recent(place)
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
        before = snapshot(queue) if self.compares_refused else None
        with pytest.raises(error):
            yield
        assert before is None or snapshot(queue) == before

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

    @rule(index=QUEUES, timeout=st.sampled_from([0, 10, 30]), retention=st.sampled_from([60, 120, 345_600]))
    def set_times(self, index: int, timeout: int, retention: int) -> None:
        queue, model = self.at(index)
        self.world.set(queue, self.now, VisibilityTimeout=timeout, MessageRetentionPeriod=retention)
        model.visibility_timeout, model.retention = timeout, retention

    @rule(max_receives=st.integers(0, 3))
    def set_redrive(self, max_receives: int) -> None:
        """0 turns it off."""
        queue, model = self.at(0)
        policy = redrive(self.queues[1], max_receives) if max_receives else ""
        self.world.set(queue, self.now, RedrivePolicy=policy)
        model.dead_letters = self.models[1] if max_receives else None
        model.max_receives = max_receives

    @rule(index=QUEUES, group=st.sampled_from("gh"))
    def adopt(self, index: int, group: str) -> None:
        """As if it came from some other queue."""
        queue, model = self.at(index)
        stray = self.new_message(group)
        stray.sent_at = self.now - 30
        stray.receive_count = 1
        queue.adopt(stray, "arn:aws:sqs:us-east-1:000000000000:other", self.now)
        other = type(model)()
        other.send(stray.body, group, 0, self.now - 30)
        other.messages[0].receives = 1
        model.adopt(other.messages[0], self.now)

    @rule(back=st.booleans(), rate=st.sampled_from([None, 1]))
    def start_move_task(self, back: bool, rate: int | None) -> None:
        """Out of the dead-letter queue, to the source or, with ``back``, to where each message came from."""
        queue, model = self.at(1)
        if self.models[0].dead_letters is None or (self.model_task is not None and self.model_task.running):
            with self.refusing(queue, InvalidParameterValue):
                self.tasks.start(queue, None if back else self.queues[0], rate, self.now)
            return
        self.task = self.tasks.start(queue, None if back else self.queues[0], rate, self.now)
        self.model_task = ModelMoveTask(model, self.models[0], back, rate, self.now, list(model.messages))
        self.model_task.advance(self.now)

    @precondition(lambda self: self.task is not None)
    @rule()
    def cancel_move_task(self) -> None:
        queue, _ = self.at(1)
        assert self.task is not None
        assert self.model_task is not None
        with self.refusing(queue, None if self.model_task.running else UnsupportedOperation):
            self.tasks.cancel(queue, self.task.handle.task_id, self.now)
        self.model_task.running = False

    # -- What holds after each of them -----------------------------------------------------

    def next_change(self, index: int) -> float | None:
        """When the model of a queue will change by itself, or by the move task."""
        changes = [self.models[index].next_change(self.now)]
        if self.model_task is not None and self.model_task.running and self.model_task.concerns(self.models[index]):
            changes.append(self.model_task.next_due())
        return min((change for change in changes if change is not None), default=None)

    @invariant()
    def the_task_has_moved_what_its_model_has(self) -> None:
        self.at(1)
        self.queues[1].advance(self.now)
        if self.task is not None and self.model_task is not None:
            assert (self.task.status == "RUNNING") == self.model_task.running
            assert (self.task.status == "FAILED") == self.model_task.failed
            assert self.task.moved == self.model_task.moved

    @invariant()
    def the_queues_look_as_their_models_do(self) -> None:
        for index in (0, 1):
            queue, model = self.at(index)
            assert (queue.receivable(self.now) > 0) == model.receivable(self.now)
            assert queue.counts(self.now) == model.counts(self.now)
            assert queue.next_due() == self.next_change(index)

    @invariant()
    def few_entries_are_stale(self) -> None:
        for queue in self.queues:
            self.most_messages = max(self.most_messages, sum(queue.counts(self.now)))
            timeline = snapshot(queue.contents.due)
            assert isinstance(timeline, dict)
            assert len(timeline["_entries"]) + len(timeline["_rest"]) <= stale_and_current(self.most_messages)
