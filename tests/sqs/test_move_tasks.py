import asyncio
import base64
import json
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emulator.aws.errors import InvalidParameterValue, OverLimit, ResourceNotFound, UnsupportedOperation
from emulator.aws.limits import MOVE_TASK_SECONDS_MAX, MOVE_TASKS_LISTED_MAX, MOVE_TASKS_MAX
from emulator.aws.message_attribute import MessageAttribute
from emulator.clock import Clock
from emulator.ids import Ids
from emulator.sqs.message import Message
from emulator.sqs.move_tasks import MoveTask, MoveTasks, TaskHandle
from emulator.sqs.queue import Queue
from emulator.sqs.waiting import Waiting
from tests.sqs.world import World, bodies, receive_one, redrive, send
from tests.sqs.world import message as new_message


class Redrive:
    """A dead-letter queue, two queues whose messages come to it, and one that has nothing to do with it."""

    def __init__(self, *, fifo: bool = False) -> None:
        self.world = World()
        self.tasks = MoveTasks(self.world.queues, Ids(seed=2))
        self.make = self.world.fifo if fifo else self.world.standard
        self.dlq: Queue = self.make("dead")
        self.first: Queue = self.make("first", RedrivePolicy=redrive(self.dlq, 1), VisibilityTimeout=0)
        self.second: Queue = self.make("second", RedrivePolicy=redrive(self.dlq, 1), VisibilityTimeout=0)
        self.other: Queue = self.make("other")

    def start(self, *, now: float, to: Queue | None = None, rate: int | None = None) -> MoveTask:
        return self.tasks.start(self.dlq, to, rate, now)

    def kill(self, queue: Queue, *messages: str, now: float, group: str | None = None) -> None:
        """Send to ``queue`` what nobody can handle."""
        for body in messages:
            send(queue, body, now=now, group=group)
            receive_one(queue, now, 0)
            assert queue.receive(1, 0, now) == []

    def send(self, *messages: str, group: str | None = None) -> None:
        """Send to the dead-letter queue itself."""
        send(self.dlq, *messages, group=group)


@pytest.fixture
def redriven() -> Redrive:
    return Redrive()


@pytest.fixture
def fifo() -> Redrive:
    return Redrive(fifo=True)


def visible(queue: Queue, now: float) -> int:
    return queue.counts(now).visible


def take_all(queue: Queue, now: float) -> list[str]:
    """Receive everything that can be received, for a minute."""
    taken: list[str] = []
    while deliveries := queue.receive(10, 60, now):
        taken += bodies(deliveries)
    return taken


# -- What moves, and where ---------------------------------------------------------------------


def test_without_a_rate_all_messages_have_moved_when_the_task_has_started(redriven: Redrive) -> None:
    redriven.send("a", "b", "c")
    task = redriven.start(now=5, to=redriven.other)
    assert (task.status, task.moved, task.to_move, task.started_at) == ("COMPLETED", 3, 3, 5)
    assert visible(redriven.dlq, 5) == 0
    assert take_all(redriven.other, 5) == ["a", "b", "c"]


def test_without_a_destination_each_message_returns_to_the_queue_it_came_from(redriven: Redrive) -> None:
    redriven.kill(redriven.first, "a", now=0)
    redriven.kill(redriven.second, "b", now=0)
    redriven.kill(redriven.first, "c", now=0)
    task = redriven.start(now=5)
    assert (task.status, task.moved, task.destination_arn) == ("COMPLETED", 3, None)
    assert take_all(redriven.first, 5) == ["a", "c"]
    assert take_all(redriven.second, 5) == ["b"]


