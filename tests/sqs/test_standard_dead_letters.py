import pytest

from emulator.aws.sqs_errors import ReceiptHandleIsInvalid
from emulator.sqs.queue import Queue
from tests.sqs.world import World, bodies, receive_one, redrive, send


@pytest.fixture
def queue(world: World) -> Queue:
    """A queue with a visibility timeout of 30 seconds."""
    return world.standard()


def test_the_receive_after_the_last_allowed_one_moves_the_message(world: World, queue: Queue) -> None:
    dead = world.standard("dead")
    world.set(queue, RedrivePolicy=redrive(dead, 2))
    send(queue, "a")
    receive_one(queue, 0)
    receive_one(queue, 30)
    assert queue.counts(60) == (1, 0, 0)
    assert dead.counts(60) == (0, 0, 0)
    assert queue.receive(1, None, 60) == []
    assert queue.counts(60) == (0, 0, 0)
    assert dead.counts(60) == (1, 0, 0)


def test_a_receive_goes_on_to_the_next_message_after_a_move(world: World, queue: Queue) -> None:
    dead = world.standard("dead")
    world.set(queue, RedrivePolicy=redrive(dead, 1))
    send(queue, "a", "b", "c")
    queue.receive(2, 0, 0)
    assert bodies(queue.receive(1, None, 1)) == ["c"]
    assert bodies(dead.receive(10, None, 1)) == ["a", "b"]


def test_a_moved_message_keeps_what_it_was_sent_with_and_its_count(world: World, queue: Queue) -> None:
    dead = world.standard("dead")
    world.set(queue, RedrivePolicy=redrive(dead, 1))
    send(queue, "a", now=5)
    sent = receive_one(queue, 7, visibility_timeout=0).message
    queue.receive(1, None, 8)
    moved = receive_one(dead, 9).message
    assert (moved.id, moved.body, moved.sent_at, moved.first_received_at) == (sent.id, "a", 5, 7)
    assert moved.receive_count == 2
    assert moved.dead_letter_source == queue.arn


def test_a_dead_letter_is_another_place_of_the_same_content(world: World, queue: Queue) -> None:
    dead = world.standard("dead")
    world.set(queue, RedrivePolicy=redrive(dead, 1))
    send(queue, "a")
    sent = receive_one(queue, 0, visibility_timeout=0).message
    queue.receive(1, None, 1)
    moved = receive_one(dead, 2).message
    assert moved is not sent
    assert moved.content is sent.content


def test_the_retention_of_a_moved_message_runs_on(world: World, queue: Queue) -> None:
    dead = world.standard("dead", MessageRetentionPeriod=60)
    world.set(queue, RedrivePolicy=redrive(dead, 1))
    send(queue, "a")
    receive_one(queue, 0)
    queue.receive(1, None, 50)
    assert dead.counts(59) == (1, 0, 0)
    assert dead.counts(60) == (0, 0, 0)


def test_a_message_older_than_the_retention_of_its_dead_letter_queue_is_gone(world: World, queue: Queue) -> None:
    dead = world.standard("dead", MessageRetentionPeriod=60)
    world.set(queue, RedrivePolicy=redrive(dead, 1))
    send(queue, "a")
    receive_one(queue, 0)
    queue.receive(1, None, 70)
    assert dead.counts(70) == (0, 0, 0)


def test_handles_of_the_source_queue_mean_nothing_after_the_move(world: World, queue: Queue) -> None:
    dead = world.standard("dead")
    world.set(queue, RedrivePolicy=redrive(dead, 1))
    send(queue, "a")
    handle = receive_one(queue, 0).receipt_handle
    queue.receive(1, None, 30)
    queue.delete(handle, 31)
    with pytest.raises(ReceiptHandleIsInvalid):
        dead.delete(handle, 31)
    assert dead.counts(31) == (1, 0, 0)


def test_a_message_stays_where_its_dead_letter_queue_was_deleted(world: World, queue: Queue) -> None:
    dead = world.standard("dead")
    world.set(queue, RedrivePolicy=redrive(dead, 1))
    send(queue, "a")
    receive_one(queue, 0)
    world.queues.delete(dead, 1)
    assert bodies(queue.receive(1, None, 30)) == ["a"]
    world.standard("dead")
    assert queue.receive(1, None, 60) == []


def test_a_dead_letter_queue_can_have_its_own(world: World, queue: Queue) -> None:
    last = world.standard("last")
    dead = world.standard("dead", RedrivePolicy=redrive(last, 2))
    world.set(queue, RedrivePolicy=redrive(dead, 1))
    send(queue, "a")
    receive_one(queue, 0)
    queue.receive(1, None, 30)
    receive_one(dead, 40)
    assert dead.receive(1, None, 70) == []
    moved = receive_one(last, 70).message
    assert (moved.receive_count, moved.dead_letter_source) == (3, dead.arn)


def test_a_queue_that_names_itself_keeps_its_messages(world: World, queue: Queue) -> None:
    world.set(queue, RedrivePolicy=redrive(queue, 1))
    send(queue, "a")
    receive_one(queue, 0)
    assert bodies(queue.receive(1, None, 30)) == ["a"]


def test_a_lowered_limit_holds_from_the_next_receive(world: World, queue: Queue) -> None:
    dead = world.standard("dead")
    world.set(queue, RedrivePolicy=redrive(dead, 10))
    send(queue, "a")
    receive_one(queue, 0, visibility_timeout=0)
    receive_one(queue, 1, visibility_timeout=0)
    world.set(queue, 2, RedrivePolicy=redrive(dead, 2))
    assert queue.receive(1, None, 2) == []
    assert dead.counts(2) == (1, 0, 0)


def test_without_a_policy_messages_are_never_moved(world: World, queue: Queue) -> None:
    dead = world.standard("dead")
    world.set(queue, RedrivePolicy=redrive(dead, 1))
    world.set(queue, RedrivePolicy="")
    send(queue, "a")
    for now in range(0, 3_000, 30):
        receive_one(queue, now)
