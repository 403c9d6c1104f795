"""Deliveries to HTTP endpoints: how many a second, to one and to fifty, with and without one that hangs.

python -m benchmarks.http_delivery --deliveries 5000

Messages are published on a few connections at once until all deliveries are due; the time runs from the first
Publish to the arrival of the last delivery. The endpoints, which answer at once, share a process with the publisher.
"""

import asyncio
import time
from collections.abc import Iterator
from urllib.parse import urlencode

import click

from benchmarks.command import benchmark
from benchmarks.process import MeasuredServer, measured_server
from benchmarks.results import Figure, Measured
from benchmarks.sides import EMULATOR

RATE, CPU_RATE = "deliveries", "deliveries of CPU time"
_UNITS = {RATE: "1/s", CPU_RATE: "1/s of CPU"}

_PUBLISHERS = 4
_ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
_MESSAGE = "x" * 500


class Endpoints:
    """Counts what arrives."""

    def __init__(self) -> None:
        self.arrived = 0
        self.wanted = 0
        self.complete = asyncio.Event()

    def expect(self, count: int) -> None:
        self.arrived, self.wanted = 0, count
        self.complete.clear()

    def count(self) -> None:
        self.arrived += 1
        if self.arrived == self.wanted:
            self.complete.set()


class Answering(asyncio.Protocol):
    """One connection of an endpoint that answers, or, without ``endpoints``, of one that hangs."""

    def __init__(self, endpoints: Endpoints | None) -> None:
        self._endpoints = endpoints
        self._transport: asyncio.Transport | None = None
        self._data = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        if self._endpoints is None:
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

    def close(self) -> None:
        self._writer.close()


class Scene:
    """A server, its endpoints, and the connections that publish."""

    def __init__(self, server: MeasuredServer, endpoints: Endpoints, publishers: list[Publisher]) -> None:
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

    async def rate(self, topic_arn: str, subscribers: int, deliveries: int) -> tuple[float, float]:
        """Deliveries a second, of time and of the server's CPU time."""
        left = iter(range(deliveries // subscribers))
        self._endpoints.expect(deliveries // subscribers * subscribers)

        async def publish(publisher: Publisher) -> None:
            for _ in left:
                await publisher.call("Publish", TopicArn=topic_arn, Message=_MESSAGE)

        since, used = time.perf_counter(), self._server.cpu_seconds
        await asyncio.gather(*map(publish, self._publishers))
        await self._endpoints.complete.wait()
        arrived = self._endpoints.arrived
        return arrived / (time.perf_counter() - since), arrived / (self._server.cpu_seconds - used)


async def measure(server: MeasuredServer, deliveries: int, rounds: int) -> list[Figure]:
    loop, endpoints = asyncio.get_running_loop(), Endpoints()
    listeners = [await loop.create_server(lambda: Answering(endpoints), "127.0.0.1", 0) for _ in range(50)]
    hanging = await loop.create_server(lambda: Answering(None), "127.0.0.1", 0)
    ports = [listener.sockets[0].getsockname()[1] for listener in listeners]
    dead = hanging.sockets[0].getsockname()[1]
    scene = Scene(server, endpoints, [await Publisher.open(server) for _ in range(_PUBLISHERS)])
    figures = []
    for count in (1, 50):
        case = f"{count} endpoint{'s' if count > 1 else ''}"
        topics = {
            case: await scene.topic(ports[:count]),
            f"{case}, beside one that hangs": await scene.topic([dead, *ports[:count]]),
        }
        await scene.rate(topics[case], count, deliveries // 5)  # warm
        rates: dict[str, list[tuple[float, float]]] = {case: [] for case in topics}
        for _ in range(rounds):
            for case, arn in topics.items():
                rates[case].append(await scene.rate(arn, count, deliveries))
        for case, found in rates.items():
            for (what, unit), values in zip(_UNITS.items(), zip(*found, strict=True), strict=True):
                figures.append(Figure(case, EMULATOR, what, unit, [round(value, 1) for value in values]))
    return figures


@benchmark("http_delivery", __doc__)
@click.option("--deliveries", default=5_000, show_default=True, help="In a round.")
@click.option("--rounds", default=5, show_default=True)
def main(deliveries: int, rounds: int) -> Iterator[Measured]:
    with measured_server("--auto-confirm") as server:
        yield from asyncio.run(measure(server, deliveries, rounds))


if __name__ == "__main__":
    main()
