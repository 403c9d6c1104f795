"""Long polls: how soon a parked receive answers, and what many parked receives cost.

    python -m benchmarks.long_polls [PARKED]

One receive is parked and fed, again and again. Then PARKED (2,000) receives are parked on one queue, the
server's CPU time is read over some seconds of silence, another call is timed meanwhile, and as many
messages are sent, each of which wakes one of the parked.
"""

import asyncio
import json
import resource
import sys
import time
from typing import Any

from benchmarks.process import MeasuredServer, measured_server
from benchmarks.spread import spread

_WAIT_SECONDS = 20
_SILENCE_SECONDS = 5.0
_ROUNDS = 50


class Connection:
    """One keep-alive connection that speaks AWS JSON."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    @classmethod
    async def open(cls, server: MeasuredServer) -> "Connection":
        return cls(*await asyncio.open_connection(server.host, server.port))

    async def call(self, action: str, **members: object) -> dict[str, Any]:
        body = json.dumps(members).encode()
        self._writer.write(
            f"POST / HTTP/1.1\r\nHost: localhost\r\nX-Amz-Target: AmazonSQS.{action}\r\n"
            f"Content-Type: application/x-amz-json-1.0\r\nContent-Length: {len(body)}\r\n\r\n".encode()
            + body
        )
        head = (await self._reader.readuntil(b"\r\n\r\n")).lower()
        length = int(head.split(b"content-length:")[1].split(b"\r\n")[0])
        answer: dict[str, Any] = json.loads(await self._reader.readexactly(length))
        return answer

    def close(self) -> None:
        self._writer.close()


async def timed_receive(connection: Connection, url: str) -> tuple[float, dict[str, Any]]:
    answer = await connection.call("ReceiveMessage", QueueUrl=url, WaitTimeSeconds=_WAIT_SECONDS)
    return time.perf_counter(), answer


async def one_parked(server: MeasuredServer) -> list[float]:
    """From the send to the answer of the receive it feeds, in seconds."""
    reader, writer = await Connection.open(server), await Connection.open(server)
    url = (await writer.call("CreateQueue", QueueName="one"))["QueueUrl"]
    delays = []
    for _ in range(_ROUNDS):
        parked = asyncio.create_task(timed_receive(reader, url))
        await asyncio.sleep(0.05)
        since = time.perf_counter()
        await writer.call("SendMessage", QueueUrl=url, MessageBody="wake up")
        answered, _ = await parked
        delays.append(answered - since)
    reader.close()
    writer.close()
    return delays


async def many_parked(server: MeasuredServer, count: int) -> None:
    writer = await Connection.open(server)
    url = (await writer.call("CreateQueue", QueueName="many"))["QueueUrl"]
    before = server.resident_bytes
    connections = [await Connection.open(server) for _ in range(count)]
    since = time.perf_counter()
    parked = [asyncio.create_task(timed_receive(connection, url)) for connection in connections]
    await asyncio.sleep(2)
    print(f"{count} parked: {(server.resident_bytes - before) / count / 1024:.1f} KiB each, connection included")

    cpu = server.cpu_seconds
    await asyncio.sleep(_SILENCE_SECONDS)
    print(f"idle with {count} parked: {(server.cpu_seconds - cpu) / _SILENCE_SECONDS:.2%} of one core")

    others = []
    for _ in range(_ROUNDS):
        start = time.perf_counter()
        await writer.call("GetQueueAttributes", QueueUrl=url, AttributeNames=["QueueArn"])
        others.append(time.perf_counter() - start)
    print(f"another call meanwhile: {spread(others)}")

    feed = min(count, 500)
    sent = []
    for number in range(feed):
        sent.append(time.perf_counter())
        await writer.call("SendMessage", QueueUrl=url, MessageBody=str(number))
    done, _ = await asyncio.wait(parked, timeout=_WAIT_SECONDS - (time.perf_counter() - since) - 1)
    wakes = sorted((task.result()[0], int(task.result()[1]["Messages"][0]["Body"])) for task in done)
    print(f"woken: {len(wakes)} by {feed} messages, {spread([at - sent[number] for at, number in wakes])}")
    for task in parked:
        task.cancel()
    for connection in (*connections, writer):
        connection.close()


def allow_open_files() -> None:
    """As many as this user may have: each parked receive is a connection, here and in the server."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


async def main(count: int) -> None:
    allow_open_files()
    with measured_server() as server:
        print(f"one parked receive, send to answer: {spread(await one_parked(server))}")
        await many_parked(server, count)


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 2_000))
