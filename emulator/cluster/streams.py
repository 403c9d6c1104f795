"""The event stream of a cluster: those of its members, as one."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from urllib.parse import urlsplit

import httptools

from emulator.cluster.peers import as_bytes
from emulator.serving.asgi import Receive, Send
from emulator.wire.http import HttpRequest

_EVENT_ENDS = b"\n\n"


class _Reader:
    """The head and the body of one answer, as they come."""

    def __init__(self) -> None:
        self.body: list[bytes] = []
        self.has_head = False
        self.over = False
        self.on_body = self.body.append
        self.parser = httptools.HttpResponseParser(self)

    def on_headers_complete(self) -> None:
        self.has_head = True

    def on_message_complete(self) -> None:
        self.over = True


async def pass_events_on(addresses: Iterable[str], request: HttpRequest, receive: Receive, send: Send) -> None:
    """Answer with the events of these members, until the client hangs up. A member that ends sends no more."""
    asked, lock = as_bytes(request), asyncio.Lock()
    begun = False

    async def pass_on(address: str) -> None:
        nonlocal begun
        async for status, events in _events_of(address, asked):
            async with lock:
                if not begun:
                    begun = True
                    kind = b"text/event-stream" if status == 200 else b"application/json"
                    headers = [(b"content-type", kind), (b"cache-control", b"no-store")]
                    await send({"type": "http.response.start", "status": status, "headers": headers})
                elif status != 200:  # the others have refused the same
                    return
                await send({"type": "http.response.body", "body": events, "more_body": True})

    async def hang_up() -> None:
        while (await receive())["type"] != "http.disconnect":
            pass

    async def pass_all_on() -> None:
        await asyncio.gather(*map(pass_on, addresses))

    passing, leaving = asyncio.ensure_future(pass_all_on()), asyncio.ensure_future(hang_up())
    try:
        await asyncio.wait([passing, leaving], return_when=asyncio.FIRST_COMPLETED)
        if not leaving.done() and begun:
            await send({"type": "http.response.body", "body": b"", "more_body": False})
    finally:
        leaving.cancel()
        passing.cancel()
        await asyncio.gather(passing, leaving, return_exceptions=True)


async def _events_of(address: str, request: bytes) -> AsyncIterator[tuple[int, bytes]]:
    """The status of a member's answer, and whole events, some at a time; or why it refuses."""
    url = urlsplit(address)
    reader, writer = await asyncio.open_connection(url.hostname, url.port)
    try:
        writer.write(request)
        answer, rest = _Reader(), b""
        while not answer.over and (data := await reader.read(1 << 16)):
            answer.parser.feed_data(data)
            rest += b"".join(answer.body)
            answer.body.clear()
            status = answer.parser.get_status_code() if answer.has_head else 0
            if status == 200 and _EVENT_ENDS in rest:
                text, _, rest = rest.rpartition(_EVENT_ENDS)
                yield status, text + _EVENT_ENDS
            elif status != 200 and answer.over:
                yield status, rest
    finally:
        writer.close()
