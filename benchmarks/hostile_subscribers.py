"""What hostile HTTP endpoints cost others: the deliveries of another topic, beside forty endpoints of each kind.

python -m benchmarks.hostile_subscribers --deliveries 2000

Two servers take turns, so that both have the same share of a busy machine: one has no hostile endpoints; to the other
one, a message for forty of them is published at the beginning of each round. Then the messages of a topic with a
well-behaved endpoint are published. Compared are the time until the last one has arrived, and the processor time that
the server used until then. The hostile endpoints are a process of their own. They send as fast as the server reads.
"""

import asyncio
import multiprocessing
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from multiprocessing.connection import Connection

import click

from benchmarks.command import benchmark, names
from benchmarks.cores import CLIENT_CORE, on_core
from benchmarks.http_delivery import Endpoints, Publisher
from benchmarks.process import MeasuredServer, measured_server
from benchmarks.results import Figure, Measured
from benchmarks.sides import EMULATOR

SLOWDOWN, CPU, GROWTH = "time, compared to none", "CPU, compared to none", "growth of memory"

ENDPOINTS = 40
_BLOCK_BYTES = 65_536
_TICK = 0.01  # seconds, in which processor time is counted
_ROUND_SECONDS = 300.0  # at most
_MESSAGE = "x" * 500

_OK = b"HTTP/1.1 200 OK\r\n"
_INTERIM = b"HTTP/1.1 100 Continue\r\n\r\n"
_CHUNKED = _OK + b"Transfer-Encoding: chunked\r\n\r\n"


class Behavior:
    """What an endpoint sends: a beginning, and then the same bytes again and again."""

    def __init__(
        self, beginning: bytes = b"", again: bytes = b"", *, pause: float = 0.0, asked: bool = True, tls: bool = False
    ) -> None:
        self.beginning = beginning
        self.again = again
        self.pause = pause  # seconds between two times; 0: as fast as they are read
        self.asked = asked  # whether it waits for the request
        self.tls = tls  # whether it is called by HTTPS


