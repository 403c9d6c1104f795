"""How move tasks are started, listed and cancelled."""

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.aws.errors import InvalidParameterValue
from emulator.aws.limits import MOVE_TASKS_LISTED_MAX, MOVE_TASKS_MAX
from emulator.aws.sqs_errors import OverLimit, ResourceNotFound, UnsupportedOperation
from emulator.sqs.move_task import TaskHandle
from tests.sqs.dead_letters import Redrive, remembered, take_all, visible
from tests.sqs.world import redrive, send


@pytest.fixture
def redriven() -> Redrive:
    return Redrive()


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
    with pytest.raises(ResourceNotFound, match=r"^Task does not exist\.$"):
        redriven.tasks.cancel(redriven.dlq, "ffffffff-ffff-4fff-bfff-ffffffffffff", 0)


def test_task_that_has_ended_holds_no_messages_and_no_queue_holds_it(redriven: Redrive) -> None:
    for rate in (None, 1):
        redriven.send("a", "b", "c")
        task = redriven.start(now=0, to=redriven.other, rate=rate)
        if task.status == "RUNNING":
            assert remembered(redriven.dlq, "_tasks") == remembered(redriven.other, "_tasks") == 1
            redriven.tasks.cancel(redriven.dlq, task.handle.task_id, 0)
        assert remembered(task, "_left") == remembered(task, "_destinations") == 0
        assert remembered(redriven.dlq, "_tasks") == remembered(redriven.other, "_tasks") == 0


def test_tasks_of_deleted_queues_are_forgotten(redriven: Redrive) -> None:
    for number in range(20):
        source = redriven.make(f"source-{number}")
        target = redriven.make(f"feeds-{number}", RedrivePolicy=redrive(source, 1))
        redriven.tasks.start(source, None, 1, 0)
        redriven.world.queues.delete(target, 0)
        redriven.world.queues.delete(source, 0)
    redriven.start(now=0)
    assert remembered(redriven.tasks, "_by_source") == 1


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


def test_task_ends_when_none_of_its_messages_is_left_to_have_a_turn(redriven: Redrive) -> None:
    redriven.send("a", "b", "c")
    task = redriven.start(now=0, to=redriven.other, rate=1)
    b, c = redriven.dlq.receive(2, 30, 0)
    redriven.dlq.change_visibility(b.receipt_handle, 0, 0)
    redriven.dlq.delete(c.receipt_handle, 0)
    redriven.dlq.advance(0.9)
    assert task.status == "RUNNING"
    redriven.dlq.advance(1)
    assert (task.status, task.moved) == ("COMPLETED", 2)
