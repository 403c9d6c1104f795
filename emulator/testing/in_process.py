"""An emulator in the process of the test, without a socket.

The thread rule: the emulator lives on one thread of its own, which runs its event loop, and nothing else ever
touches it. Requests are handed over to that thread as calls of the ASGI application, and whoever asked waits for the
answer: a thread by blocking, a coroutine by awaiting. So a long poll may wait in one thread while another one sends,
and all the emulator's own rules (one thread owns all state, whatever waits waits on the loop) hold here unchanged.
"""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import unquote, urlsplit

from emulator.app import Emulator
from emulator.asgi import UNANSWERED
from emulator.settings import Settings
from emulator.wire.http import Unanswered

Result = TypeVar("Result")
Event = dict[str, Any]


@dataclass(slots=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


@dataclass(slots=True)
class Request:
    method: str
    url: str
    headers: Iterable[tuple[str, str]] = ()
    body: bytes = b""


class InProcessEmulator:
    """A running emulator; ``close`` ends it."""

    def __init__(self, settings: Settings) -> None:
        self._emulator = Emulator(settings)
        self._emulator.stall_seconds = 0.0  # a client in this process does not time out by itself: it is told to
        self._answering: set[asyncio.Task[Answer]] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="emulated-aws", daemon=True)
        self._thread.start()

    def answer(self, request: Request) -> Answer:
        """The emulator's answer to ``request``; blocks until it is there. Unanswered if there is to be none."""
        return self._run(self._answer(request))

    async def answer_async(self, request: Request) -> Answer:
        """As ``answer``, for a coroutine of another event loop; cancelling it is hanging up."""
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(self._answer(request), self._loop))

    def fetch(self, method: str, path: str, body: bytes) -> tuple[int, bytes]:
        """A control request."""
        answer = self.answer(Request(method, f"http://localhost{path}", body=body))
        return answer.status, answer.body

    def close(self) -> None:
        """Answer those who wait, and end the thread."""
        self._run(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _run(self, work: Coroutine[Any, Any, Result]) -> Result:
        future = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            return future.result()
        except BaseException:
            future.cancel()  # the caller was interrupted; nobody waits any more
            raise

    async def _answer(self, request: Request) -> Answer:
        task = asyncio.current_task()
        assert task is not None, "a coroutine runs in a task"
        self._answering.add(task)
        try:
            return await call(self._emulator, request)
        finally:
            self._answering.discard(task)

    async def _end(self) -> None:
        self._emulator.close()
        if self._answering:
            await asyncio.wait(self._answering)
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:  # deliveries on their way
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        await self._emulator.finish()


AsgiApp = Callable[[Any, Callable[[], Awaitable[Any]], Callable[[Any], Awaitable[None]]], Coroutine[Any, Any, None]]


async def call(app: AsgiApp, request: Request) -> Answer:
    """One request to an ASGI application, and its answer; cancelling it is hanging up.

    Unanswered if the application ends the connection.
    """
    url = urlsplit(request.url)
    headers = {name.lower().encode("latin-1"): value.encode("latin-1") for name, value in request.headers}
    headers.setdefault(b"host", url.netloc.encode("latin-1"))
    scope: dict[str, Any] = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": url.scheme,
        "path": unquote(url.path) or "/",
        "raw_path": url.path.encode("latin-1"),
        "query_string": url.query.encode("latin-1"),
        "root_path": "",
        "headers": list(headers.items()),
        "server": (url.hostname, url.port),
        "client": None,
    }
    exchange = _Exchange(request.body)
    scope["extensions"] = {UNANSWERED: {"end": exchange.end}}
    answering = asyncio.ensure_future(app(scope, exchange.receive, exchange.send))
    try:
        await asyncio.shield(answering)
    except asyncio.CancelledError:
        exchange.gone.set()  # to the application this is a client that hangs up
        await answering
        raise
    return exchange.answer()


class _Exchange:
    """The two ends of one request that an ASGI application holds."""

    def __init__(self, body: bytes) -> None:
        self.gone = asyncio.Event()
        self._body: bytes | None = body
        self._status = 0
        self._headers: Mapping[str, str] = {}
        self._parts: list[bytes] = []
        self._unanswered: Unanswered | None = None

    async def receive(self) -> Event:
        """The body, once; after it the end of the connection, once the client is gone."""
        if self._body is None:
            await self.gone.wait()
            return {"type": "http.disconnect"}
        body, self._body = self._body, None
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(self, event: Event) -> None:
        if event["type"] == "http.response.start":
            self._status = event["status"]
            self._headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in event["headers"]}
        else:
            self._parts.append(event.get("body", b""))

    def end(self, unanswered: Unanswered) -> None:
        """The end of the connection, by the application."""
        self._unanswered = unanswered
        self.gone.set()

    def answer(self) -> Answer:
        if self._unanswered is not None:
            raise self._unanswered
        return Answer(self._status, dict(self._headers), b"".join(self._parts))