def test_moved_message_says_the_same_and_is_a_new_message(redriven: Redrive) -> None:
    attributes = {"name": MessageAttribute("String", "value")}
    sent = Message("old-id", "body", sender_id="AIDA", attributes=attributes, group_id="tenant", trace_header="Root=1")
    redriven.first.send(sent, 0)
    receive_one(redriven.first, 1, 0)
    assert redriven.first.receive(1, 0, 2) == []
    redriven.start(now=5)
    moved = receive_one(redriven.first, 6).message
    assert moved.id != "old-id"
    assert (moved.sent_at, moved.first_received_at, moved.receive_count) == (5, 6, 1)
    assert moved.dead_letter_source is None
    assert (moved.body, moved.attributes, moved.group_id) == ("body", attributes, "tenant")
    assert (moved.sender_id, moved.trace_header) == ("AIDA", "Root=1")


def test_retention_of_a_moved_message_starts_anew(redriven: Redrive) -> None:
    redriven.world.set(redriven.other, MessageRetentionPeriod=60)
    redriven.send("a")
    redriven.start(now=100, to=redriven.other)
    assert visible(redriven.other, 159) == 1
    assert visible(redriven.other, 160) == 0


def test_destination_delays_what_it_is_sent(redriven: Redrive) -> None:
    redriven.world.set(redriven.other, DelaySeconds=10)
    redriven.send("a")
    redriven.start(now=5, to=redriven.other)
    assert redriven.other.counts(14) == (0, 1, 0)
    assert redriven.other.counts(15) == (1, 0, 0)


def test_messages_in_flight_and_delayed_stay(redriven: Redrive) -> None:
    redriven.send("held", "free")
    receive_one(redriven.dlq, 0, 30)
    send(redriven.dlq, "delayed", delay=30)
    task = redriven.start(now=1, to=redriven.other)
    assert (task.status, task.moved, task.to_move) == ("COMPLETED", 1, 1)
    assert take_all(redriven.other, 1) == ["free"]
    assert take_all(redriven.dlq, 30) == ["held", "delayed"]


def test_message_that_is_visible_again_at_its_turn_moves(redriven: Redrive) -> None:
    redriven.send("a", "b")
    first, _ = redriven.dlq.receive(2, 1, 0)
    redriven.dlq.change_visibility(first.receipt_handle, 0, 0)
    task = redriven.start(now=0.5, to=redriven.other, rate=1)
    assert take_all(redriven.other, 2) == ["a", "b"]
    assert (task.moved, task.to_move) == (2, 1)


def test_messages_that_come_while_the_task_runs_wait_for_another(redriven: Redrive) -> None:
    redriven.kill(redriven.first, "a", "b", now=0)
    task = redriven.start(now=0, rate=1)
    receive_one(redriven.first, 0, 0)
    assert redriven.first.receive(1, 0, 0) == []  # back to the dead-letter queue
    assert redriven.dlq.counts(10) == (1, 0, 0)
    assert (task.status, task.moved) == ("COMPLETED", 2)


def test_message_deleted_before_its_turn_is_passed_over(redriven: Redrive) -> None:
    redriven.send("a", "b", "c")
    task = redriven.start(now=0, to=redriven.other, rate=1)
    taken = receive_one(redriven.dlq, 0)
    redriven.dlq.delete(taken.receipt_handle, 0)
    assert visible(redriven.other, 1) == 2
    assert (task.status, task.moved, task.to_move) == ("COMPLETED", 2, 3)
    assert take_all(redriven.other, 1) == ["a", "c"]


def test_message_that_went_on_to_another_dead_letter_queue_stays_there(redriven: Redrive) -> None:
    redriven.world.set(redriven.dlq, RedrivePolicy=redrive(redriven.second, 1))
    redriven.send("a", "b")
    redriven.start(now=0, to=redriven.other, rate=1)
    receive_one(redriven.dlq, 0, 0)
    assert redriven.dlq.receive(1, 0, 0) == []
    assert visible(redriven.second, 5) == 1
    assert take_all(redriven.other, 5) == ["a"]


def test_messages_that_expire_before_their_turn_are_gone(redriven: Redrive) -> None:
    redriven.world.set(redriven.dlq, MessageRetentionPeriod=60)
    redriven.send("a", "b", "c")
    task = redriven.start(now=59, to=redriven.other, rate=1)
    assert visible(redriven.other, 100) == 1
    assert (task.status, task.moved) == ("COMPLETED", 1)


