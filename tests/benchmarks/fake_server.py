"""A server that counts, and answers what it is told to, for tests of the load generator."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from benchmarks.load.api import Api
from tests import patience

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


@dataclass
class FakeServer:
    answer: bytes = OK
    closes: bool = False  # the connection, after each answer
    connections: int = 0
    requests: int = 0
    port: int = 0

    @property
    def api(self) -> Api:
        return Api("127.0.0.1", self.port)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).lower()
                await reader.readexactly(int(head.partition(b"content-length:")[2].partition(b"\r\n")[0]))
                self.requests += 1
                writer.write(self.answer)
                await writer.drain()
                if self.closes:
                    break
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()


@contextmanager
def fake_server(answer: bytes = OK, *, closes: bool = False) -> Iterator[FakeServer]:
    fake = FakeServer(answer, closes)
    loop = asyncio.new_event_loop()
    listening = loop.run_until_complete(asyncio.start_server(fake.serve, "127.0.0.1", 0))
    fake.port = listening.sockets[0].getsockname()[1]
    thread = threading.Thread(target=loop.run_forever)
    thread.start()

    async def stop() -> None:
        """The clients have hung up: every connection comes to its end by itself."""
        listening.close()
        while left := asyncio.all_tasks() - {asyncio.current_task()}:
            await asyncio.wait(left)

    try:
        yield fake
    finally:
        asyncio.run_coroutine_threadsafe(stop(), loop).result(patience.SECONDS)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(patience.SECONDS)
        loop.close()
