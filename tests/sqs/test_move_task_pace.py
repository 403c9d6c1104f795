"""When a move task moves its messages, and who notices."""

import asyncio
from collections.abc import Callable

import pytest

from emulator.sqs.waiting import Waiting
from emulator.timing.clock import Clock
from tests import patience
from tests.sqs.dead_letters import Redrive, remembered, take_all, visible
from tests.sqs.world import bodies, redrive, send


@pytest.fixture
def redriven() -> Redrive:
    return Redrive()


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


def test_destination_is_told_of_the_start_and_of_every_move_and_when_the_next_will_be(redriven: Redrive) -> None:
    redriven.kill(redriven.first, "a", now=0)
    redriven.kill(redriven.second, "b", "c", now=0)
    heard: list[float | None] = []
    redriven.second.on_change = lambda: heard.append(redriven.second.next_due())
    redriven.start(now=10, rate=1)
    assert heard == [10]
    assert redriven.second.next_due() == 11
    assert visible(redriven.dlq, 11) == 1
    assert heard == [10, 12]


def test_queue_that_looks_when_it_is_told_of_the_start_disturbs_nothing(redriven: Redrive) -> None:
    redriven.kill(redriven.first, "a", now=0)
    redriven.kill(redriven.second, "b", now=0)
    for queue in (redriven.dlq, redriven.first, redriven.second):
        queue.on_change = lambda queue=queue: queue.receivable(10)
    assert redriven.start(now=10).status == "COMPLETED"
    assert [remembered(queue, "_tasks") for queue in (redriven.dlq, redriven.first, redriven.second)] == [0, 0, 0]
    assert take_all(redriven.first, 10) + take_all(redriven.second, 10) == ["a", "b"]


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
        assert waiting.has_parked(queue)
        redriven.start(now=clock.now(), rate=20)
        if stopped:
            clock.advance(0.05)
        return bodies(await asyncio.wait_for(receive, patience.SECONDS))

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