def test_empty_source_completes_at_once(redriven: Redrive) -> None:
    task = redriven.start(now=0, rate=1)
    assert (task.status, task.moved, task.to_move) == ("COMPLETED", 0, 0)


# -- At which time -----------------------------------------------------------------------------


def task_moved(redriven: Redrive, now: float) -> int:
    return redriven.tasks.recent(redriven.dlq, now)[0].moved


LOOKS: dict[str, Callable[[Redrive, float], int]] = {
    "source": lambda redriven, now: 4 - visible(redriven.dlq, now),
    "destination": lambda redriven, now: visible(redriven.other, now),
    "task": task_moved,
}


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS.keys())
def test_rate_spaces_the_moves_and_whoever_looks_sees_them(
    redriven: Redrive, look: Callable[[Redrive, float], int]
) -> None:
    redriven.send("a", "b", "c", "d")
    redriven.start(now=10, to=redriven.other, rate=2)
    seen = {now: look(redriven, now) for now in (10, 10.4, 10.5, 10.9, 11, 11.4)}
    assert seen == {10: 1, 10.4: 1, 10.5: 2, 10.9: 2, 11: 3, 11.4: 3}
    assert redriven.tasks.recent(redriven.dlq, 11.4)[0].status == "RUNNING"
    assert look(redriven, 11.5) == 4
    assert redriven.tasks.recent(redriven.dlq, 11.5)[0].status == "COMPLETED"


def test_moved_message_was_sent_when_its_turn_came_not_when_somebody_looked(redriven: Redrive) -> None:
    redriven.send("a", "b", "c")
    redriven.start(now=10, to=redriven.other, rate=2)
    times = [delivery.message.sent_at for delivery in redriven.other.receive(10, None, 100)]
    assert times == [10, 10.5, 11]


def test_both_queues_say_when_the_next_message_moves(redriven: Redrive) -> None:
    redriven.send("a", "b", "c")
    redriven.start(now=10, to=redriven.other, rate=2)
    assert redriven.other.next_due() == redriven.dlq.next_due() == 10.5
    assert redriven.other.counts(10.5).visible == 2
    assert redriven.other.next_due() == 11
    assert redriven.other.counts(11).visible == 3
    assert redriven.other.next_due() != 11


def test_queue_that_waits_for_its_message_is_told_of_the_start_and_of_every_move(redriven: Redrive) -> None:
    redriven.kill(redriven.first, "a", now=0)
    redriven.kill(redriven.second, "b", now=0)
    heard: list[float | None] = []
    redriven.second.on_change = lambda: heard.append(redriven.second.next_due())
    redriven.start(now=10, rate=1)
    assert heard[0] == 10
    assert redriven.second.next_due() == 11
    heard.clear()
    assert visible(redriven.dlq, 11) == 0
    assert heard


@pytest.mark.parametrize("stopped", [True, False], ids=["clock is moved", "time passes"])
def test_receive_parked_at_a_destination_is_woken_when_its_message_comes(redriven: Redrive, stopped: bool) -> None:
    clock = Clock(frozen_at=0 if stopped else None)
    redriven.kill(redriven.first, "a", now=clock.now())
    redriven.kill(redriven.second, "b", now=clock.now())
    queue = redriven.second

    async def receive() -> list[str]:
        waiting = Waiting()
        receive = asyncio.create_task(waiting.wait(queue, clock, 20, lambda: queue.receive(1, None, clock.now())))
        await asyncio.sleep(0)
        assert waiting.somebody_waits(queue)
        redriven.start(now=clock.now(), rate=20)
        if stopped:
            clock.advance(0.05)
        return bodies(await asyncio.wait_for(receive, 5))

    assert asyncio.run(receive()) == ["b"]


