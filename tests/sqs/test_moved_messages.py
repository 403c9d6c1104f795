"""Which messages a move task moves, where they go, and what becomes of them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emulator.aws.limits import MOVE_TASK_SECONDS_MAX
from emulator.aws.message_attribute import MessageAttribute
from emulator.sqs.message import Message
from emulator.sqs.message_content import Content
from emulator.sqs.move_task import MoveTask
from tests.examples import examples
from tests.sqs.dead_letters import Redrive, take_all, visible
from tests.sqs.world import message as new_message
from tests.sqs.world import receive_one, redrive, send


@pytest.fixture
def redriven() -> Redrive:
    return Redrive()


@pytest.fixture
def fifo() -> Redrive:
    return Redrive(fifo=True)


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
    sent = Message("old-id", Content("body", "AIDA", attributes, "Root=1"), "tenant")
    redriven.first.send(sent, 0)
    receive_one(redriven.first, 1, 0)
    assert redriven.first.receive(1, 0, 2) == []
    redriven.start(now=5)
    moved = receive_one(redriven.first, 6).message
    assert moved.id != "old-id"
    assert (moved.sent_at, moved.first_received_at, moved.receive_count) == (5, 6, 1)
    assert moved.dead_letter_source is None
    assert moved.group_id == "tenant"
    assert moved.content is sent.content


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
    monkeypatch.setattr("emulator.sqs.move_task.MOVE_TASK_SECONDS_MAX", 3)
    redriven.send("a", "b", "c", "d")
    task = redriven.start(now=10, to=redriven.other, rate=1)
    assert visible(redriven.other, 12) == 3
    assert task.status == "RUNNING"
    assert visible(redriven.other, 13) == 3
    assert (task.status, task.failure_reason, task.moved) == ("FAILED", "MessageMoveTaskTimedOut", 3)
    assert take_all(redriven.dlq, 13) == ["d"]


# -- What always holds -------------------------------------------------------------------------


@settings(max_examples=examples(150))
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
        left = [message.body for queue in queues for message in queue]
        assert sorted(left + deleted) == names
        assert all(task.status != "FAILED" for task in tasks)
    assert sum(sum(queue.counts(now + 100)) for queue in queues) == len(names) - len(deleted)
