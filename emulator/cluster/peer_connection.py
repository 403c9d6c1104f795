"""One connection to another process of the cluster, used for one request after the other."""

import asyncio
from typing import cast

import httptools

from emulator.wire.http import HttpResponse

# They belong to one connection, or are written anew for each.
HOP_BY_HOP = frozenset(
    (b"connection", b"keep-alive", b"transfer-encoding", b"te", b"upgrade", b"expect", b"date", b"content-length")
)

_NO_PARSER = httptools.HttpResponseParser(object())  # of a connection that was lost


class PeerLostError(Exception):
    """A process does not answer. ``sent``: it may have got the request, and performed it."""

    def __init__(self, reason: str, *, sent: bool) -> None:
        super().__init__(reason)
        self.sent = sent


class PeerConnection(asyncio.Protocol):
    """A connection to another process. The parser calls the methods whose names begin with ``on_``."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None  # None: closed, or not open yet
        self._answer: asyncio.Future[HttpResponse] | None = None  # that is owed
        self._head: list[bytes] = []
        self._body: list[bytes] = []
        self.on_body = self._body.append  # which the parser looks up when it is made
        self._parser = httptools.HttpResponseParser(self)

    @property
    def is_open(self) -> bool:
        return self._transport is not None and not self._transport.is_closing()

    async def exchange(self, request: bytes) -> HttpResponse:
        """Send a request; its answer. If it is canceled, the connection is closed. Raises PeerLostError."""
        if self._transport is None:
            raise PeerLostError("the connection was closed", sent=False)
        answer: asyncio.Future[HttpResponse] = asyncio.get_running_loop().create_future()
        self._answer = answer
        self._transport.write(request)
        try:
            return await answer
        finally:
            if self._answer is not None:
                self.close()

    def close(self) -> None:
        """Close at once."""
        transport, self._transport = self._transport, None
        if transport is not None:
            transport.abort()
        self._fail("the connection was closed")

    # -- What the transport calls ----------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's transports do not inherit from asyncio's

    def data_received(self, data: bytes) -> None:
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError:
            self.close()

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        self._transport = None
        self._parser = _NO_PARSER  # breaks the cycle: the parser refers to this connection
        self._fail("the connection was lost")

    # -- What the parser calls -------------------------------------------------------------

    def on_header(self, name: bytes, value: bytes) -> None:
        if name.lower() not in HOP_BY_HOP:
            self._head.append(b"%b: %b\r\n" % (name, value))

    def on_message_complete(self) -> None:
        status = self._parser.get_status_code()
        body = b"".join(self._body)
        head = bytearray(b"".join(self._head))
        if status != 204:
            head += b"content-length: %d\r\n" % len(body)
        self._head.clear()
        self._body.clear()
        answer, self._answer = self._answer, None
        if not self._parser.should_keep_alive():
            self.close()
        if answer is not None and not answer.done():
            answer.set_result(HttpResponse(status, bytes(head), body))

    def _fail(self, reason: str) -> None:
        answer, self._answer = self._answer, None
        if answer is not None and not answer.done():
            answer.set_exception(PeerLostError(reason, sent=True))
