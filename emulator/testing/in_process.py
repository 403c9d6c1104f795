"""An emulator in the process of the test, without a socket.

The thread rule: the emulator lives on one thread of its own, which runs its event loop, and nothing else ever
touches it. Requests are handed over to that thread as calls of the ASGI application, and the caller waits for the
answer: a thread by blocking, a coroutine by awaiting. So a long poll may wait in one thread while another one sends,
and all the emulator's own rules (one thread owns all state, whatever waits waits on the loop) hold here unchanged.

Clocks of the emulator follow the process's time, which freezegun and time-machine freeze and move. Its event loop
does not: what waits in real time ends in real time. Neither library says when it moves time, so while a request is
being answered the emulator looks whether it did.
"""

import asyncio
import os
import sys
import threading
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import unquote, urlsplit

from emulator.configuration.settings import Settings
from emulator.foundation.lazy import Lazy
from emulator.serving.app import Emulator
from emulator.serving.asgi import UNANSWERED
from emulator.testing.real_time import genuine_datetime, time
from emulator.timing.clock import Clock
from emulator.wire.http import Unanswered
from emulator.world.world import World

if TYPE_CHECKING:
    from emulator.testing.handler_calls import HandlerCalls
    from emulator.testing.handlers import Function

Result = TypeVar("Result")
Event = dict[str, Any]

_LOOK_AT_TIME_EVERY_SECONDS = 0.02
_NO_MOVE_SECONDS = 0.001  # by which two readings of clocks may differ without a move
_FREEZEGUN = "freezegun"
_FORKED = (
    "This process was forked from one that emulates AWS inside itself, and the emulator stayed behind there. "
    "Use emulated_aws(server=True), or the `emulator` fixture of the pytest plugin: they work in child processes too."
)


class ForkedProcessError(RuntimeError):
    """A request in a forked process, which has no emulator."""


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


class _Loop(asyncio.SelectorEventLoop):
    """An event loop whose timers run in real time."""

    def time(self) -> float:
        return time.monotonic()


class InProcessEmulator:
    """A running emulator; ``close`` ends it. ForkedProcessError in a process that was forked from this one."""

    def __init__(self, settings: Settings) -> None:
        self._process = os.getpid()
        self._emulator = Emulator(
            settings, World(settings, clocks_by_date=True)
        )  # which freezegun and time-machine move
        self._moves = _Moves(self._emulator)
        self._handlers = Lazy(self._make_handlers)
        self._emulator.world.stall_seconds = 0.0  # a client in this process does not time out by itself: it is told to
        self._answering: set[asyncio.Task[Answer]] = set()
        self._timer: asyncio.TimerHandle | None = None
        self._loop = _Loop()
        self._thread = threading.Thread(target=self._serve, name="emulated-aws", daemon=True)
        self._thread.start()

    def answer(self, request: Request) -> Answer:
        """The emulator's answer to ``request``; blocks until it is there. Unanswered if there is to be none."""
        self._prepare()
        return self._run(self._answer(request))

    async def answer_async(self, request: Request) -> Answer:
        """As ``answer``, for a coroutine of another event loop; cancelling it is hanging up."""
        self._prepare()
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(self._answer(request), self._loop))

    def fetch(self, method: str, path: str, body: bytes) -> tuple[int, bytes]:
        """A control request."""
        answer = self.answer(Request(method, f"http://localhost{path}", body=body))
        return answer.status, answer.body

    def url_of(self, function: "Function") -> str:
        """The URL at which the emulator calls ``function`` from now on, in threads of this process."""
        return self._handlers.get().url_of(function)

    def close(self) -> None:
        """Answer those who wait, and end the thread. In a forked process there is nothing to end."""
        if os.getpid() != self._process:
            return
        self._run(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _make_handlers(self) -> "HandlerCalls":
        from emulator.testing.handler_calls import HandlerCalls

        made = HandlerCalls()
        self._emulator.world.call_handlers_by(made.post)
        return made

    def _serve(self) -> None:
        # The frame of this function keeps that of `threading` so far from those that ask for the time that freezegun,
        # which gives the real time to whatever `threading` calls, does not take them for its callees.
        self._loop.run_forever()

    def _prepare(self) -> None:
        if os.getpid() != self._process:
            raise ForkedProcessError(_FORKED)
        if _FREEZEGUN in sys.modules:
            _prepare_for_freezegun()

    def _run(self, work: Coroutine[Any, Any, Result]) -> Result:
        future = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            return future.result()
        except BaseException:
            future.cancel()  # the caller was interrupted, and no longer waits
            raise

    async def _answer(self, request: Request) -> Answer:
        task = asyncio.current_task()
        assert task is not None, "a coroutine runs in a task"
        self._answering.add(task)
        self._look_at_time()
        try:
            return await call(self._emulator, request)
        finally:
            self._answering.discard(task)

    def _look_at_time(self) -> None:
        """See to a move of the process's time, now and as long as requests are being answered."""
        self._moves.look()
        if self._answering and self._timer is None:
            self._timer = self._loop.call_later(_LOOK_AT_TIME_EVERY_SECONDS, self._look_again)

    def _look_again(self) -> None:
        self._timer = None
        self._look_at_time()

    async def _end(self) -> None:
        self._emulator.close()
        if self._answering:
            await asyncio.wait(self._answering)
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:  # deliveries on their way
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        await self._emulator.finish()


@cache
def _prepare_for_freezegun() -> None:
    """Let what is imported with a first request, and what looks for ``datetime`` once only, find the genuine class.

    Once for the process, with an emulator that is thrown away.
    """
    emulator = Emulator(Settings())

    def request_and_sign() -> None:
        loop = _Loop()
        loop.run_until_complete(call(emulator, Request("POST", "http://localhost/_emulator/clock", body=b"{}")))
        loop.close()
        _ = emulator.world.sns.signer.certificate_pem

    with genuine_datetime():
        thread = threading.Thread(target=request_and_sign)  # as the caller may have an event loop, which runs
        thread.start()
        thread.join()


class _Moves:
    """Moves of the process's time by a library, of which the emulator's clocks hear nothing by themselves."""

    def __init__(self, emulator: Emulator) -> None:
        self._clocks = emulator.world.clocks
        self._system = Clock()
        self._last = self._system.now(), time.monotonic()

    def look(self) -> None:
        """If time was moved since the last look, let happen what is due now."""
        now, real = self._system.now(), time.monotonic()
        (last, last_real), self._last = self._last, (now, real)
        passed = now - last
        if abs(passed) > _NO_MOVE_SECONDS and abs(passed - (real - last_real)) > _NO_MOVE_SECONDS:
            self._clocks.move(None, Clock.look)


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
