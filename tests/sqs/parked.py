"""Receives that are parked at queues, without HTTP."""

import asyncio
import functools
from collections.abc import Callable, Coroutine
from typing import Any

from emulator.foundation.ids import Ids
from emulator.sqs.message import Delivery, Message
from emulator.sqs.message_content import Content
from emulator.sqs.queue import Queue
from emulator.sqs.queues import Queues
from emulator.sqs.waiting import Waiting
from emulator.timing.clock import Clock

NOW = 1_800_000_000.0
SECONDS = 20.0
LONG = 10_000.0  # longer than anything is hidden or delayed here
TURNS = 20  # of the event loop in which everyone who is awake has run

Received = asyncio.Task[list[str]]


def in_event_loop(test: Callable[[], Coroutine[Any, Any, None]]) -> Callable[[], None]:
    @functools.wraps(test)
    def run() -> None:
        asyncio.run(test())

    del run.__wrapped__  # pytest is not to see a coroutine
    return run


class World:
    """Queues, and receives parked at them."""

    def __init__(self, clock: Clock | None = None) -> None:
        self.clock = clock or Clock(frozen_at=NOW)
        self.ids = Ids()
        self.queues = Queues(self.ids)
        self.waiting = Waiting()
        self.queue = self.new_queue("queue")
        self.tasks: set[asyncio.Task[None]] = set()
        self.takes = 0  # how often a parked receive has tried

    def new_queue(self, name: str, **attributes: str) -> Queue:
        if name.endswith(".fifo"):
            attributes |= {"FifoQueue": "true", "ContentBasedDeduplication": "true"}
        return self.queues.create(name, "000000000000", "us-east-1", attributes, {}, self.clock.now())

    def send(self, body: str, queue: Queue | None = None, *, delay: int | None = None) -> None:
        queue = queue or self.queue
        group = body[0] if queue.fifo else None
        queue.send(Message(self.ids.uuid(), Content(body, "AIDA"), group), self.clock.now(), delay)

    def receive(self, queue: Queue | None = None, limit: int = 1, hidden: int | None = None) -> list[Delivery]:
        return (queue or self.queue).receive(limit, hidden, self.clock.now())

    async def park(self, queue: Queue | None = None, limit: int = 1, seconds: float = SECONDS) -> Received:
        """A receive that waits; it has begun to when this returns."""

        async def wait() -> list[str]:
            at = queue or self.queue

            def take() -> list[Delivery]:
                self.takes += 1
                return self.receive(at, limit)

            deliveries = await self.waiting.wait(at, self.clock, seconds, take)
            return [delivery.message.body for delivery in deliveries]

        task = asyncio.create_task(wait())
        await settle()
        return task


async def settle() -> None:
    """Let everyone run who can."""
    for _ in range(TURNS):
        await asyncio.sleep(0)
