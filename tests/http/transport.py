"""Connections without a network."""

import asyncio
import re
import ssl
from collections.abc import Callable
from typing import Any, cast

import uvicorn
from uvicorn.server import ServerState

from emulator.http.connection import Connection
from emulator.serving.asgi import AsgiApp
from tests import patience


class Timer:
    def __init__(self, at: float, function: Callable[[], None]) -> None:
        self.at = at
        self.function = function

    def cancel(self) -> None:
        self.function = lambda: None


class Loop:
    """The time and the timers of an event loop, without a loop."""

    def __init__(self) -> None:
        self.now = 1_000.0
        self.timers: list[Timer] = []

    def time(self) -> float:
        return self.now

    def call_later(self, seconds: float, function: Callable[[], None]) -> Timer:
        timer = Timer(self.now + seconds, function)
        self.timers.append(timer)
        return timer

    def pass_time(self, seconds: float) -> None:
        end = self.now + seconds
        while due := [timer for timer in self.timers if timer.at <= end]:
            timer = min(due, key=lambda each: each.at)
            self.timers.remove(timer)
            self.now = max(self.now, timer.at)
            timer.function()
        self.now = end


class Transport(asyncio.Transport):
    """Keeps what is written."""

    def __init__(self, *, tls: bool = False) -> None:
        super().__init__({"sslcontext": ssl.create_default_context()} if tls else {})
        self.written = b""
        self.closed = False
        self.aborted = False
        self.reading = True
        self._changed = asyncio.Event()

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.written += data
        self._changed.set()

    def close(self) -> None:
        self.closed = True
        self._changed.set()

    def abort(self) -> None:
        self.closed = self.aborted = True

    def can_write_eof(self) -> bool:
        return False

    def is_closing(self) -> bool:
        return self.closed

    def pause_reading(self) -> None:
        assert self.reading, "it is paused once"
        self.reading = False

    def resume_reading(self) -> None:
        assert not self.reading, "it was paused"
        self.reading = True

    async def answered(self, answers: int) -> None:
        """Wait until so many answers are complete, or the end of the connection."""
        async with asyncio.timeout(patience.SECONDS):
            while not self.closed and len(complete_answers(self.written)) < answers:
                self._changed.clear()
                await self._changed.wait()


def complete_answers(written: bytes) -> list[tuple[int, bytes]]:
    """The status and body of each."""
    found: list[tuple[int, bytes]] = []
    while True:
        head, end, rest = written.partition(b"\r\n\r\n")
        length = re.search(rb"content-length: (\d+)", head)
        size = int(length[1]) if length else 0
        if not end or len(rest) < size:
            return found
        found.append((int(head.split()[1]), rest[:size]))
        written = rest[size:]


def connected(
    protocol: type[Connection], application: AsgiApp, state: ServerState | None = None, loop: Any = None
) -> tuple[Connection, Transport]:
    http = cast(type[asyncio.Protocol], protocol)  # which event loops know by its methods
    config = uvicorn.Config(application, ws="none", lifespan="off", interface="asgi3", log_config=None, http=http)
    transport = Transport()
    connection = protocol(config, state or ServerState(), {}, loop)
    connection.connection_made(transport)
    return connection, transport


async def all_ended(state: ServerState) -> None:
    """Wait until nothing runs any more for any request."""
    async with asyncio.timeout(patience.SECONDS):
        await asyncio.gather(*state.tasks, return_exceptions=True)
