"""Whatever goes on in a queue that holds few messages, it keeps little."""

import itertools
from collections.abc import Callable, Iterator

import pytest

from emulator.sqs.queue import Queue
from tests.sqs.snapshot import entries
from tests.sqs.world import World, message, receive_one, redrive, send

ROUNDS = 1_500
# What a queue and the few messages in it keep, and stale entries up to where it looks for them.
ENTRIES_MAX = 1_000

Activity = Callable[[World, Queue], Iterator[None]]  # one round at a time


def group_of(queue: Queue) -> str | None:
    return "g" if queue.fifo else None


def send_and_delete(_: World, queue: Queue) -> Iterator[None]:
    for now in itertools.count(step=100):
        send(queue, str(now), now=now, group=group_of(queue))
        queue.delete(receive_one(queue, now).receipt_handle, now)
        yield


def send_and_let_expire(_: World, queue: Queue) -> Iterator[None]:
    for now in itertools.count(step=100):
        send(queue, str(now), now=now, group=group_of(queue))
        yield


def send_delayed_and_let_expire(_: World, queue: Queue) -> Iterator[None]:
    for now in itertools.count(step=100):
        send(queue, str(now), now=now, group=group_of(queue), delay=10)
        yield


def send_to_new_groups_and_let_expire(_: World, queue: Queue) -> Iterator[None]:
    for now in itertools.count(step=100):
        send(queue, str(now), now=now, group=f"group-{now}")
        yield


def renew_one_timeout_while_time_stands_still(_: World, queue: Queue) -> Iterator[None]:
    send(queue, "a", group=group_of(queue))
    handle = receive_one(queue, 0).receipt_handle
    for timeout in itertools.cycle([30, 40]):
        queue.change_visibility(handle, timeout, 0)
        yield


def set_one_timeout_to_the_same_time_again_and_again(_: World, queue: Queue) -> Iterator[None]:
    send(queue, "a", group=group_of(queue))
    handle = receive_one(queue, 0).receipt_handle
    while True:
        queue.change_visibility(handle, 30, 0)
        yield


def repeat_one_attempt(_: World, queue: Queue) -> Iterator[None]:
    queue.send(message(group="g"), 0)
    while True:
        assert queue.receive(1, None, 0, "attempt")
        yield


def renew_one_timeout_as_time_goes_on(_: World, queue: Queue) -> Iterator[None]:
    send(queue, "a", group=group_of(queue))
    handle = receive_one(queue, 0).receipt_handle
    for tick in itertools.count():
        queue.change_visibility(handle, 30, tick / ROUNDS)
        yield


def receive_with_timeout_zero(_: World, queue: Queue) -> Iterator[None]:
    send(queue, "a", "b", group=group_of(queue))
    while True:
        queue.receive(10, 0, 0)
        yield


def receive_again_and_again(_: World, queue: Queue) -> Iterator[None]:
    send(queue, "a", "b", group=group_of(queue))
    for tick in itertools.count():
        queue.receive(10, 0, tick / ROUNDS)
        yield


def dead_letter(world: World, queue: Queue) -> Iterator[None]:
    dead = world.fifo("dead") if queue.fifo else world.standard("dead")
    world.set(queue, RedrivePolicy=redrive(dead, 1))
    for now in itertools.count(step=100):
        send(queue, str(now), now=now, group=group_of(queue))
        queue.receive(1, 0, now)
        queue.receive(1, 0, now)
        assert dead.counts(now).visible >= 1
        dead.purge(now)
        yield


def hide_and_show_by_an_old_handle(_: World, queue: Queue) -> Iterator[None]:
    send(queue, "a")
    handle = receive_one(queue, 0, 0).receipt_handle
    while True:
        queue.change_visibility(handle, 10, 0)
        queue.change_visibility(handle, 0, 0)
        yield


def delete_visible_messages(_: World, queue: Queue) -> Iterator[None]:
    send(queue, "first in line")
    queue.receive(1, 0, 0)
    while True:
        send(queue, "a")
        last = queue.receive(10, 0, 0)[-1]
        queue.delete(last.receipt_handle, 0)
        yield


def change_the_delay(world: World, queue: Queue) -> Iterator[None]:
    world.set(queue, DelaySeconds=900)
    send(queue, "a", group=group_of(queue))
    for delay in itertools.cycle([800, 900]):
        world.set(queue, DelaySeconds=delay)
        yield


def lock_a_group_and_send_to_others(_: World, queue: Queue) -> Iterator[None]:
    queue.send(message("first", group="locked"), 0)
    handle = receive_one(queue, 0).receipt_handle
    for tick in itertools.count():
        queue.change_visibility(handle, 59, 0)
        queue.send(message("more", group="locked", dedup="same"), 0)
        queue.send(message("other", group=f"group-{tick}", dedup="same as well"), 0)
        for delivery in queue.receive(10, None, 0):
            queue.delete(delivery.receipt_handle, 0)
        yield


EITHER = [
    send_and_delete,
    send_and_let_expire,
    send_delayed_and_let_expire,
    renew_one_timeout_while_time_stands_still,
    renew_one_timeout_as_time_goes_on,
    set_one_timeout_to_the_same_time_again_and_again,
    receive_with_timeout_zero,
    receive_again_and_again,
    dead_letter,
    change_the_delay,
]
STANDARD = [*EITHER, hide_and_show_by_an_old_handle, delete_visible_messages]
FIFO = [*EITHER, repeat_one_attempt, send_to_new_groups_and_let_expire, lock_a_group_and_send_to_others]


@pytest.mark.parametrize("activity", STANDARD)
def test_a_standard_queue_keeps_no_more_than_its_messages_need(activity: Activity) -> None:
    world = World()
    queue = world.standard(MessageRetentionPeriod=60)
    for _ in itertools.islice(activity(world, queue), ROUNDS):
        pass
    assert entries(queue) < ENTRIES_MAX


@pytest.mark.parametrize("activity", FIFO)
def test_a_fifo_queue_keeps_no_more_than_its_messages_need(activity: Activity) -> None:
    world = World()
    queue = world.fifo(MessageRetentionPeriod=60)
    for _ in itertools.islice(activity(world, queue), ROUNDS):
        pass
    assert entries(queue) < ENTRIES_MAX


@pytest.mark.parametrize("make", [World.standard, World.fifo])
def test_an_emptied_queue_keeps_nothing(make: Callable[[World], Queue]) -> None:
    world = World()
    queue, empty = make(world), make(World())
    for number in range(500):
        queue.send(message(str(number), group=f"group-{number % 100}"), 0)
    queue.receive(10, None, 0, "attempt" if queue.fifo else None)
    queue.purge(1)
    assert entries(queue) == entries(empty)


def test_dedup_and_attempts_are_forgotten_in_time_by_whatever_happens_next() -> None:
    queue = World().fifo(MessageRetentionPeriod=60)
    assert isinstance(queue, Queue)
    for number in range(500):
        queue.send(message(str(number), group=str(number)), 0)
        queue.receive(1, None, 0, f"attempt-{number}")
    for _ in range(3):  # some are forgotten each time
        queue.receive(1, None, 300)
    assert entries(queue) < ENTRIES_MAX
