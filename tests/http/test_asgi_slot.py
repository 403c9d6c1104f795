"""Requests that the ASGI application answers: bodies in, answers out, and what an application does wrong."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from uvicorn.server import ServerState

from emulator.http.connection import Connection
from emulator.serving.asgi import UNANSWERED, Receive, Scope, Send
from emulator.wire.http import Unanswered
from tests import patience
from tests.http.transport import Transport, all_ended, connected

Application = Callable[[Scope, Receive, Send], Awaitable[None]]


def start(*headers: tuple[bytes, bytes], status: int = 200) -> dict[str, Any]:
    return {"type": "http.response.start", "status": status, "headers": headers}


def body(data: bytes = b"", *, more: bool = False) -> dict[str, Any]:
    return {"type": "http.response.body", "body": data, "more_body": more}


def sends(*events: dict[str, Any]) -> Application:
    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        for event in events:
            await send(event)

    return application


def answer(application: Application, request: bytes) -> Transport:
    """All that is written while the application answers."""

    async def scenario() -> Transport:
        state = ServerState()
        connection, transport = connected(Connection, application, state)
        connection.data_received(request)
        await all_ended(state)
        return transport

    return asyncio.run(asyncio.wait_for(scenario(), patience.SECONDS))


GET = b"GET /a%20b?c=%20d HTTP/1.1\r\nHost: localhost\r\n\r\n"
OLD = GET.replace(b"/1.1", b"/1.0")
HEAD = GET.replace(b"GET", b"HEAD")
CLOSING = GET.replace(b"Host", b"Connection: close\r\nHost")
LENGTH = (b"Content-Length", b"5")


@pytest.mark.parametrize(
    ("request_bytes", "events", "written", "closed"),
    [
        (GET, (start(LENGTH), body(b"hello")), b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello", False),
        (
            GET,
            (start(), body(b"he", more=True), body(more=True), body(b"llo")),
            b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n",
            False,
        ),
        (
            GET,
            (start((b"Transfer-Encoding", b"chunked")), body()),
            b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
            False,
        ),
        (GET, (start(status=204), body()), b"HTTP/1.1 204 No Content\r\n\r\n", False),
        (GET, (start(status=304), body()), b"HTTP/1.1 304 Not Modified\r\n\r\n", False),
        (GET, (start(status=599), body()), b"HTTP/1.1 599 \r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n", False),
        (HEAD, (start(LENGTH), body(b"hello")), b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n", False),
        (HEAD, (start(), body(b"hello")), b"HTTP/1.1 200 OK\r\n\r\n", False),
        (
            CLOSING,
            (start(LENGTH), body(b"hello")),
            b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\nconnection: close\r\n\r\nhello",
            True,
        ),
        (
            OLD,
            (start(LENGTH), body(b"hello")),
            b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\nconnection: close\r\n\r\nhello",
            True,
        ),
        (
            GET,
            (start(LENGTH, (b"connection", b"x, Close")), body(b"hello")),
            b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\nconnection: x, Close\r\n\r\nhello",
            True,
        ),
    ],
)
def test_answer_has_the_form_of_http(request_bytes: bytes, events: Any, written: bytes, closed: bool) -> None:
    transport = answer(sends(*events), request_bytes)
    assert (transport.written, transport.closed) == (written, closed)


FAILURE = (
    b"HTTP/1.1 500 Internal Server Error\r\ncontent-type: text/plain; charset=utf-8\r\ncontent-length: 21\r\n"
    b"connection: close\r\n\r\nInternal Server Error"
)
BEGUN = b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n"


@pytest.mark.parametrize(
    ("events", "written"),
    [
        ((), FAILURE),
        ((body(b"hello"),), FAILURE),
        ((start((b"bad name", b"x")),), FAILURE),
        ((start((b"name", b"bad\r\nvalue")),), FAILURE),
        ((start(LENGTH),), BEGUN),
        ((start(LENGTH), start(LENGTH)), BEGUN),
        ((start(LENGTH), body(b"hell")), BEGUN + b"hell"),
        ((start(LENGTH), body(b"hello!")), BEGUN),
    ],
)
def test_application_that_does_wrong_ends_the_connection_and_is_logged(
    events: Any, written: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    transport = answer(sends(*events), GET)
    assert (transport.written, transport.closed) == (written, True)
    assert len(caplog.records) == 1


def test_error_behind_a_complete_answer_is_logged_and_the_connection_goes_on(
    caplog: pytest.LogCaptureFixture,
) -> None:
    transport = answer(sends(start(LENGTH), body(b"hello"), body(b"again")), GET)
    assert (transport.written, transport.closed) == (BEGUN + b"hello", False)
    assert len(caplog.records) == 1


def test_application_sees_the_request() -> None:
    seen: list[Any] = []

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(scope)
        seen.append(await receive())
        await send(start(LENGTH))
        await send(body(b"hello"))
        seen.append(await receive())

    answer(application, b"POST /a%20b?c=%20d HTTP/1.1\r\nHost: x\r\nX-A: 1\r\nContent-Length: 2\r\n\r\n{}")
    scope, first, last = seen
    assert (scope["method"], scope["path"], scope["raw_path"], scope["query_string"]) == (
        "POST",
        "/a b",
        b"/a%20b",
        b"c=%20d",
    )
    assert scope["headers"] == [(b"host", b"x"), (b"x-a", b"1"), (b"content-length", b"2")]
    assert first == {"type": "http.request", "body": b"{}", "more_body": False}
    assert last == {"type": "http.disconnect"}


def test_body_is_read_no_faster_than_the_application_takes_it() -> None:
    async def scenario() -> None:
        goes_on, taken = asyncio.Event(), asyncio.Event()
        sizes: list[int] = []

        async def application(scope: Scope, receive: Receive, send: Send) -> None:
            await goes_on.wait()
            more = True
            while more:
                event = await receive()
                sizes.append(len(event["body"]))
                taken.set()
                more = event["more_body"]
            await send(start(status=204))
            await send(body())

        connection, transport = connected(Connection, application)
        connection.data_received(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n")
        connection.data_received(b"x" * 65_536)
        assert transport.reading
        connection.data_received(b"x")
        assert not transport.reading
        goes_on.set()
        await taken.wait()
        assert transport.reading
        connection.data_received(b"x" * 34_463)
        await transport.answered(1)
        assert sizes == [65_537, 34_463]

    asyncio.run(asyncio.wait_for(scenario(), patience.SECONDS))


def test_answer_waits_for_a_client_that_does_not_read() -> None:
    async def scenario() -> None:
        connection, transport = connected(Connection, sends(start(LENGTH), body(b"he", more=True), body(b"llo")))
        connection.data_received(GET)
        connection.pause_writing()
        for _ in range(10):
            await asyncio.sleep(0)
        assert transport.written == b""
        connection.resume_writing()
        await transport.answered(1)
        assert transport.written.endswith(b"hello")

    asyncio.run(asyncio.wait_for(scenario(), patience.SECONDS))


def test_client_that_hangs_up_is_a_disconnect_and_what_is_sent_then_is_dropped() -> None:
    async def scenario() -> None:
        seen: list[str] = []
        began, state = asyncio.Event(), ServerState()

        async def application(scope: Scope, receive: Receive, send: Send) -> None:
            seen.append((await receive())["type"])
            began.set()
            seen.append((await receive())["type"])
            await send(start(LENGTH))
            await send(body(b"hello"))
            seen.append("end")

        connection, transport = connected(Connection, application, state)
        connection.data_received(GET)
        await began.wait()
        connection.connection_lost(None)
        await all_ended(state)
        assert (seen, transport.written) == (["http.request", "http.disconnect", "end"], b"")

    asyncio.run(asyncio.wait_for(scenario(), patience.SECONDS))


def test_application_may_end_the_connection_without_an_answer() -> None:
    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        scope["extensions"][UNANSWERED]["end"](Unanswered())

    transport = answer(application, GET + GET)
    assert (transport.written, transport.closed) == (b"", True)
