"""What queues tell an observer."""

from emulator.foundation.events import Event, Observer
from emulator.foundation.ids import Ids
from emulator.sqs.events import (
    DeadLettered,
    Deleted,
    Duplicate,
    Expired,
    Moved,
    Purged,
    QueueAttributesChanged,
    QueueCreated,
    QueueDeleted,
    QueueEvent,
    Received,
    Sent,
    VisibilityChanged,
)
from emulator.sqs.message import Message
from emulator.sqs.message_content import Content
from emulator.sqs.move_tasks import MoveTasks
from emulator.sqs.queues import Queues
from tests.recorder import Recorder, into
from tests.sqs.world import World, message, receive_one, redrive


class Watched(World):
    """Queues, and what they tell."""

    def __init__(self) -> None:
        super().__init__()
        self.events: list[Event] = []
        self.heard: list[Event] = []  # by a watcher
        self.observer = Observer(into(self.events))
        self.queues = Queues(Ids(seed=1), observer=self.observer)

    def watch(self) -> "Watched":
        self.observer.watch(Recorder(self.heard))
        return self


def published(*, group: str | None = None) -> Message:
    """A message that came from a topic."""
    return Message("published", Content("body", "AIDA", origin="publish"), group, group)


def test_receiving_and_deleting_a_message_of_a_topic_are_told() -> None:
    world = Watched()
    queue = world.standard()
    sent = queue.send(published(), 0)
    for now in (1, 32):
        delivery = receive_one(queue, now)
    queue.delete(delivery.receipt_handle, 33)
    queue.delete(delivery.receipt_handle, 34)  # it is gone already
    assert world.events == [
        Received(1, queue.arn, sent.message_id, 1, 31, origin="publish"),
        Received(32, queue.arn, sent.message_id, 2, 62, origin="publish"),
        Deleted(33, queue.arn, sent.message_id, origin="publish"),
    ]


def test_receiving_and_deleting_any_other_message_is_told_to_watchers_only() -> None:
    world = Watched()
    queue = world.standard()
    queue.send(message(), 0)
    delivery = receive_one(queue, 1)
    world.watch()
    delivery = receive_one(queue, 32)
    queue.delete(delivery.receipt_handle, 33)
    assert world.heard == [
        Received(32, queue.arn, delivery.message.id, 2, 62),
        Deleted(33, queue.arn, delivery.message.id),
    ]


def test_expiry_is_told_with_the_time_it_fell_due() -> None:
    world = Watched()
    queue = world.standard(MessageRetentionPeriod=60)
    sent = queue.send(published(), 5)
    queue.advance(1000)
    assert world.events == [Expired(65, queue.arn, sent.message_id, origin="publish")]


def test_fifo_queue_tells_the_same() -> None:
    world = Watched()
    queue = world.fifo()
    for group in ("a", "b"):
        queue.send(published(group=group), 0)
    first, second = queue.receive(2, None, 1)
    queue.delete(first.receipt_handle, 2)
    assert [type(event) for event in world.events] == [Received, Received, Deleted]
    assert [event.message_id for event in world.events if isinstance(event, QueueEvent)] == [
        first.message.id,
        second.message.id,
        first.message.id,
    ]


def test_way_to_the_dead_letter_queue_and_back_is_told() -> None:
    world = Watched()
    dead = world.standard("dead")
    queue = world.standard(RedrivePolicy=redrive(dead, 1), VisibilityTimeout=0)
    sent = queue.send(published(), 0)
    receive_one(queue, 1)
    assert queue.receive(1, None, 2) == []
    MoveTasks(world.queues, Ids(seed=2)).start(dead, None, None, 3)
    again = receive_one(queue, 4).message.id
    assert world.events[1:] == [
        DeadLettered(2, queue.arn, sent.message_id, dead.arn, 1, origin="publish"),
        Moved(3, dead.arn, sent.message_id, queue.arn, again, origin="publish"),
        Received(4, queue.arn, again, 1, 4, origin="publish"),
    ]


def test_details_are_reported_only_while_there_is_a_watcher() -> None:
    world = Watched()
    queue = world.watch().fifo(VisibilityTimeout=30)
    queue.send(message("a", group="g", dedup="d"), 1, None)
    first = next(iter(queue))
    queue.send(message("a", group="g", dedup="d"), 2)
    delivery = receive_one(queue, 3)
    queue.change_visibility(delivery.receipt_handle, 100, 4)
    queue.purge(5)
    world.set(queue, 6, VisibilityTimeout=40, DelaySeconds=1)
    world.queues.delete(queue, 7)
    assert world.heard == [
        QueueCreated(0, queue.arn),
        Sent(1, queue.arn, first.id, "a", 1, "g", "d", 1, 1),
        Duplicate(2, queue.arn, first.id, "d"),
        Received(3, queue.arn, first.id, 1, 33),
        VisibilityChanged(4, queue.arn, first.id, 104),
        Purged(5, queue.arn),
        QueueAttributesChanged(6, queue.arn, ["DelaySeconds", "VisibilityTimeout"]),
        QueueDeleted(7, queue.arn),
    ]
    assert world.events == [event for event in world.heard if isinstance(event, QueueEvent)][1:]


def test_delayed_message_is_told_with_the_end_of_its_delay() -> None:
    world = Watched()
    queue = world.watch().standard()
    sent = queue.send(message("a"), 1, 10)
    assert world.heard[1:] == [Sent(1, queue.arn, sent.message_id, "a", 1, None, None, 1, 11)]
