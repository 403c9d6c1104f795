"""Long polls: how soon a parked receive answers, and what many parked receives cost.

python -m benchmarks.long_polls --parked 2000

One receive is parked and fed, again and again. Then many are parked on one queue, the server's CPU time is read over
some seconds of silence, another call is timed meanwhile, and messages are sent, each of which wakes one of the parked.
"""

import asyncio
import json
import resource
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import click
import uvloop

from benchmarks.command import benchmark
from benchmarks.cores import CLIENT_CORE, on_core
from benchmarks.load.api import Api
from benchmarks.process import MeasuredServer, measured_server
from benchmarks.results import Figure, Measured
from benchmarks.sides import EMULATOR

WAKE, ANOTHER_CALL, MEMORY, IDLE, WOKEN = "wake", "another call", "memory of each", "CPU in silence", "woken"

_WAIT_SECONDS = 20
_SILENCE_SECONDS = 5.0
_ROUNDS = 100
_FED = 500  # of the many parked at most, one message each


class Connection:
    """One keep-alive connection that speaks AWS JSON."""

    def __init__(self, api: Api, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._api = api
        self._reader = reader
        self._writer = writer

    async def call(self, action: str, **members: object) -> dict[str, Any]:
        self._writer.write(self._api.sqs(action, **members))
        head = (await self._reader.readuntil(b"\r\n\r\n")).lower()
        length = int(head.split(b"content-length:")[1].split(b"\r\n")[0])
        answer: dict[str, Any] = json.loads(await self._reader.readexactly(length))
        return answer

    async def timed_receive(self, url: str) -> tuple[float, dict[str, Any]]:
        """An answer, and when it came."""
        answer = await self.call("ReceiveMessage", QueueUrl=url, WaitTimeSeconds=_WAIT_SECONDS)
        return time.perf_counter(), answer

    def close(self) -> None:
        self._writer.transport.abort()


@asynccontextmanager
async def connections(server: MeasuredServer, count: int) -> AsyncIterator[list[Connection]]:
    api = Api(server.host, server.port)
    made: list[Connection] = []
    try:
        while len(made) < count:
            made.append(Connection(api, *await asyncio.open_connection(server.host, server.port)))
        yield made
    finally:
        for connection in made:
            connection.close()


async def one_parked(server: MeasuredServer) -> list[float]:
    """From the send to the answer of the receive it feeds, in seconds."""
    async with connections(server, 2) as (reader, writer):
        url = (await writer.call("CreateQueue", QueueName="one"))["QueueUrl"]
        delays = []
        for _ in range(_ROUNDS):
            parked = asyncio.create_task(reader.timed_receive(url))
            await asyncio.sleep(0.02)
            since = time.perf_counter()
            await writer.call("SendMessage", QueueUrl=url, MessageBody="wake up")
            answered, _ = await parked
            delays.append(answered - since)
        return delays


async def many_parked(server: MeasuredServer, count: int) -> list[Figure]:
    before = server.resident_bytes
    async with connections(server, 1) as (writer,), connections(server, count) as readers:
        url = (await writer.call("CreateQueue", QueueName="many"))["QueueUrl"]
        since = time.perf_counter()
        parked = [asyncio.create_task(reader.timed_receive(url)) for reader in readers]
        await asyncio.sleep(1 + count / 2_000)
        await writer.call("ListQueues")  # it has worked through the arrivals
        memory = (server.resident_bytes - before) / count / 1024

        used = server.cpu_seconds
        await asyncio.sleep(_SILENCE_SECONDS)
        idle = (server.cpu_seconds - used) / _SILENCE_SECONDS * 100

        others = []
        for _ in range(_ROUNDS):
            start = time.perf_counter()
            await writer.call("GetQueueAttributes", QueueUrl=url, AttributeNames=["QueueArn"])
            others.append(time.perf_counter() - start)

        sent = []
        for number in range(min(count, _FED)):
            sent.append(time.perf_counter())
            await writer.call("SendMessage", QueueUrl=url, MessageBody=str(number))
        done, still = await asyncio.wait(parked, timeout=_WAIT_SECONDS - (time.perf_counter() - since) - 1)
        wakes = [at - sent[int(answer["Messages"][0]["Body"])] for at, answer in (task.result() for task in done)]
        for task in still:
            task.cancel()
    case = f"{count:,} parked"
    return [
        Figure(case, EMULATOR, MEMORY, "KiB", [round(memory, 1)]),
        Figure(case, EMULATOR, IDLE, "% of a core", [round(idle, 2)]),
        Figure(case, EMULATOR, ANOTHER_CALL, "ms", milliseconds(others)),
        Figure(case, EMULATOR, WAKE, "ms", milliseconds(wakes)),
        Figure(case, EMULATOR, WOKEN, f"by {len(sent)} messages", [len(done)]),
    ]


def milliseconds(seconds: list[float]) -> list[float]:
    return [round(value * 1e3, 3) for value in seconds]


def allow_open_files() -> None:
    """As many as this user may have: each parked receive is a connection, here and in the server."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


@benchmark("long_polls", __doc__)
@click.option("--parked", default=2_000, show_default=True)
def main(parked: int) -> Iterator[Measured]:
    allow_open_files()
    with measured_server() as server, on_core(CLIENT_CORE):
        yield Figure("one parked", EMULATOR, WAKE, "ms", milliseconds(uvloop.run(one_parked(server))))
        yield from uvloop.run(many_parked(server, parked))


if __name__ == "__main__":
    main()