def test_purge_takes_only_what_had_not_moved_before(redriven: Redrive) -> None:
    redriven.send("a", "b", "c", "d")
    task = redriven.start(now=0, to=redriven.other, rate=1)
    redriven.dlq.purge(1)
    assert visible(redriven.other, 10) == 2
    assert (task.status, task.moved) == ("COMPLETED", 2)


def test_chain_of_tasks_moves_in_order_of_time(redriven: Redrive) -> None:
    last = redriven.make("last")
    redriven.make("feeds-other", RedrivePolicy=redrive(redriven.other, 1))
    redriven.send("a", "b", "c")
    send(redriven.other, "x", "y")
    redriven.start(now=0, to=redriven.other, rate=1)
    redriven.tasks.start(redriven.other, last, 1, 0)
    assert take_all(last, 10) == ["x", "y", "a"]  # what had come when the second task started
    assert take_all(redriven.other, 10) == ["b", "c"]


def test_two_queues_can_be_moved_into_one_another(redriven: Redrive) -> None:
    redriven.make("feeds-other", RedrivePolicy=redrive(redriven.other, 1))
    redriven.send("a", "b")
    send(redriven.other, "x", "y")
    redriven.start(now=0, to=redriven.other, rate=1)
    redriven.tasks.start(redriven.other, redriven.dlq, 1, 0)
    assert sorted(take_all(redriven.other, 10) + take_all(redriven.dlq, 10)) == ["a", "b", "x", "y"]


# -- FIFO --------------------------------------------------------------------------------------


def test_fifo_messages_keep_group_and_order(fifo: Redrive) -> None:
    fifo.kill(fifo.first, "a1", now=0, group="a")
    fifo.kill(fifo.first, "b1", now=0, group="b")
    fifo.kill(fifo.first, "a2", now=0, group="a")
    fifo.start(now=5)
    deliveries = fifo.first.receive(10, 30, 5)
    assert [(delivery.message.body, delivery.message.group_id) for delivery in deliveries] == [
        ("a1", "a"),
        ("a2", "a"),
        ("b1", "b"),
    ]


def test_fifo_message_is_no_duplicate_of_what_it_was_before(fifo: Redrive) -> None:
    fifo.kill(fifo.first, "a", now=0, group="g")
    fifo.start(now=1)
    receive_one(fifo.first, 1, 0)
    assert fifo.first.receive(1, 0, 1) == []
    fifo.start(now=2)
    assert take_all(fifo.first, 2) == ["a"]


def test_fifo_message_with_a_deduplication_id_the_destination_knows_is_not_lost(fifo: Redrive) -> None:
    fifo.other.send(new_message("taken", group="g", dedup="same"), 0)
    fifo.dlq.send(new_message("a", group="g", dedup="same"), 0)
    fifo.start(now=1, to=fifo.other)
    assert take_all(fifo.other, 1) == ["taken", "a"]


def test_fifo_message_in_flight_holds_back_those_of_its_group_that_come_after_it(fifo: Redrive) -> None:
    fifo.send("a1", "a2", group="a")
    fifo.send("b1", group="b")
    held = receive_one(fifo.dlq, 0, 30)
    assert held.message.body == "a1"
    task = fifo.start(now=0, to=fifo.other, rate=1)
    fifo.dlq.change_visibility(held.receipt_handle, 0, 0.5)
    assert take_all(fifo.other, 10) == ["b1"]
    assert (task.status, task.moved) == ("COMPLETED", 1)
    assert take_all(fifo.dlq, 10) == ["a1", "a2"]


# -- Failure -----------------------------------------------------------------------------------


def test_message_that_came_from_no_queue_fails_the_task_and_stays(redriven: Redrive) -> None:
    redriven.kill(redriven.first, "a", now=0)
    redriven.send("sent directly", "after it")
    task = redriven.start(now=1)
    assert (task.status, task.failure_reason) == ("FAILED", "CouldNotDetermineMessageSource")
    assert (task.moved, task.to_move) == (1, 3)
    assert take_all(redriven.dlq, 1) == ["sent directly", "after it"]


