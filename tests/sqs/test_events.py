"""What queues tell an observer."""

from emulator.events import Event, Observer
from emulator.ids import Ids
from emulator.sqs.events import DeadLettered, Deleted, Expired, Moved, QueueEvent, Received
from emulator.sqs.move_tasks import MoveTasks
from emulator.sqs.queues import Queues
from tests.sqs.world import World, message, receive_one, redrive, send


class Watched(World):
    """Queues, and what they tell."""

    def __init__(self) -> None:
        super().__init__()
        self.events: list[Event] = []
        self.queues = Queues(Ids(seed=1), observer=Observer(self.events.append))


def test_receiving_and_deleting_are_told() -> None:
    world = Watched()
    queue = world.standard()
    sent = queue.send(message(), 0)
    for now in (1, 32):
        delivery = receive_one(queue, now)
    queue.delete(delivery.receipt_handle, 33)
    queue.delete(delivery.receipt_handle, 34)  # it is gone already
    told = [Received(1, queue.arn, sent.message_id, 1), Received(32, queue.arn, sent.message_id, 2)]
    assert world.events == [*told, Deleted(33, queue.arn, sent.message_id)]


def test_expiry_is_told_with_the_time_it_fell_due() -> None:
    world = Watched()
    queue = world.standard(MessageRetentionPeriod=60)
    sent = queue.send(message(), 5)
    queue.advance(1000)
    assert world.events == [Expired(65, queue.arn, sent.message_id)]


def test_fifo_queue_tells_the_same() -> None:
    world = Watched()
    queue = world.fifo()
    send(queue, "a", "b", group="g")
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
    sent = queue.send(message(), 0)
    receive_one(queue, 1)
    assert queue.receive(1, None, 2) == []
    MoveTasks(world.queues, Ids(seed=2)).start(dead, None, None, 3)
    again = receive_one(queue, 4).message.id
    assert world.events[1:] == [
        DeadLettered(2, queue.arn, sent.message_id, dead.arn),
        Moved(3, dead.arn, sent.message_id, queue.arn, again),
        Received(4, queue.arn, again, 1),
    ]
