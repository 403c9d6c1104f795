import pytest

from emulator.sqs.queue import Queue
from tests.sqs.world import World, receive_one, send

DAY = 86_400


@pytest.fixture
def queue(world: World) -> Queue:
    """A queue with a visibility timeout of 30 seconds."""
    return world.standard()


def test_a_visible_message_is_gone_at_the_end_of_its_retention(world: World) -> None:
    queue = world.standard(MessageRetentionPeriod=60)
    send(queue, "a")
    assert queue.counts(59.9) == (1, 0, 0)
    assert queue.counts(60) == (0, 0, 0)
    assert queue.receive(1, None, 60) == []


def test_a_delayed_message_is_gone_at_the_end_of_its_retention(world: World) -> None:
    queue = world.standard(MessageRetentionPeriod=60, DelaySeconds=900)
    send(queue, "a")
    assert queue.counts(59.9) == (0, 1, 0)
    assert queue.counts(60) == (0, 0, 0)
    assert queue.receive(1, None, 900) == []


def test_a_message_in_flight_is_gone_at_the_end_of_its_retention(world: World) -> None:
    queue = world.standard(MessageRetentionPeriod=60)
    send(queue, "a")
    handle = receive_one(queue, 50).receipt_handle
    assert queue.counts(59.9) == (0, 0, 1)
    assert queue.counts(60) == (0, 0, 0)
    queue.delete(handle, 61)


def test_retention_counts_from_the_send_and_not_from_the_end_of_a_delay(world: World) -> None:
    queue = world.standard(MessageRetentionPeriod=60)
    send(queue, "a", delay=50)
    assert queue.counts(55) == (1, 0, 0)
    assert queue.counts(60) == (0, 0, 0)


def test_a_new_retention_period_holds_for_stored_messages(world: World, queue: Queue) -> None:
    send(queue, "a")
    world.set(queue, 100, MessageRetentionPeriod=120)
    assert queue.counts(119) == (1, 0, 0)
    assert queue.counts(120) == (0, 0, 0)


def test_a_longer_retention_period_does_not_bring_expired_messages_back(world: World) -> None:
    queue = world.standard(MessageRetentionPeriod=60)
    send(queue, "a")
    world.set(queue, 70, MessageRetentionPeriod=120)
    assert queue.counts(70) == (0, 0, 0)


def test_messages_are_kept_for_four_days_by_default(queue: Queue) -> None:
    send(queue, "a")
    assert queue.counts(4 * DAY - 1) == (1, 0, 0)
    assert queue.counts(4 * DAY) == (0, 0, 0)