def test_message_whose_queue_is_gone_fails_the_task_and_stays(redriven: Redrive) -> None:
    redriven.kill(redriven.first, "a", now=0)
    redriven.world.queues.delete(redriven.first, 0)
    task = redriven.start(now=1)
    assert (task.status, task.failure_reason) == ("FAILED", "AWS.SimpleQueueService.NonExistentQueue")
    assert take_all(redriven.dlq, 1) == ["a"]


@pytest.mark.parametrize("deleted", ["source", "destination"])
def test_queue_deleted_while_the_task_runs_fails_it(redriven: Redrive, deleted: str) -> None:
    redriven.send("a", "b", "c")
    task = redriven.start(now=0, to=redriven.other, rate=1)
    queue, left = (redriven.dlq, redriven.other) if deleted == "source" else (redriven.other, redriven.dlq)
    redriven.world.queues.delete(queue, 1)
    assert visible(left, 2) == (2 if deleted == "source" else 1)
    assert (task.status, task.failure_reason) == ("FAILED", "AWS.SimpleQueueService.NonExistentQueue")
    assert task.moved == 2


def test_message_too_large_for_the_destination_fails_the_task_and_stays(redriven: Redrive) -> None:
    redriven.world.set(redriven.other, MaximumMessageSize=1024)
    redriven.send("small", "x" * 1025)
    task = redriven.start(now=0, to=redriven.other)
    assert (task.status, task.failure_reason, task.moved) == ("FAILED", "InvalidParameterValue", 1)
    assert visible(redriven.dlq, 0) == 1


def test_task_fails_when_it_has_run_for_too_long(redriven: Redrive, monkeypatch: pytest.MonkeyPatch) -> None:
    assert MOVE_TASK_SECONDS_MAX == 36 * 60 * 60
    monkeypatch.setattr("emulator.sqs.move_tasks.MOVE_TASK_SECONDS_MAX", 3)
    redriven.send("a", "b", "c", "d")
    task = redriven.start(now=10, to=redriven.other, rate=1)
    assert visible(redriven.other, 12) == 3
    assert task.status == "RUNNING"
    assert visible(redriven.other, 13) == 3
    assert (task.status, task.failure_reason, task.moved) == ("FAILED", "MessageMoveTaskTimedOut", 3)
    assert take_all(redriven.dlq, 13) == ["d"]


# -- Start, list, cancel -----------------------------------------------------------------------


def test_source_must_be_a_dead_letter_queue(redriven: Redrive) -> None:
    with pytest.raises(InvalidParameterValue, match=r"^Source queue must be configured as a Dead Letter Queue\.$"):
        redriven.tasks.start(redriven.other, redriven.first, None, 0)


def test_source_that_lost_its_last_queue_is_no_dead_letter_queue_any_more(redriven: Redrive) -> None:
    redriven.world.set(redriven.first, RedrivePolicy="")
    redriven.start(now=0)
    redriven.world.queues.delete(redriven.second, 0)
    with pytest.raises(InvalidParameterValue):
        redriven.start(now=0)


def test_destination_must_be_of_the_same_type(redriven: Redrive) -> None:
    with pytest.raises(InvalidParameterValue, match="same type"):
        redriven.start(now=0, to=redriven.world.fifo())


def test_destination_must_be_another_queue(redriven: Redrive) -> None:
    with pytest.raises(InvalidParameterValue, match="another queue"):
        redriven.start(now=0, to=redriven.dlq)


@pytest.mark.parametrize(("account", "region"), [("222222222222", "eu-west-1"), ("111111111111", "eu-west-2")])
def test_destination_must_be_in_the_same_account_and_region(redriven: Redrive, account: str, region: str) -> None:
    elsewhere = redriven.world.queues.create("elsewhere", account, region, {}, {}, 0)
    with pytest.raises(ResourceNotFound, match="DestinationArn"):
        redriven.start(now=0, to=elsewhere)


