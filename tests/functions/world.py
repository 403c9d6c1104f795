"""One queue with one event source mapping, whose function is played by the test, under a clock of the test's own."""

import json
from typing import Any

from emulator.foundation.events import Event, Observer
from emulator.foundation.ids import Ids
from emulator.functions.consumer import Batch, Consumer
from emulator.functions.mapping import EventSourceMapping
from emulator.functions.outcome import Outcome, failure
from emulator.sqs.message import Message
from emulator.sqs.message_content import Content
from emulator.sqs.queue import Queue
from emulator.sqs.queues import Queues
from tests.recorder import into

ACCOUNT, REGION = "111111111111", "us-east-1"
NOW = 1_900_000_000.0
FUNCTION = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:f"


class World:
    """``consumer`` is of a mapping with ``options``; ``warnings`` are what would be logged."""

    def __init__(
        self, *, fifo: bool = False, visibility: int = 30, receives: int | None = None, **options: Any
    ) -> None:
        self.now = NOW
        self.ids = Ids(7)
        self.sent: list[str] = []  # ids
        self.events: list[Event] = []
        self.warnings: list[Event] = []
        self.observer = Observer(into(self.events), into(self.warnings))
        self.queues = Queues(self.ids, observer=self.observer)
        suffix, kind = (".fifo", {"FifoQueue": "true"}) if fifo else ("", {})
        self.dead = self._queue(f"dead{suffix}", kind)
        if receives is not None:
            policy = {"deadLetterTargetArn": self.dead.arn, "maxReceiveCount": receives}
            kind = {**kind, "RedrivePolicy": json.dumps(policy)}
        self.queue = self._queue(f"queue{suffix}", {**kind, "VisibilityTimeout": str(visibility)})
        self.mapping = EventSourceMapping("uuid", self.queue.arn, FUNCTION, NOW, **options)
        self.consumer = Consumer(self.mapping, self.queue, self.observer)

    def _queue(self, name: str, attributes: dict[str, str]) -> Queue:
        return self.queues.create(name, ACCOUNT, REGION, attributes, {}, self.now)

    def send(self, *bodies: str, group: str | None = None, delay: int | None = None) -> None:
        for body in bodies:
            sent = Message(self.ids.uuid(), Content(body, "AIDA"), group, self.ids.uuid() if group else None)
            self.queue.send(sent, self.now, delay)
            self.sent.append(sent.id)

    def take(self) -> list[Batch]:
        """The batches that the function gets now, however many turns that takes."""
        batches = self.consumer.take(self.now)
        while self.consumer.again:
            batches += self.consumer.take(self.now)
        return batches

    def process(self, batch: Batch, *failed: str) -> None:
        """The function processes a batch, but for the messages with these bodies."""
        ids = frozenset(each.message.id for each in batch.entries if each.message.body in failed)
        self.conclude(batch, Outcome("partly_failed" if ids else "processed", ids, "{}"))

    def fail(self, batch: Batch, *, throttled: bool = False) -> None:
        self.conclude(batch, failure(batch.message_ids, "no", throttled=throttled))

    def conclude(self, batch: Batch, outcome: Outcome) -> None:
        self.consumer.conclude(batch, outcome, self.now)

    def left(self, queue: Queue | None = None) -> list[str]:
        """The bodies of the messages in a queue."""
        queue = queue or self.queue
        queue.advance(self.now)
        return [message.body for message in queue]


def bodies(batch: Batch) -> list[str]:
    return [each.message.body for each in batch.entries]
