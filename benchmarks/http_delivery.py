"""Deliveries per second to HTTP endpoints: to one and to fifty, with and without one that hangs.

python -m benchmarks.http_delivery --deliveries 5000

Messages are published on a few connections at once until all deliveries are due; the time runs from the first
Publish to the arrival of the last delivery. The endpoints, which answer at once, share a process with the publisher.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing
from urllib.parse import urlencode

import click

from benchmarks.command import benchmark
from benchmarks.process import MeasuredServer, measured_server
from benchmarks.results import Figure, Measured
from benchmarks.sides import EMULATOR

RATE, CPU = "deliveries", "CPU per delivery"
_UNITS = {RATE: "1/s", CPU: "µs"}

_PUBLISHERS = 4
_COUNTS = (1, 50)  # of endpoints
_ROUND_SECONDS = 120.0  # at most
_ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
_MESSAGE = "x" * 500


class Endpoints:
    """Ports at which deliveries are counted and answered, or, if they hang, neither."""

    def __init__(self, *, hang: bool = False) -> None:
        self.hang = hang
        self.arrived = 0
        self.wanted = 0
        self.complete = asyncio.Event()
        self.connections: list[asyncio.Transport] = []
        self._listeners: list[asyncio.Server] = []

    async def listen(self, count: int) -> list[int]:
        """Listen on ``count`` free ports, and return them."""
        loop = asyncio.get_running_loop()
        self._listeners = [await loop.create_server(lambda: Answering(self), "127.0.0.1", 0) for _ in range(count)]
        return [listener.sockets[0].getsockname()[1] for listener in self._listeners]

    def close(self) -> None:
        for listener in self._listeners:
            listener.close()
        for connection in self.connections:
            connection.close()

    def expect(self, count: int) -> None:
        self.arrived, self.wanted = 0, count
        self.complete.clear()

    def count(self) -> None:
        self.arrived += 1
        if self.arrived == self.wanted:
            self.complete.set()


class Answering(asyncio.Protocol):
    """One connection of an endpoint."""

    def __init__(self, endpoints: Endpoints) -> None:
        self._endpoints = endpoints
        self._transport: asyncio.Transport | None = None
        self._data = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._endpoints.connections.append(transport)

    def data_received(self, data: bytes) -> None:
        if self._endpoints.hang:
            return
        self._data += data
        while True:
            head, found, rest = self._data.partition(b"\r\n\r\n")
            length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0] or 0)
            if not found or len(rest) < length:
                return
            self._data = rest[length:]
            assert self._transport is not None
            self._transport.write(_ANSWER)
            self._endpoints.count()


class Publisher:
    """One keep-alive connection that speaks the query protocol."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    @classmethod
    async def open(cls, server: MeasuredServer) -> "Publisher":
        return cls(*await asyncio.open_connection(server.host, server.port))

    async def call(self, action: str, **parameters: str) -> str:
        body = urlencode({"Action": action, "Version": "2010-03-31", **parameters}).encode()
        head = (
            "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        self._writer.write(head.encode() + body)
        answer = (await self._reader.readuntil(b"\r\n\r\n")).lower()
        length = int(answer.partition(b"content-length:")[2].partition(b"\r\n")[0])
        return (await self._reader.readexactly(length)).decode()

    async def close(self) -> None:
        self._writer.close()
        await self._writer.wait_closed()


class Scene:
    """A server, its endpoints, and the connections that publish."""

    def __init__(
        self,
        server: MeasuredServer,
        endpoints: Endpoints,
        ports: list[int],
        hanging: list[int],
        publishers: list[Publisher],
    ) -> None:
        self.ports = ports  # of the endpoints
        self.hanging = hanging  # ports that never answer
        self._server = server
        self._endpoints = endpoints
        self._publishers = publishers
        self._topics = 0

    async def topic(self, ports: list[int]) -> str:
        """A topic with a subscriber at each port."""
        self._topics += 1
        publisher = self._publishers[0]
        answer = await publisher.call("CreateTopic", Name=f"topic-{self._topics}")
        arn = answer.partition("<TopicArn>")[2].partition("<")[0]
        for port in ports:
            await publisher.call("Subscribe", TopicArn=arn, Protocol="http", Endpoint=f"http://127.0.0.1:{port}/")
        return arn

    async def deliver(self, topic_arn: str, subscribers: int, deliveries: int) -> tuple[float, float]:
        """Deliveries per second, and the server's CPU time for each, in microseconds."""
        left = iter(range(deliveries // subscribers))
        self._endpoints.expect(deliveries // subscribers * subscribers)

        async def publish(publisher: Publisher) -> None:
            for _ in left:
                await publisher.call("Publish", TopicArn=topic_arn, Message=_MESSAGE)

        since, used = time.perf_counter(), self._server.cpu_seconds
        async with asyncio.timeout(_ROUND_SECONDS):
            await asyncio.gather(*map(publish, self._publishers))
            await self._endpoints.complete.wait()
        arrived = self._endpoints.arrived
        seconds, used = time.perf_counter() - since, self._server.cpu_seconds - used
        return arrived / seconds, used / arrived * 1e6


@asynccontextmanager
async def scene(server: MeasuredServer) -> AsyncIterator[Scene]:
    with closing(Endpoints()) as endpoints, closing(Endpoints(hang=True)) as hanging:
        ports, dead = await endpoints.listen(max(_COUNTS)), await hanging.listen(1)
        publishers = [await Publisher.open(server) for _ in range(_PUBLISHERS)]
        try:
            yield Scene(server, endpoints, ports, dead, publishers)
        finally:
            for publisher in publishers:
                await publisher.close()


async def measure(server: MeasuredServer, deliveries: int, rounds: int) -> list[Figure]:
    figures = []
    async with scene(server) as at:
        for count in _COUNTS:
            case = f"{count} endpoint{'s' if count > 1 else ''}"
            topics = {
                case: await at.topic(at.ports[:count]),
                f"{case}, beside one that hangs": await at.topic([*at.hanging, *at.ports[:count]]),
            }
            await at.deliver(topics[case], count, max(deliveries // 5, count))  # warm
            found: dict[str, list[tuple[float, float]]] = {case: [] for case in topics}
            for _ in range(rounds):
                for case, arn in topics.items():
                    found[case].append(await at.deliver(arn, count, deliveries))
            figures += [figure for case, values in found.items() for figure in figures_of(case, values)]
    return figures


def figures_of(case: str, found: list[tuple[float, float]]) -> Iterator[Figure]:
    for (what, unit), values in zip(_UNITS.items(), zip(*found, strict=True), strict=True):
        yield Figure(case, EMULATOR, what, unit, [round(value, 1) for value in values])


@benchmark("http_delivery", __doc__)
@click.option("--deliveries", default=5_000, show_default=True, help="In a round.")
@click.option("--rounds", default=5, show_default=True)
def main(deliveries: int, rounds: int) -> Iterator[Measured]:
    with measured_server("--auto-confirm") as server:
        yield from asyncio.run(measure(server, deliveries, rounds))


if __name__ == "__main__":
    main()
