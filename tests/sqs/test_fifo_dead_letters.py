import pytest

from emulator.sqs.queue import Queue
from tests.sqs.world import World, bodies, message, receive_one, redrive, send, send_in_groups


@pytest.fixture
def queue(world: World) -> Queue:
    """A queue with a visibility timeout of 30 seconds, without delay."""
    return world.fifo()


def test_a_moved_message_frees_its_group_for_the_next_one(world: World, queue: Queue) -> None:
    dead = world.fifo("dead")
    world.set(queue, RedrivePolicy=redrive(dead, 1))
    send_in_groups(queue, "g", "g", "g", "h")
    queue.receive(2, None, 0)
    assert bodies(queue.receive(2, None, 30)) == ["h1", "g3"]
    assert bodies(dead.receive(10, None, 30)) == ["g1", "g2"]


def test_a_group_all_of_whose_messages_are_moved_is_empty(world: World, queue: Queue) -> None:
    dead = world.fifo("dead")
    world.set(queue, RedrivePolicy=redrive(dead, 1))
    send(queue, "a", group="g")
    receive_one(queue, 0)
    assert queue.receivable(30) == 1
    assert queue.receive(10, None, 30) == []
    send(queue, "b", now=31, group="g")
    assert bodies(queue.receive(10, None, 31)) == ["b"]


def test_the_retention_of_a_moved_message_starts_anew(world: World, queue: Queue) -> None:
    dead = world.fifo("dead", MessageRetentionPeriod=60)
    world.set(queue, RedrivePolicy=redrive(dead, 1))
    send(queue, "a", group="g")
    receive_one(queue, 0)
    queue.receive(1, None, 1_000)
    assert dead.counts(1_059) == (1, 0, 0)
    assert dead.counts(1_060) == (0, 0, 0)


def test_the_deduplication_id_of_a_moved_message_is_its_message_id(world: World, queue: Queue) -> None:
    dead = world.fifo("dead")
    world.set(queue, RedrivePolicy=redrive(dead, 1))
    queue.send(message("a", group="g", dedup="id"), 0)
    receive_one(queue, 0)
    queue.receive(1, None, 30)
    moved = receive_one(dead, 30).message
    assert moved.deduplication_id == moved.id
    assert (moved.group_id, moved.receive_count, moved.dead_letter_source) == ("g", 2, queue.arn)


def test_messages_of_two_sources_with_one_deduplication_id_are_both_kept(world: World, queue: Queue) -> None:
    dead = world.fifo("dead")
    other = world.fifo("other", RedrivePolicy=redrive(dead, 1))
    world.set(queue, RedrivePolicy=redrive(dead, 1))
    for source in (queue, other):
        source.send(message("a", group="g", dedup="id"), 0)
        receive_one(source, 0)
        source.receive(1, None, 30)
    assert dead.counts(30).visible == 2


def test_a_moved_message_keeps_its_place_behind_delayed_ones_of_its_group(world: World, queue: Queue) -> None:
    dead = world.fifo("dead", DelaySeconds=100)
    world.set(queue, RedrivePolicy=redrive(dead, 1))
    send(dead, "earlier", group="g")
    send(queue, "moved", group="g")
    receive_one(queue, 0)
    queue.receive(1, None, 30)
    assert dead.receive(10, None, 99) == []
    assert bodies(dead.receive(10, None, 130)) == ["earlier", "moved"]