KINDS = {
    "silence": Behavior(),
    "silence in TLS": Behavior(tls=True),
    "interim answers": Behavior(again=_INTERIM * (_BLOCK_BYTES // len(_INTERIM))),
    "headers": Behavior(_OK, b"x: y\r\n" * (_BLOCK_BYTES // 6)),
    "one long header": Behavior(_OK + b"X: ", b"x" * _BLOCK_BYTES),
    "tiny chunks": Behavior(_CHUNKED, b"1\r\nx\r\n" * (_BLOCK_BYTES // 6)),
    "extension of a chunk": Behavior(_CHUNKED + b"1;", b"x" * _BLOCK_BYTES),
    "trailers": Behavior(_CHUNKED + b"0\r\n", b"x: y\r\n" * (_BLOCK_BYTES // 6)),
    "body": Behavior(_OK + b"\r\n", b"x" * _BLOCK_BYTES),
    "another protocol": Behavior(
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n", b"x" * _BLOCK_BYTES
    ),
    "before it is asked": Behavior(again=_OK + b"Content-Length: 0\r\n\r\n", asked=False),
    "a byte a second": Behavior(b"HTTP/1.1 200 OK\r\nX: ", b"x", pause=1.0),
    "a thousand bytes a second": Behavior(b"HTTP/1.1 200 OK\r\nX: ", b"x", pause=0.001),
    "redirects": Behavior(b"HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n"),
}


class Hostile(asyncio.Protocol):
    """One connection of an endpoint."""

    def __init__(self, behavior: Behavior) -> None:
        self._behavior = behavior
        self._transport: asyncio.Transport | None = None
        self._task: asyncio.Task[None] | None = None
        self._writable = asyncio.Event()
        self._writable.set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        if not self._behavior.asked:
            self._begin()

    def data_received(self, data: bytes) -> None:
        del data
        if self._task is None or (self._task.done() and not self._behavior.again):
            self._begin()

    def _begin(self) -> None:
        self._task = asyncio.get_running_loop().create_task(self._send())

    async def _send(self) -> None:
        behavior, transport = self._behavior, self._transport
        assert transport is not None
        transport.write(behavior.beginning)
        while behavior.again and not transport.is_closing():
            transport.write(behavior.again)
            await asyncio.sleep(behavior.pause)
            await self._writable.wait()

    def pause_writing(self) -> None:
        self._writable.clear()

    def resume_writing(self) -> None:
        self._writable.set()

    def connection_lost(self, exc: Exception | None) -> None:
        if self._task is not None:
            self._task.cancel()


def serve(kind: str, count: int, ports: Connection) -> None:
    """The process of the hostile endpoints."""
    asyncio.run(_serve(lambda: Hostile(KINDS[kind]), count, ports))


async def _serve(make: Callable[[], Hostile], count: int, ports: Connection) -> None:
    loop = asyncio.get_running_loop()
    listeners = [await loop.create_server(make, "127.0.0.1", 0, backlog=1_024) for _ in range(count)]
    ports.send([listener.sockets[0].getsockname()[1] for listener in listeners])
    await loop.run_in_executor(None, ports.poll, None)  # until the other end is closed


@contextmanager
def hostile_endpoints(kind: str, count: int) -> Iterator[list[str]]:
    """URLs of hostile endpoints."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=serve, args=(kind, count, there), daemon=True)
    with on_core(CLIENT_CORE):  # that of the server is left to the server
        process.start()
    scheme = "https" if KINDS[kind].tls else "http"
    try:
        yield [f"{scheme}://127.0.0.1:{port}/" for port in here.recv()]
    finally:
        process.terminate()
        process.join()


class Side:
    """A server with a topic to measure, and one with the hostile endpoints, if there are any."""

    def __init__(self, server: MeasuredServer, publisher: Publisher, endpoints: Endpoints) -> None:
        self._server = server
        self._publisher = publisher
        self._endpoints = endpoints
        self._topic = self._hostile = ""

    @classmethod
    @asynccontextmanager
    async def open(cls, server: MeasuredServer, hostile: list[str]) -> AsyncIterator["Side"]:
        publisher = await Publisher.open(server)
        with closing(Endpoints()) as endpoints:
            side = cls(server, publisher, endpoints)
            [port] = await endpoints.listen(1)
            side._topic = await side._make_topic("good", [f"http://127.0.0.1:{port}/"])
            side._hostile = await side._make_topic("hostile", hostile)
            yield side
        await publisher.close()

    async def _make_topic(self, name: str, urls: list[str]) -> str:
        answer = await self._publisher.call("CreateTopic", Name=name)
        arn = answer.partition("<TopicArn>")[2].partition("<")[0]
        for url in urls:
            await self._publisher.call("Subscribe", TopicArn=arn, Protocol=url.partition(":")[0], Endpoint=url)
        return arn

    async def seconds(self, deliveries: int) -> tuple[float, float]:
        """Real time and processor time until the messages have arrived, beside one for the hostile endpoints."""
        self._endpoints.expect(deliveries)
        since, used = time.perf_counter(), self._server.cpu_seconds
        await self._publisher.call("Publish", TopicArn=self._hostile, Message=_MESSAGE)
        async with asyncio.timeout(_ROUND_SECONDS):
            for _ in range(deliveries):
                await self._publisher.call("Publish", TopicArn=self._topic, Message=_MESSAGE)
            await self._endpoints.complete.wait()
        return time.perf_counter() - since, self._server.cpu_seconds - used


async def measure(kind: str, deliveries: int, rounds: int) -> Iterator[Figure]:
    with (
        hostile_endpoints(kind, ENDPOINTS) as urls,
        measured_server("--auto-confirm") as calm,
        measured_server("--auto-confirm") as beset,
    ):
        async with Side.open(calm, []) as alone, Side.open(beset, urls) as beside:
            for side in (alone, beside):
                await side.seconds(deliveries)  # warm
            before = beset.resident_bytes
            found = [(await beside.seconds(deliveries), await alone.seconds(deliveries)) for _ in range(rounds)]
            growth = (beset.resident_bytes - before) / 2**20
    return iter(
        (
            Figure(kind, EMULATOR, SLOWDOWN, "x", [round(with_[0] / without[0], 2) for with_, without in found]),
            Figure(kind, EMULATOR, CPU, "x", [round(with_[1] / max(without[1], _TICK), 2) for with_, without in found]),
            Figure(kind, EMULATOR, GROWTH, "MiB", [round(growth, 1)]),
        )
    )


@benchmark("hostile_subscribers", __doc__)
@click.option("--kinds", default="all", show_default=True, help=f"Some of: {', '.join(KINDS)}.")
@click.option("--deliveries", default=2_000, show_default=True, help="In a round.")
@click.option("--rounds", default=5, show_default=True)
def main(kinds: str, deliveries: int, rounds: int) -> Iterator[Measured]:
    for kind in names(tuple(KINDS), kinds):
        yield from asyncio.run(measure(kind, deliveries, rounds))


if __name__ == "__main__":
    main()
