"""The gateway as an ASGI application: reads requests, sends answers, and notices clients that hang up.

It is raw ASGI, because Starlette's Request and Response would cost as much as the whole action.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, MutableMapping
from typing import Any

from emulator.serving.gateway import Gateway
from emulator.wire.http import HttpRequest, HttpResponse, Unanswered

Scope = MutableMapping[str, Any]
Event = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Event]]
Send = Callable[[Event], Awaitable[None]]
AsgiApp = Callable[[Scope, Receive, Send], Awaitable[None]]

# The largest request of AWS, a batch of 1 MiB, grows threefold when every byte is percent-encoded.
MAX_REQUEST_BYTES = 8 * 1024 * 1024

# The extension of a scope by which a server lets a connection end without an answer: {"end": EndConnection}.
UNANSWERED = "emulator.unanswered"
EndConnection = Callable[[Unanswered], None]

# Every delivery of SNS has this header. A request with it is not for this server, even if it came through a proxy or
# by an address that does not look like one of this machine: its body is whatever somebody published.
DELIVERY_HEADER = b"x-amz-sns-message-type"

# How much of a larger body is read and dropped: a client that is cut off while it sends would not see the answer.
_DRAIN_BYTES = 128 * 1024 * 1024


class ClientGoneError(Exception):
    """The client hung up before its request was complete."""


async def answer_request(gateway: Gateway, scope: Scope, receive: Receive, send: Send) -> None:
    """Serve one HTTP request for an AWS action."""
    try:
        body = await _read_body(receive)
    except ClientGoneError:
        return
    outcome = gateway.answer(
        HttpRequest(
            method=scope["method"],
            scheme=scope.get("scheme", "http"),
            path=scope["path"],
            query=scope["query_string"],
            headers=dict(scope["headers"]),
            body=body or b"",
            too_large=body is None,
            client=scope.get("client"),
            raw_path=scope.get("raw_path"),
        )
    )
    if not isinstance(outcome, HttpResponse):
        await answer_waiting(outcome)(scope, receive, send)
        return
    if body is None:
        outcome.head += b"connection: close\r\n"
    await send_response(send, outcome)


def answer_waiting(outcome: Coroutine[Any, Any, HttpResponse | Unanswered]) -> AsgiApp:
    """An ASGI application for one request whose action waits. It answers unless the client hangs up first."""

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        response = await unless_gone(outcome, receive)
        if isinstance(response, Unanswered):
            _leave(response, scope)
        elif response is not None:
            await send_response(send, response)

    return application


async def _read_body(receive: Receive) -> bytes | None:
    """The request's body, or None if it is larger than anything AWS takes."""
    chunks: list[bytes] = []
    size = 0
    while True:
        event = await receive()
        if event["type"] == "http.disconnect":
            raise ClientGoneError
        chunk = event.get("body", b"")
        size += len(chunk)
        if size <= MAX_REQUEST_BYTES:
            chunks.append(chunk)
            if not event.get("more_body", False):
                return chunks[0] if len(chunks) == 1 else b"".join(chunks)
        elif size > _DRAIN_BYTES or not event.get("more_body", False):
            return None


async def unless_gone(
    outcome: Coroutine[Any, Any, HttpResponse | Unanswered], receive: Receive
) -> HttpResponse | Unanswered | None:
    """The answer, or None if the client hangs up first; the action is canceled then."""
    answer = asyncio.ensure_future(outcome)
    hang_up = asyncio.ensure_future(_hang_up(receive))
    hang_up.add_done_callback(lambda _: answer.cancel())
    try:
        return await answer
    except asyncio.CancelledError:
        if hang_up.done() and not hang_up.cancelled():
            return None
        answer.cancel()  # it is this request's own task that is to end
        raise
    finally:
        hang_up.cancel()


def _leave(unanswered: Unanswered, scope: Scope) -> None:
    """End the connection, if the server has the extension for it; else what happens is up to the server."""
    extension = scope.get("extensions", {}).get(UNANSWERED)
    if extension is not None:
        extension["end"](unanswered)


async def _hang_up(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def is_delivery(scope: Scope) -> bool:
    """Whether the request is a delivery of SNS to a subscriber."""
    return any(name == DELIVERY_HEADER for name, _ in scope["headers"])


async def refuse_delivery(send: Send) -> None:
    text = b"A delivery of SNS is not taken here: this is the server that sends them."
    head = b"content-type: text/plain; charset=utf-8\r\ncontent-length: %d\r\n" % len(text)
    await send_response(send, HttpResponse(403, head, text))


async def send_response(send: Send, response: HttpResponse) -> None:
    await send({"type": "http.response.start", "status": response.status, "headers": response.headers})
    await send({"type": "http.response.body", "body": response.body})
