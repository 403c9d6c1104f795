"""The slot of a request that the ASGI application answers, piece by piece: https://asgi.readthedocs.io/en/latest/specs/www.html."""

import asyncio
import logging
import re
from collections.abc import Iterable

from emulator.http.channel import STATUS_LINES, Channel
from emulator.http.slot import Slot
from emulator.serving.asgi import AsgiApp, Event, Scope

logger = logging.getLogger(__name__)

_FULL_BYTES = 65_536  # of a body that the application has not taken yet
_NAME = re.compile(rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_NOT_IN_VALUE = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")
_WITHOUT_BODY = (204, 304)

_ERROR_START: Event = {
    "type": "http.response.start",
    "status": 500,
    "headers": [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", b"21"),
        (b"connection", b"close"),
    ],
}
_ERROR_BODY: Event = {"type": "http.response.body", "body": b"Internal Server Error"}


class AsgiSlot(Slot):
    """Calls ``app`` when its turn has come. The body of the request is collected meanwhile."""

    __slots__ = (
        "_abandoned",
        "_app",
        "_body",
        "_changed",
        "_channel",
        "_chunked",
        "_complete",
        "_expects_continue",
        "_more_body",
        "_remaining",
        "_scope",
        "_started",
        "_until_close",
    )

    def __init__(
        self, channel: Channel, app: AsgiApp, scope: Scope, *, keep_alive: bool, expects_continue: bool
    ) -> None:
        super().__init__(keep_alive=keep_alive)
        self._channel = channel
        self._app = app
        self._scope = scope
        self._expects_continue = expects_continue  # the client waits for "100 Continue" before it sends the body
        self._body = bytearray()
        self._more_body = True
        self._changed = asyncio.Event()
        self._abandoned = False
        self._started = False
        self._complete = False
        self._chunked = False
        self._until_close = False  # whether only the end of the connection ends the answer, as in HTTP/1.0
        self._remaining = 0  # bytes of the answer that its Content-Length has announced

    # -- The request -----------------------------------------------------------------------

    @property
    def is_full(self) -> bool:
        return len(self._body) > _FULL_BYTES and not self._complete

    @property
    def is_unread(self) -> bool:
        return self._more_body

    @property
    def awaits_client(self) -> bool:
        return self._more_body and self.begun and not self._expects_continue

    @property
    def has_started(self) -> bool:
        return self._started

    def feed(self, data: bytes) -> None:
        """Take a piece of the body. It is dropped if the answer is complete."""
        if self._complete:
            return
        self._body += data
        self._changed.set()
        if self.is_full:
            self._channel.adjust_reading()

    def end_body(self) -> None:
        self._more_body = False
        self._changed.set()

    def begin(self) -> None:
        self._channel.start(self._run())

    def abandon(self) -> None:
        self._abandoned = True
        self._changed.set()

    # -- The application -------------------------------------------------------------------

    async def _run(self) -> None:
        try:
            await self._app(self._scope, self._receive, self._send)
        except asyncio.CancelledError:
            await self._fail("A request was cut off by the end of the server.")
        except Exception as error:  # noqa: BLE001 - whatever it is, the client gets an answer
            await self._fail("Exception in ASGI application", error)
        else:
            if not self._complete and not self._abandoned:
                what = "completing" if self._started else "starting"
                await self._fail(f"ASGI callable returned without {what} response.")

    async def _fail(self, text: str, error: BaseException | None = None) -> None:
        logger.error(text, exc_info=error)
        if self._started:
            if not self._complete:
                self._channel.end()
        else:
            await self._send(_ERROR_START)
            await self._send(_ERROR_BODY)

    async def _receive(self) -> Event:
        if self._expects_continue and not self._abandoned:
            self._channel.invite()
            self._expects_continue = False
        if not self._abandoned and not self._complete:
            await self._changed.wait()
            self._changed.clear()
        if self._abandoned or self._complete:
            return {"type": "http.disconnect"}
        body = bytes(self._body)
        self._body.clear()
        self._channel.adjust_reading()
        return {"type": "http.request", "body": body, "more_body": self._more_body}

    async def _send(self, event: Event) -> None:
        if not self._abandoned:
            await self._channel.writable()
        if self._abandoned:
            return
        if self._complete:
            raise RuntimeError(f"The ASGI message {event['type']} comes after the end of the response.")
        expected = "http.response.body" if self._started else "http.response.start"
        if event["type"] != expected:
            raise RuntimeError(f"The ASGI message {event['type']} comes where {expected} is expected.")
        if self._started:
            self._send_body(event.get("body", b""), more=event.get("more_body", False))
        else:
            self._send_head(event["status"], event.get("headers", ()))

    def _send_head(self, status: int, headers: Iterable[tuple[bytes, bytes]]) -> None:
        content = [STATUS_LINES[status], self._channel.default_head]
        length: int | None = None
        closes = False
        for given, value in headers:
            name = given.lower()
            if not _NAME.fullmatch(name) or _NOT_IN_VALUE.search(value):
                raise RuntimeError(f"The header {name!r} of the response is not valid HTTP.")
            if name == b"content-length" and not self._chunked and length is None:
                length = int(value)
            elif name == b"transfer-encoding" and value.lower() == b"chunked":
                length, self._chunked = 0, True
            elif name == b"connection" and b"close" in [token.strip() for token in value.lower().split(b",")]:
                self.keep_alive, closes = False, True
            content.append(b"%b: %b\r\n" % (name, value))
        is_old = self._scope["http_version"] == "1.0"
        if length is None and self._scope["method"] != "HEAD" and status not in _WITHOUT_BODY:
            if is_old:
                self._until_close, self.keep_alive = True, False
            else:
                self._chunked = True
                content.append(b"transfer-encoding: chunked\r\n")
        if not self.keep_alive and not closes:
            content.append(b"connection: close\r\n")
        elif is_old and self.keep_alive:
            content.append(b"connection: keep-alive\r\n")
        content.append(b"\r\n")
        self._remaining = length or 0
        self._started, self._expects_continue = True, False
        self._channel.write(b"".join(content))

    def _send_body(self, body: bytes, *, more: bool) -> None:
        if self._scope["method"] == "HEAD":
            self._remaining = 0
        elif self._chunked:
            chunk = b"%x\r\n%b\r\n" % (len(body), body) if body else b""
            self._channel.write(chunk if more else chunk + b"0\r\n\r\n")
        elif self._until_close:
            self._channel.write(body)
        else:
            self._remaining -= len(body)
            if self._remaining < 0:
                raise RuntimeError("The response is longer than its Content-Length.")
            self._channel.write(body)
        if more:
            return
        if self._remaining:
            raise RuntimeError("The response is shorter than its Content-Length.")
        self._complete = True
        self._changed.set()
        self._channel.finish(self)