def test_one_task_at_a_time_runs_from_a_source(redriven: Redrive) -> None:
    redriven.send("a", "b")
    redriven.start(now=0, to=redriven.other, rate=1)
    with pytest.raises(InvalidParameterValue, match=r"^There is already a task running\. Only one active task"):
        redriven.start(now=0.9, to=redriven.other)
    redriven.send("c")
    assert redriven.start(now=1, to=redriven.other).moved == 1


def test_refused_start_moves_nothing(redriven: Redrive) -> None:
    redriven.send("a", "b", "c")
    redriven.start(now=0, to=redriven.other, rate=1)
    with pytest.raises(InvalidParameterValue):
        redriven.start(now=0, to=redriven.second)
    assert visible(redriven.second, 10) == 0
    assert len(redriven.tasks.recent(redriven.dlq, 10)) == 1


def test_account_runs_a_limited_number_of_tasks(redriven: Redrive) -> None:
    for number in range(MOVE_TASKS_MAX):
        source = redriven.make(f"source-{number}")
        redriven.make(f"feeds-{number}", RedrivePolicy=redrive(source, 1))
        send(source, "a", "b")
        redriven.tasks.start(source, redriven.other, 1, 0)
    redriven.send("a")
    with pytest.raises(OverLimit):
        redriven.start(now=0.9, to=redriven.other)
    assert redriven.start(now=1, to=redriven.other).status == "COMPLETED"


def test_tasks_are_listed_the_newest_first_and_the_oldest_forgotten(redriven: Redrive) -> None:
    started = [redriven.start(now=number) for number in range(MOVE_TASKS_LISTED_MAX + 1)]
    assert redriven.tasks.recent(redriven.dlq, 100) == started[:0:-1]
    assert redriven.tasks.recent(redriven.other, 100) == []


def test_queue_made_anew_has_no_tasks(redriven: Redrive) -> None:
    redriven.start(now=0)
    redriven.world.queues.delete(redriven.dlq, 0)
    assert redriven.tasks.recent(redriven.make("dead"), 0) == []


def test_cancelled_task_moves_nothing_more(redriven: Redrive) -> None:
    redriven.send("a", "b", "c")
    task = redriven.start(now=0, to=redriven.other, rate=1)
    cancelled = redriven.tasks.cancel(redriven.dlq, task.handle.task_id, 1.5)
    assert cancelled is task
    assert (task.status, task.moved) == ("CANCELLED", 2)
    assert take_all(redriven.other, 10) == ["a", "b"]
    assert take_all(redriven.dlq, 10) == ["c"]


def test_task_that_has_ended_cannot_be_cancelled(redriven: Redrive) -> None:
    redriven.send("a", "b")
    task = redriven.start(now=0, to=redriven.other, rate=1)
    with pytest.raises(UnsupportedOperation):
        redriven.tasks.cancel(redriven.dlq, task.handle.task_id, 1)
    assert task.status == "COMPLETED"


def test_unknown_task_cannot_be_cancelled(redriven: Redrive) -> None:
    redriven.start(now=0)
    with pytest.raises(ResourceNotFound, match="TaskHandle"):
        redriven.tasks.cancel(redriven.dlq, "ffffffff-ffff-4fff-bfff-ffffffffffff", 0)


def test_task_that_has_ended_holds_no_messages_and_no_queue_holds_it(redriven: Redrive) -> None:
    for rate in (None, 1):
        redriven.send("a", "b", "c")
        task = redriven.start(now=0, to=redriven.other, rate=rate)
        if task.status == "RUNNING":
            assert remembered(redriven.dlq, "_movers") == remembered(redriven.other, "_movers") == 1
            redriven.tasks.cancel(redriven.dlq, task.handle.task_id, 0)
        assert remembered(task, "_left") == remembered(task, "_destinations") == 0
        assert remembered(redriven.dlq, "_movers") == remembered(redriven.other, "_movers") == 0


