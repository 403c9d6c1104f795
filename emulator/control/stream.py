"""A stream of events to one reader, as server-sent events.

https://html.spec.whatwg.org/multipage/server-sent-events.html

For a slow reader a bounded number of events waits. Beyond it the oldest ones are dropped, and the reader is sent how
many were. A reader that hangs up is dropped at once, and the stream ends with the server.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Protocol

import msgspec
from msgspec import Struct
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from emulator.foundation.events import Event, Observer, Watcher

# The text of an event's data and its name; None for an event that is not wanted.
Render = Callable[[Event], tuple[str, bytes] | None]

_GREETING = b": listening\n\n"
_KEEP_ALIVE = b": nothing new\n\n"


class Bounds(Struct, frozen=True):
    """How much waits for a reader at most, and after how many real seconds of silence it is sent a comment."""

    events: int = 10_000
    bytes: int = 8_000_000
    silence_seconds: float = 15.0


DEFAULT_BOUNDS = Bounds()


class Reader:
    """The events that wait for one reader: a ``Watcher``. Events are numbered among those that the reader wants."""

    def __init__(self, render: Render, bounds: Bounds = DEFAULT_BOUNDS) -> None:
        self._render = render
        self._bounds = bounds
        self._frames: deque[bytes] = deque()
        self._bytes = 0
        self._number = 0
        self._dropped = 0
        self._ended = False
        self._news = asyncio.Event()

    def observe(self, event: Event) -> None:
        rendered = self._render(event)
        if rendered is not None:
            self.add(*rendered)

    def add(self, name: str, data: bytes) -> None:
        """Send an event of this name, too."""
        self._number += 1
        frame = b"id: %d\nevent: %b\ndata: %b\n\n" % (self._number, name.encode(), data)
        self._frames.append(frame)
        self._bytes += len(frame)
        while len(self._frames) > self._bounds.events or (self._bytes > self._bounds.bytes and len(self._frames) > 1):
            self._bytes -= len(self._frames.popleft())
            self._dropped += 1
        self._news.set()

    def end(self) -> None:
        self._ended = True
        self._news.set()

    async def frames(self) -> AsyncIterator[bytes]:
        """What to send, as it comes. Ends when the stream was closed and everything was sent."""
        yield _GREETING
        while self._frames or not self._ended:
            if not self._frames and not await self._comes():
                yield _KEEP_ALIVE
            if self._dropped:
                yield b"event: dropped\ndata: %b\n\n" % msgspec.json.encode({"dropped": self._dropped})
                self._dropped = 0
            if self._frames:
                frame = self._frames.popleft()
                self._bytes -= len(frame)
                yield frame

    async def _comes(self) -> bool:
        """Whether there is something to send before the silence is too long."""
        self._news.clear()
        try:
            async with asyncio.timeout(self._bounds.silence_seconds):
                await self._news.wait()
        except TimeoutError:
            return False
        return True


class Source(Protocol):
    """Where a stream gets its events from."""

    def begin(self) -> None:
        """Hand over all events from now on."""
        ...

    def end(self) -> None:
        """Hand over no more events, and free what they need."""
        ...


class Watching:
    """The source of what an observer reports."""

    def __init__(self, observer: Observer, watcher: Watcher) -> None:
        self._observer = observer
        self._watcher = watcher

    def begin(self) -> None:
        self._observer.watch(self._watcher)

    def end(self) -> None:
        self._observer.leave(self._watcher)


class EventStream(StreamingResponse):
    """The answer for a reader. Its sources begin before its first byte is sent, and end with the answer."""

    media_type = "text/event-stream"

    def __init__(self, reader: Reader, sources: Sequence[Source]) -> None:
        super().__init__(reader.frames(), headers={"cache-control": "no-store"})
        self._sources = sources

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        for source in self._sources:
            source.begin()
        try:
            await super().__call__(scope, receive, send)
        finally:
            for source in self._sources:
                source.end()
