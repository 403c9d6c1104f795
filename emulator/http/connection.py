"""One HTTP/1.1 connection: turns the parser's callbacks into requests, and gives them slots. It never upgrades.

A request may offer to switch to another protocol (``Upgrade: h2c``, ``Upgrade: websocket``). A server that does not
accept the offer ignores it: https://www.rfc-editor.org/rfc/rfc9110#section-7.8. The HTTP parser instead stops at the
end of such a head, and takes the bytes that follow for the other protocol. So the head is given to a new parser without
its ``Upgrade``, and that parser reads the body, by its length or in chunks, and the requests that follow.

This code runs for every request, so it avoids calls: the parser puts URLs, headers and bodies straight into a list or a
dictionary, without a call of Python code.

The classes inherit nothing of asyncio's protocols, which event loops know by their methods: mypyc compiles no class
that does.
"""

import asyncio
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, cast
from urllib.parse import unquote

import httptools
import uvicorn
from uvicorn.server import ServerState

from emulator.http.answer_slot import AnswerSlot, plain_text
from emulator.http.channel import Channel
from emulator.http.descriptors import warn_if_scarce
from emulator.http.head import check_form, check_size, header_names
from emulator.http.limits import (
    HEAD_SECONDS,
    MAX_FRAMING_BYTES,
    MAX_HEADER_BYTES,
    MAX_TARGET_BYTES,
    RefusedError,
    too_long_head,
    too_long_target,
    too_much_framing,
)
from emulator.http.watch import Watch
from emulator.serving.asgi import UNANSWERED, AsgiApp, Scope
from emulator.wire.http import Unanswered

if TYPE_CHECKING:
    from emulator.http.asgi_slot import AsgiSlot

logger = logging.getLogger(__name__)

METHODS: Final = {b"POST": "POST", b"GET": "GET"}  # of calls of AWS
_NO_PARSER: Final = httptools.HttpRequestParser(object())  # of a connection that was lost
_TLS_HANDSHAKE: Final = b"\x16"  # the first byte of a client that speaks HTTPS
_BEGAN_WITH_TLS: Final = "A client began with TLS, and this port speaks HTTP: give the client a URL with http://."

Address = tuple[str, int]
MakeConnection = Callable[..., "Connection"]  # with the parameters that uvicorn gives