def test_tasks_of_deleted_queues_are_forgotten(redriven: Redrive) -> None:
    for number in range(20):
        source = redriven.make(f"source-{number}")
        target = redriven.make(f"feeds-{number}", RedrivePolicy=redrive(source, 1))
        redriven.tasks.start(source, None, 1, 0)
        redriven.world.queues.delete(target, 0)
        redriven.world.queues.delete(source, 0)
    redriven.start(now=0)
    assert remembered(redriven.tasks, "_by_source") == 1


def remembered(thing: object, name: str) -> int:
    """How many entries a collection holds that ``thing`` keeps to itself."""
    return len(getattr(thing, name))


# -- Handles -----------------------------------------------------------------------------------


def test_handle_is_base64_of_task_id_and_source() -> None:
    handle = TaskHandle("6ba7b810-9dad-41d1-80b4-00c04fd430c8", "arn:aws:sqs:eu-west-1:111111111111:dead")
    assert json.loads(base64.b64decode(str(handle))) == {"taskId": handle.task_id, "sourceArn": handle.source_arn}
    assert TaskHandle.parse(str(handle)) == handle


@pytest.mark.parametrize(
    "document",
    ["", "{", "[]", "null", "{}", '{"taskId": "a"}', '{"taskId": 1, "sourceArn": "b"}', "[" * 100_000, "\ud800"],
)
def test_handle_that_says_nothing_is_refused(document: str) -> None:
    text = base64.b64encode(document.encode(errors="surrogatepass")).decode()
    with pytest.raises(InvalidParameterValue, match=r"^Value for parameter TaskHandle is invalid\.$"):
        TaskHandle.parse(text)


@given(st.text(max_size=40))
def test_any_text_is_a_handle_or_refused(text: str) -> None:
    with pytest.raises(InvalidParameterValue):
        TaskHandle.parse(text)


# -- What always holds -------------------------------------------------------------------------


@settings(deadline=None, max_examples=150)
@given(data=st.data(), fifo=st.booleans(), rate=st.sampled_from([None, 1, 3]))
def test_no_message_is_lost_or_doubled_whatever_happens_meanwhile(data: st.DataObject, fifo: bool, rate: int) -> None:
    redriven = Redrive(fifo=fifo)
    group = st.sampled_from(["a", "b"]) if fifo else st.none()
    names = [str(number) for number in range(data.draw(st.integers(0, 8), "messages"))]
    for name in names:
        redriven.kill(
            data.draw(st.sampled_from([redriven.first, redriven.second])), name, now=0, group=data.draw(group)
        )
    to = data.draw(st.sampled_from([None, redriven.other]), "destination")
    queues = [redriven.dlq, redriven.first, redriven.second, redriven.other]
    now, tasks, deleted = 0.0, list[MoveTask](), list[str]()
    for step in data.draw(st.lists(st.sampled_from(["start", "wait", "receive", "delete", "cancel"]), max_size=12)):
        running = [task for task in redriven.tasks.recent(redriven.dlq, now) if task.status == "RUNNING"]
        if step == "start" and not running:
            tasks.append(redriven.start(now=now, to=to, rate=rate))
        elif step == "wait":
            now += data.draw(st.sampled_from([0.2, 1, 5]))
        elif step in ("receive", "delete"):
            queue = data.draw(st.sampled_from(queues))
            deliveries = queue.receive(2, 2, now)
            for delivery in deliveries if step == "delete" else ():
                queue.delete(delivery.receipt_handle, now)
                deleted.append(delivery.message.body)
        elif step == "cancel" and running:
            redriven.tasks.cancel(redriven.dlq, running[0].handle.task_id, now)
        left = [message.body for queue in queues for message in queue.messages()]
        assert sorted(left + deleted) == names
        assert all(task.status != "FAILED" for task in tasks)
    assert sum(sum(queue.counts(now + 100)) for queue in queues) == len(names) - len(deleted)
