"""A dead-letter queue with the queues that belong to it, for the tests of move tasks."""

from emulator.foundation.ids import Ids
from emulator.sqs.move_task import MoveTask
from emulator.sqs.move_tasks import MoveTasks
from emulator.sqs.queue import Queue
from tests.sqs.world import World, bodies, receive_one, redrive, send


class Redrive:
    """A dead-letter queue, two queues whose messages come to it, and one that has nothing to do with it."""

    def __init__(self, *, fifo: bool = False) -> None:
        self.world = World()
        self.tasks = MoveTasks(self.world.queues, Ids(seed=2))
        self.make = self.world.fifo if fifo else self.world.standard
        self.dlq: Queue = self.make("dead")
        self.first: Queue = self.make("first", RedrivePolicy=redrive(self.dlq, 1), VisibilityTimeout=0)
        self.second: Queue = self.make("second", RedrivePolicy=redrive(self.dlq, 1), VisibilityTimeout=0)
        self.other: Queue = self.make("other")

    def start(self, *, now: float, to: Queue | None = None, rate: int | None = None) -> MoveTask:
        return self.tasks.start(self.dlq, to, rate, now)

    def kill(self, queue: Queue, *messages: str, now: float, group: str | None = None) -> None:
        """Send to ``queue`` what nobody can handle."""
        for body in messages:
            send(queue, body, now=now, group=group)
            receive_one(queue, now, 0)
            assert queue.receive(1, 0, now) == []

    def send(self, *messages: str, group: str | None = None) -> None:
        """Send to the dead-letter queue itself."""
        send(self.dlq, *messages, group=group)


def visible(queue: Queue, now: float) -> int:
    return queue.counts(now).visible


def take_all(queue: Queue, now: float) -> list[str]:
    """Receive everything that can be received, for a minute."""
    taken: list[str] = []
    while deliveries := queue.receive(10, 60, now):
        taken += bodies(deliveries)
    return taken


def remembered(thing: object, name: str) -> int:
    """How many entries a collection holds that ``thing`` keeps to itself."""
    return len(getattr(thing, name))