class Connection:
    """Gives every request to the ASGI application. Uvicorn makes one of these for each connection of a server."""

    def __init__(
        self,
        config: uvicorn.Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        if not config.loaded:
            config.load()
        self._app: AsgiApp = config.loaded_app
        self._keep_alive_seconds = config.timeout_keep_alive
        self._asgi_version = config.asgi_version
        self._server_state = server_state
        self._app_state = app_state
        self._loop = _loop or asyncio.get_running_loop()
        self._scheme = "http"
        self._server: Address | None = None
        self._client: Address | None = None
        self.held_by: Callable[[asyncio.Transport], asyncio.Transport] | None = None  # wraps what answers go to
        self._channel: Channel
        self._watch: Watch
        # Of the request that is being read.
        self._url = b""
        self._names = header_names(())  # most clients send the same every time
        self._slot: AsgiSlot | None = None
        self._measures = False  # whether heads may be too large: they came in large pieces, or in several
        self.head_began_at: float | None = None  # by the loop's time, if a head has come in in part
        self._head_bytes = 0  # of its pieces after the first one
        self._framing_bytes = 0  # since the last piece of a body
        # The parser's callbacks, which it looks up when it is made. The first of several equal headers counts.
        self._urls: list[bytes] = []
        self._fields: dict[bytes, bytes] = {}
        self._bodies: list[bytes] = []
        self.on_url = self._urls.append
        self.on_header: Callable[[bytes, bytes], object] = self._fields.setdefault
        self.on_body = self._bodies.append
        self._parser = self._new_parser()

    def _new_parser(self) -> httptools.HttpRequestParser:
        parser = httptools.HttpRequestParser(self)
        if hasattr(parser, "set_dangerous_leniencies"):  # httptools before 0.6.3 has none
            # Bytes after a request that closes the connection are skipped.
            parser.set_dangerous_leniencies(lenient_data_after_close=True)
        return parser

    # -- The connection --------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        stream = cast(asyncio.Transport, transport)  # uvloop's transports do not inherit from asyncio's
        if self.held_by is not None:
            stream = self.held_by(stream)
        self._channel = Channel(stream, self._server_state, self._loop)
        self._watch = Watch(self, self._channel, stream, self._loop, self._keep_alive_seconds)
        self._server = _address(transport.get_extra_info("sockname"))
        self._client = _address(transport.get_extra_info("peername"))
        self._scheme = "https" if transport.get_extra_info("sslcontext") else "http"
        self._server_state.connections.add(self)  # type: ignore[arg-type]
        warn_if_scarce(stream, self._channel.active_at)

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        self._server_state.connections.discard(self)
        self._channel.lost()
        self._watch.end()
        self._parser = _NO_PARSER  # breaks the cycle: the parser refers to this connection

    def shutdown(self) -> None:
        """Called when the server ends: answer the requests that have come in, and close the connection."""
        if self._channel.is_draining:
            self._channel.end()
        elif self.is_reading:
            self.refuse(503, "The server ends.", drops_rest=False)
        else:
            self._channel.finish_soon()

    def eof_received(self) -> bool:
        """Called when the client sends no more. Returns whether the connection stays open for the answers."""
        channel = self._channel
        slot = channel.first
        if channel.is_draining or slot is None or slot.has_started or slot is self._slot:
            return False
        if not self._watch.waits_for_answers():
            return False
        self._take_no_more()
        return True

    def pause_writing(self) -> None:
        self._channel.pause_writing()

    def resume_writing(self) -> None:
        self._channel.resume_writing()

    def data_received(self, data: bytes) -> None:
        channel = self._channel
        if channel.ended:
            if channel.is_draining and not channel.came_in(len(data)):
                channel.end()
            return
        channel.active_at = self._loop.time()
        if len(data) > MAX_HEADER_BYTES:
            self._measures = True
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade as offer:
            self._decline(memoryview(data)[offer.args[0] :])
        except httptools.HttpParserError as error:
            self._refuse(error, begins_tls=data[:1] == _TLS_HANDSHAKE)
        if self._urls:
            self._continue_head(len(data))
        if self._slot is not None:
            self._continue_body(self._slot, len(data))
        if channel.is_busy and not channel.came_in(len(data)):
            self._take_no_more()

    # -- What the parser calls -------------------------------------------------------------

    def on_headers_complete(self) -> None:
        method = self._parser.get_method()
        if self._read_head(method):
            self._open_asgi_slot(method)

    def on_message_complete(self) -> None:
        slot = self._slot
        if slot is not None:
            if self._bodies:
                slot.feed(self._take_body())
            slot.end_body()
            self._slot = None
            self._framing_bytes = 0
            self._fields.clear()  # of the trailer
            if self._channel.is_draining:
                self._channel.end()
                raise RefusedError(503, "The connection ends.")  # which stops the parser

    def _read_head(self, method: bytes) -> bool:
        """Take the head that was parsed. Returns False if it offers an upgrade: it will be parsed again without it."""
        urls, fields = self._urls, self._fields
        self._url = urls[0] if len(urls) == 1 else b"".join(urls)
        if self._measures:
            self.head_began_at = None
            check_size(self._url, fields.items())
        given = tuple(fields)
        if given != self._names.given:
            self._names = header_names(given)
        names = self._names
        if not (names.usual and method in METHODS):
            if self._parser.should_upgrade():
                return False
            if not names.usual:
                check_form(names.headers(fields), self._parser.get_http_version())
        urls.clear()
        return True

    def _continue_head(self, size: int) -> None:
        """Called when ``size`` bytes have come in, and the head of a request is not complete."""
        now = self._channel.active_at
        if self.head_began_at is None:
            self.head_began_at, self._head_bytes, self._measures = now, 0, True
            self._watch.look_in(HEAD_SECONDS)
            return
        self._head_bytes += size
        if sum(map(len, self._urls)) > MAX_TARGET_BYTES:
            self._refuse_head(too_long_target())
        elif self._head_bytes > MAX_TARGET_BYTES + MAX_HEADER_BYTES:
            self._refuse_head(too_long_head())

    def _continue_body(self, slot: "AsgiSlot", size: int) -> None:
        """Called when ``size`` bytes have come in, and the body of a request is not complete."""
        if self._bodies:
            slot.feed(self._take_body())
            self._framing_bytes = 0
            return
        self._framing_bytes += size
        if self._framing_bytes > MAX_FRAMING_BYTES:
            self._refuse_head(too_much_framing())

    @property
    def is_reading(self) -> bool:
        """Whether a request has come in in part."""
        return bool(self._urls) or self._slot is not None

    @property
    def awaits_body(self) -> bool:
        """Whether the client is to send more of a body."""
        return self._slot is not None and self._slot.awaits_client

    def _take_body(self) -> bytes:
        """The part of the body that has come in since the last call."""
        bodies = self._bodies
        body = bodies[0] if len(bodies) == 1 else b"".join(bodies)
        bodies.clear()
        return body

    def _open_asgi_slot(self, method: bytes) -> None:
        from emulator.http.asgi_slot import AsgiSlot  # AWS calls do without, and a start is the faster

        headers = self._names.headers(self._fields)
        self._fields.clear()
        slot = self._slot = AsgiSlot(
            self._channel,
            self._app,
            self._scope(method, headers),
            keep_alive=self._keeps_alive(),
            expects_continue=headers.get(b"expect", b"").lower() == b"100-continue",
        )
        self._channel.open(slot)

    def _keeps_alive(self) -> bool:
        """Whether the connection stays open after the answer to the request that is being read."""
        return self._parser.should_keep_alive()

    def _scope(self, method: bytes, headers: dict[bytes, bytes]) -> Scope:
        url: Any = httptools.parse_url(self._url)  # whose stub says that there is always a query
        path = url.path.decode("ascii")
        return {
            "type": "http",
            "asgi": {"version": self._asgi_version, "spec_version": "2.3"},
            "http_version": self._parser.get_http_version(),
            "server": self._server,
            "client": self._client,
            "scheme": self._scheme,
            "root_path": "",
            "method": method.decode("ascii"),
            "path": unquote(path) if "%" in path else path,
            "raw_path": url.path,
            "query_string": url.query or b"",
            "headers": list(headers.items()),
            "state": self._app_state.copy(),
            "extensions": {UNANSWERED: {"end": self._leave_unanswered}},
        }

    def _leave_unanswered(self, _: Unanswered) -> None:
        self._channel.end()

    # -- What is not answered as a request -------------------------------------------------

    def _decline(self, behind: memoryview) -> None:
        """Parse the head that offers an upgrade again, without the offer, and then ``behind``, the bytes after it."""
        pieces: list[bytes | memoryview] = [self._head_without_offer(), behind]
        while pieces:
            if self._parser.get_method() == b"CONNECT":
                logger.warning("A CONNECT request was refused: this server is no proxy.")
                self.refuse(405, "This server is no proxy: CONNECT is not supported.")
                return
            self._parser = self._new_parser()
            try:
                while pieces:
                    self._parser.feed_data(pieces.pop(0))
            except httptools.HttpParserUpgrade as offer:
                behind = behind[offer.args[0] :]
                pieces = [self._head_without_offer(), behind]
            except httptools.HttpParserError as error:
                self._refuse(error)
                return

    def _head_without_offer(self) -> bytes:
        """The head that was parsed last, without its offer of an upgrade. Clears it from this connection."""
        parser, fields = self._parser, self._fields
        lines = [b"%b %b HTTP/%b" % (parser.get_method(), self._url, parser.get_http_version().encode())]
        lines += [b"%b: %b" % field for field in fields.items() if field[0].lower() != b"upgrade"]
        self._urls.clear()
        fields.clear()
        return b"\r\n".join([*lines, b"", b""])

    def _refuse(self, error: httptools.HttpParserError, *, begins_tls: bool = False) -> None:
        """Refuse what the parser, or a check that it called, did not take."""
        reason = error.__context__
        if self._channel.ended:
            return
        if self._channel.is_draining:
            self._channel.end()
        elif self._parser.get_method() == b"PRI":
            logger.warning("A client began with HTTP/2; this server speaks HTTP/1.1.")
            self.refuse(505, "This server speaks HTTP/1.1, and not HTTP/2.")
        elif isinstance(reason, RefusedError):
            self._refuse_head(reason)
        else:
            logger.warning(_BEGAN_WITH_TLS if begins_tls else "Invalid HTTP request received.")
            self.refuse(400, "Invalid HTTP request received.")

    def _refuse_head(self, error: RefusedError) -> None:
        logger.warning("A request was refused with %d: %s", error.status, error.text)
        self.refuse(error.status, error.text)

    def refuse(self, status: int, text: str, *, drops_rest: bool = True) -> None:
        """Refuse the request that is being read, after the answers to earlier requests, and end the connection.

        ``drops_rest``: take in what the client still sends, so that it sees the answer.
        """
        channel = self._channel
        self._forget_request()
        refusal = AnswerSlot(channel, keep_alive=False)
        refusal.fill(plain_text(status, text))
        channel.is_cut_off, channel.ended = drops_rest, True
        channel.open(refusal)

    def _take_no_more(self) -> None:
        """Answer the requests that have come in, without the one that is being read, and end the connection."""
        self._forget_request()
        if self._channel.is_draining:
            self._channel.end()
        else:
            self._channel.finish_soon()

    def _forget_request(self) -> None:
        """Drop the request that is being read."""
        unread, self._slot = self._slot, None
        self._urls.clear()
        self._fields.clear()
        self._bodies.clear()
        self.head_began_at = None
        if unread is not None:
            self._channel.withdraw(unread)


def _address(name: object) -> Address | None:
    """Host and port in ASGI's form; None for a Unix socket."""
    return (str(name[0]), int(name[1])) if isinstance(name, tuple) else None
