"""Queues whose dead-letter queues form a circle: each queue delivers a message before it moves it on."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.sqs.queue import Queue
from tests.sqs.world import World, receive_one, redrive, send

TIMEOUT = 30  # the visibility timeout of a queue


def circle(world: World, *limits: int, fifo: bool = False) -> list[Queue]:
    """As many queues as limits, each with the next one as its dead-letter queue."""
    make = world.fifo if fifo else world.standard
    queues = [make(f"queue{number}") for number in range(len(limits))]
    for number, (queue, limit) in enumerate(zip(queues, limits, strict=True)):
        world.set(queue, RedrivePolicy=redrive(queues[(number + 1) % len(queues)], limit))
    return queues


@pytest.mark.parametrize("fifo", [False, True])
@pytest.mark.parametrize("size", [2, 3, 10])
def test_message_in_a_circle_is_received_in_each_queue_in_turn(size: int, fifo: bool) -> None:
    world = World()
    queues = circle(world, *[1] * size, fifo=fifo)
    send(queues[0], "a", group="g" if fifo else None)
    now = 0.0
    for turn in range(3 * size):
        queue = queues[turn % size]
        assert receive_one(queue, now).message.receive_count == turn + 1
        now += TIMEOUT
        assert queue.receive(10, None, now) == []
        assert [each.counts(now).visible for each in queues].count(1) == 1


def test_message_that_was_moved_is_received_once_though_it_was_received_more_often_already() -> None:
    first, second = circle(World(), 5, 2)
    send(first, "a")
    for number in range(5):
        receive_one(first, TIMEOUT * number)
    assert first.receive(1, None, 5 * TIMEOUT) == []
    assert receive_one(second, 5 * TIMEOUT).message.receive_count == 6
    assert second.receive(1, None, 6 * TIMEOUT) == []
    assert receive_one(first, 6 * TIMEOUT).message.receive_count == 7


@given(limits=st.lists(st.integers(1, 4), min_size=1, max_size=4), steps=st.lists(st.integers(0, 3), max_size=30))
def test_message_in_a_circle_is_never_lost_and_moves_only_after_a_receive(limits: list[int], steps: list[int]) -> None:
    """A receive either gets the message, or moves it to the next queue, which then delivers it."""
    queues = circle(World(), *limits)
    send(queues[0], "a")
    now, moved_to = 0.0, None
    for step in steps:
        at = step % len(queues)
        there = queues[at].counts(now).visible
        got = queues[at].receive(1, TIMEOUT, now)
        if there and not got:
            assert moved_to != at, "it was moved on before it was received here"
            moved_to = (at + 1) % len(queues)
            assert queues[moved_to].counts(now).visible == 1
        elif got:
            moved_to = None
        now += TIMEOUT
        assert sum(each.counts(now).visible for each in queues) == 1
