"""One connection that speaks HTTP/1.1 and never changes to another protocol.

A request may offer to go on in another protocol (``Upgrade: h2c``, ``Upgrade: websocket``). A server that does not
accept the offer answers as if it had not been made: https://www.rfc-editor.org/rfc/rfc9110#section-7.8. The HTTP parser
instead stops at the end of such a head, and takes what follows for the other protocol. So the head is given to a new
parser without its ``Upgrade``, and that one reads the body, by its length or in chunks, and the requests that follow.
"""

from collections.abc import Iterable
from contextlib import suppress
from typing import Any

import httptools
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol


class Http1Protocol(HttpToolsProtocol):
    """Uvicorn's protocol, which would lose the body of a request that offers an upgrade."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._last_answer: bytes | None = None  # the refusal that ends the connection, while others come before it

    def data_received(self, data: bytes) -> None:
        self._unset_keepalive_if_required()
        self.parse(data)

    def parse(self, data: bytes) -> None:
        """Read what has come in; what is no HTTP/1.1 is refused, and ends the connection."""
        if self._last_answer is not None:
            return
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade as offer:
            self._decline(memoryview(data)[offer.args[0] :])
        except httptools.HttpParserError:
            self._refuse()

    def _decline(self, behind: memoryview) -> None:
        """Read the head that offers an upgrade again, without the offer, and what has come in behind it."""
        pieces: list[bytes | memoryview] = [self._head_without_offer(), behind]
        while pieces:
            if self.parser.get_method() == b"CONNECT":
                self.logger.warning("A CONNECT request was refused: this server is no proxy.")
                self._end_with(405, "This server is no proxy: CONNECT is not supported.")
                return
            self._begin_parsing_anew()
            try:
                while pieces:
                    self.parser.feed_data(pieces.pop(0))
            except httptools.HttpParserUpgrade as offer:
                behind = behind[offer.args[0] :]
                pieces = [self._head_without_offer(), behind]
            except httptools.HttpParserError:
                self._refuse()
                return

    def _begin_parsing_anew(self) -> None:
        self.parser = type(self.parser)(self)
        with suppress(AttributeError):  # httptools before 0.6.3 has no leniencies
            # As uvicorn has it: what follows a request that closes the connection is passed over.
            self.parser.set_dangerous_leniencies(lenient_data_after_close=True)

    def _head_without_offer(self) -> bytes:
        lines = [b"%b %b HTTP/%b" % (self.parser.get_method(), self.url, self.parser.get_http_version().encode())]
        lines += [b"%b: %b" % header for header in self.given_headers() if header[0].lower() != b"upgrade"]
        return b"\r\n".join([*lines, b"", b""])

    def given_headers(self) -> Iterable[tuple[bytes, bytes]]:
        """The headers of the request that is being read."""
        return self.headers

    def on_headers_complete(self) -> None:
        if not self.parser.should_upgrade():  # otherwise the head comes again, without the offer
            super().on_headers_complete()

    def on_message_complete(self) -> None:
        if not self.parser.should_upgrade():
            super().on_message_complete()

    def _refuse(self) -> None:
        if self.parser.get_method() == b"PRI":
            self.logger.warning("A client began with HTTP/2; this server speaks HTTP/1.1.")
            self._end_with(505, "This server speaks HTTP/1.1, and not HTTP/2.")
        else:
            self.logger.warning("Invalid HTTP request received.")
            self._end_with(400, "Invalid HTTP request received.")

    def _end_with(self, status: int, text: str) -> None:
        """Refuse what is being read, behind the answers to the requests before it, and end the connection."""
        lines = [
            *(b"%b: %b\r\n" % header for header in self.server_state.default_headers),
            b"content-type: text/plain; charset=utf-8\r\n",
            b"content-length: %d\r\n" % len(text),
            b"connection: close\r\n\r\n",
        ]
        self._last_answer = b"".join([STATUS_LINE[status], *lines, text.encode("ascii")])
        if not self._others_come_first():
            self._end()

    def _others_come_first(self) -> bool:
        """Whether requests before the one that is being read have no answer yet; that one gets none of its own."""
        newest = self.cycle
        if newest is None or newest.response_complete:
            return False
        if not newest.more_body:  # it was read whole
            return True
        newest.disconnected = True
        newest.message_event.set()
        if not self.pipeline:
            return False
        self.pipeline.popleft()
        return True

    def on_response_complete(self) -> None:
        was_last = not self.pipeline
        super().on_response_complete()
        if was_last and self._last_answer is not None:
            self._end()

    def _end(self) -> None:
        assert self._last_answer is not None, "something ends the connection"
        self.transport.write(self._last_answer)
        self.transport.close()
