"""How long callers wait while another queue catches up with very many messages that became due together.

python -m benchmarks.catching_up --messages 30000

The emulator runs in this process and is called by its gateway. A queue is filled and the clock is moved, so that its
messages expire, all delays end, or a move task starts for them. Then one caller requests that queue's attributes, and
another one sends to a small queue once in each turn of the event loop. The longest wait of each is measured.
"""

import asyncio
import json
import time
from collections.abc import Callable, Coroutine, Iterator
from typing import Any

import click

from benchmarks.command import benchmark
from benchmarks.results import Figure, Measured
from benchmarks.sides import EMULATOR
from emulator.app import Emulator
from emulator.settings import Settings
from emulator.sqs.message import Message
from emulator.sqs.message_content import Content
from emulator.state.streaming import stream
from emulator.wire.http import HttpRequest

NOW = 1_900_000_000.0
ACCOUNT, REGION = "000000000000", "us-east-1"
OTHER_CALLER, OWN_CALLER = "longest wait of other callers", "wait of the queue's own caller"
CASES = {
    "messages that expire together": {"MessageRetentionPeriod": "60"},
    "delays that end together": {"DelaySeconds": "60"},
    "messages that are moved by a task": {},
}


class Deep:
    """An emulator with a queue that holds very many messages."""

    def __init__(self, attributes: dict[str, str], messages: int) -> None:
        self.emulator = Emulator(Settings(clock_at=NOW))
        self.call_now("CreateQueue", QueueName="small")
        self.call_now("CreateQueue", QueueName="deep", Attributes=attributes)
        queue = self.emulator.world.sqs.queues.get(ACCOUNT, REGION, "deep")
        self.arn = queue.arn
        for number in range(messages):
            queue.send(Message(f"message-{number}", Content("body", "AIDA")), NOW)

    def call(self, action: str, **request: Any) -> Any:
        headers = {
            b"host": b"localhost:4566",
            b"content-type": b"application/x-amz-json-1.0",
            b"x-amz-target": b"AmazonSQS." + action.encode(),
        }
        return self.emulator.gateway.answer(
            HttpRequest("POST", "http", "/", b"", headers, json.dumps(request).encode())
        )

    def call_now(self, action: str, **request: Any) -> None:
        answer = self.call(action, **request)
        assert answer.status == 200, answer.body

    def let_all_fall_due(self) -> None:
        self.emulator.world.clocks.move(None, lambda clock: clock.advance(60.0))

    def start_a_move_task(self) -> None:
        policy = json.dumps({"deadLetterTargetArn": self.arn, "maxReceiveCount": 1})
        self.call_now("CreateQueue", QueueName="source", Attributes={"RedrivePolicy": policy})
        self.call_now("CreateQueue", QueueName="destination")
        self.call_now(
            "StartMessageMoveTask", SourceArn=self.arn, DestinationArn=f"{self.arn.removesuffix('deep')}destination"
        )

    async def look(self) -> None:
        """Ask for the attributes of the deep queue."""
        await _answered(self.call("GetQueueAttributes", QueueUrl="deep", AttributeNames=["All"]))

    async def export(self) -> None:
        """Read the state document, which has every message."""
        async for _ in stream(self.emulator.world, None):
            pass

    async def purge(self) -> None:
        await _answered(self.call("PurgeQueue", QueueUrl="deep"))

    async def waits(self, call: Callable[[], Coroutine[Any, Any, None]]) -> tuple[float, float]:
        """Milliseconds: the longest wait of the small queue's caller, and the wait of the deep queue's caller."""
        started = time.perf_counter()
        own = asyncio.ensure_future(call())
        longest = wanted = 0.0
        while True:
            wanted = time.perf_counter()
            await asyncio.sleep(0)  # this caller waits for the work of others in this turn of the event loop
            self.call_now("SendMessage", QueueUrl="small", MessageBody="body")
            longest = max(longest, time.perf_counter() - wanted)
            if own.done():
                return longest * 1e3, (time.perf_counter() - started) * 1e3


async def _answered(answer: Any) -> None:
    response = await answer if isinstance(answer, Coroutine) else answer
    assert response.status == 200, response.body


@benchmark("catching_up", __doc__)
@click.option("--messages", default=300_000, show_default=True)
@click.option("--rounds", default=3, show_default=True)
def main(messages: int, rounds: int) -> Iterator[Measured]:
    for name, attributes in CASES.items():
        found: list[tuple[float, float]] = []
        starts: list[float] = []
        for _ in range(rounds):
            deep = Deep(attributes, messages)
            since = time.perf_counter()
            if attributes:
                deep.let_all_fall_due()
            else:
                deep.start_a_move_task()
            starts.append(round((time.perf_counter() - since) * 1e3, 3))
            found.append(asyncio.run(deep.waits(deep.look)))
        case = f"{messages:,} {name}"
        if not attributes:
            yield Figure(case, EMULATOR, "start of the task", "ms", starts)
        yield Figure(case, EMULATOR, OTHER_CALLER, "ms", [round(other, 3) for other, _ in found])
        yield Figure(case, EMULATOR, OWN_CALLER, "ms", [round(own, 3) for _, own in found])


if __name__ == "__main__":
    main()
