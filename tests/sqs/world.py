"""Queues without a server: ids that repeat, and time that the test says, in seconds from 0."""

import itertools
import json
from collections.abc import Iterable

from emulator.foundation.ids import Ids
from emulator.sqs.message import Delivery, Message
from emulator.sqs.message_content import Content
from emulator.sqs.queue import Queue
from emulator.sqs.queues import Queues

ACCOUNT = "111111111111"
REGION = "eu-west-1"

_numbers = itertools.count(1)


class World:
    """The queues of one account and region."""

    def __init__(self, *, strict_timing: bool = False) -> None:
        self.queues = Queues(Ids(seed=1), strict_timing=strict_timing)

    def create(self, name: str, now: float = 0, /, **attributes: object) -> Queue:
        given = {key: str(value) for key, value in attributes.items()}
        return self.queues.create(name, ACCOUNT, REGION, given, {}, now)

    def standard(self, name: str = "queue", /, **attributes: object) -> Queue:
        queue = self.create(name, **attributes)
        assert not queue.fifo
        return queue

    def fifo(self, name: str = "queue", /, **attributes: object) -> Queue:
        queue = self.create(name + ".fifo", FifoQueue="true", **attributes)
        assert queue.fifo
        return queue

    def set(self, queue: Queue, now: float = 0, /, **attributes: object) -> None:
        self.queues.set_attributes(queue, {key: str(value) for key, value in attributes.items()}, now)


def line_of(queue: Queue) -> list[str]:
    """The message groups of a FIFO queue that can be received from, in order."""
    groups = queue.contents.groups
    assert groups is not None
    return groups.line


def redrive(target: Queue, max_receive_count: int) -> str:
    return json.dumps({"deadLetterTargetArn": target.arn, "maxReceiveCount": max_receive_count})


def message(body: str = "body", *, group: str | None = None, dedup: str | None = None) -> Message:
    """A message with an id of its own."""
    return Message(f"message-{next(_numbers)}", Content(body, "AIDA"), group, dedup)


def send(queue: Queue, *bodies: str, now: float = 0, group: str | None = None, delay: int | None = None) -> None:
    """Send one message for every body; a FIFO queue deduplicates them by body."""
    for body in bodies:
        queue.send(message(body, group=group), now, delay)


def send_in_groups(queue: Queue, *group_of_each: str, now: float = 0) -> None:
    """One message per argument, in that group; bodies are ``{group}{number in the group}``."""
    numbers = {group: itertools.count(1) for group in group_of_each}
    for group in group_of_each:
        send(queue, f"{group}{next(numbers[group])}", now=now, group=group)


def bodies(deliveries: Iterable[Delivery]) -> list[str]:
    return [delivery.message.body for delivery in deliveries]


def receive_one(queue: Queue, now: float, visibility_timeout: int | None = None) -> Delivery:
    """The one message that a receive of one message gets."""
    (delivery,) = queue.receive(1, visibility_timeout, now)
    return delivery
