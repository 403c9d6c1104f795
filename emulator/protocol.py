"""The fast way in: AWS calls answered inside the HTTP parser's callback.

Most calls can be answered at once. For these, uvicorn's request cycle, its task and its ASGI scope cost more
than the action itself, so they are left out: the request goes to the gateway as soon as it is complete, and
the answer to the transport. Everything else takes uvicorn's own way through the ASGI application: the control
interface, long polls that wait, pipelined requests behind one of these, web pages, and unusual requests. Both ways lead
to the same gateway and give the same answers.

What is done here is done for every request, and costs accordingly: the parser puts headers straight into a
dictionary, and the timer for idle connections looks at the time of the last request instead of being set anew
by each.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from msgspec import Struct
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, RequestResponseCycle

from emulator.app import OTHER_PATHS, Emulator
from emulator.asgi import MAX_REQUEST_BYTES, UNANSWERED, AsgiApp, answer_waiting
from emulator.http1 import Http1Protocol
from emulator.pages import BROWSER_HEADERS, is_visit
from emulator.wire.http import HttpRequest, HttpResponse, Unanswered

_METHODS = {b"POST": "POST", b"GET": "GET"}
_UNUSUAL_HEADERS = BROWSER_HEADERS | {b"expect", b"transfer-encoding", b"upgrade"}


class EmulatorProtocol(Http1Protocol):
    """One connection."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        # The parser looks its callbacks up when it is made. Of a header given twice the last counts.
        self._read: dict[bytes, bytes] = {}
        self.on_header = self._read.__setitem__  # type: ignore[method-assign, assignment]
        super().__init__(*args, **kwargs)
        emulator = self.config.app
        assert isinstance(emulator, Emulator), "this protocol serves the emulator only"
        self._gateway = emulator.gateway
        self._headers: dict[bytes, bytes] = {}
        self._names = _header_names(())  # of the last request; most clients send the same every time
        self._method = b""
        self._direct = False  # whether the request being read takes the fast way
        self._body: list[bytes] = []
        self._active_at = 0.0  # when something came in last, by the loop's time
        self._cycles: list[RequestResponseCycle] = []  # of the requests that uvicorn has not answered yet

    # -- The connection --------------------------------------------------------------------

    def data_received(self, data: bytes) -> None:
        self._active_at = self.loop.time()
        self.parse(data)

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._tell_of_the_end()
        self._unset_keepalive_if_required()

    def timeout_keep_alive_handler(self) -> None:
        """Close the connection if nothing came in all the while; else look again when that may be so."""
        seconds = self._active_at + self.timeout_keep_alive - self.loop.time()
        if self._busy:
            seconds = self.timeout_keep_alive
        if seconds > 0:
            self.timeout_keep_alive_task = self.loop.call_later(seconds, self.timeout_keep_alive_handler)
        else:
            super().timeout_keep_alive_handler()

    def pause_writing(self) -> None:
        """The client does not read its answers: read no more requests of it."""
        super().pause_writing()
        self.flow.pause_reading()

    def resume_writing(self) -> None:
        super().resume_writing()
        self.flow.resume_reading()

    @property
    def _busy(self) -> bool:
        """Whether uvicorn is answering a request."""
        return self.cycle is not None and not self.cycle.response_complete

    # -- What the parser calls -------------------------------------------------------------

    def on_message_begin(self) -> None:
        self.url = b""
        self._read.clear()

    def on_headers_complete(self) -> None:
        names = tuple(self._read)
        if names != self._names.given:
            self._names = _header_names(names)
        self._headers = dict(zip(self._names.lower, self._read.values(), strict=True))
        self._method = self.parser.get_method()
        self._direct = (
            self._names.usual
            and self._method in _METHODS
            and (self.url == b"/" or _stands_for_itself(self.url))
            and (self._method == b"POST" or not _is_visit(self.url, self._headers))
            and int(self._headers.get(b"content-length", 0)) <= MAX_REQUEST_BYTES
            and (self.cycle is None or self.cycle.response_complete)  # as ``_busy`` says
        )
        if self._direct:
            self._body = []
        elif not self.parser.should_upgrade():  # otherwise the head comes again, without the offer
            self._go_the_long_way()

    def given_headers(self) -> Iterable[tuple[bytes, bytes]]:
        return self._read.items()

    def on_body(self, body: bytes) -> None:
        if self._direct:
            self._body.append(body)
        else:
            super().on_body(body)

    def on_message_complete(self) -> None:
        if not self._direct:
            super().on_message_complete()
            return
        path, _, query = self.url.partition(b"?")
        outcome = self._gateway.answer(
            HttpRequest(
                _METHODS[self._method],
                self.scheme or "http",
                path.decode("ascii"),
                query,
                self._headers,
                self._body[0] if len(self._body) == 1 else b"".join(self._body),
            )
        )
        if isinstance(outcome, HttpResponse):
            self._write(outcome)
        else:
            self._let_wait(answer_waiting(outcome))

    def _let_wait(self, application: AsgiApp) -> None:
        """Hand over to uvicorn, which notices if the client hangs up, and keeps pipelined requests in order."""
        usual = self.app
        self.app = application
        self._go_the_long_way()
        self.app = usual
        super().on_message_complete()
        # Nobody looks at these any more, and ten thousand may wait.
        self._body = []
        self._read.clear()
        self.headers.clear()

    def _go_the_long_way(self) -> None:
        """Let uvicorn handle the request, as if it had from the beginning."""
        url = self.url
        super().on_message_begin()
        self.url = url
        self.expect_100_continue = self._headers.get(b"expect", b"").lower() == b"100-continue"
        self.headers.extend(self._headers.items())  # the scope holds this very list
        self.scope["extensions"] = {UNANSWERED: {"end": self._leave_unanswered}}
        super().on_headers_complete()
        self._cycles = [*(cycle for cycle in self._cycles if not cycle.response_complete), self.cycle]

    def _leave_unanswered(self, _: Unanswered) -> None:
        """The end of the connection, instead of an answer. What was written before still goes out."""
        self.transport.close()
        self._tell_of_the_end()

    def _tell_of_the_end(self) -> None:
        """Tell those who answer requests that nobody listens. Uvicorn tells only the one who came last."""
        for cycle in self._cycles:
            if not cycle.response_complete:
                cycle.disconnected = True
                cycle.message_event.set()

    def _write(self, response: HttpResponse) -> None:
        self.server_state.total_requests += 1
        status_line, head = STATUS_LINE[response.status], _default_head(self.server_state.default_headers)
        if self.parser.should_keep_alive():
            self.transport.write(b"%b%b%b\r\n%b" % (status_line, head, response.head, response.body))
            if self.timeout_keep_alive_task is None:
                self.timeout_keep_alive_task = self.loop.call_later(
                    self.timeout_keep_alive, self.timeout_keep_alive_handler
                )
        else:
            closing = b"connection: close\r\n\r\n"
            self.transport.write(b"%b%b%b%b%b" % (status_line, head, response.head, closing, response.body))
            self.transport.close()


class _HeaderNames(Struct, frozen=True):
    """The names of a request's headers."""

    given: tuple[bytes, ...]
    lower: tuple[bytes, ...]
    usual: bool  # whether none of them keeps the request from the fast way


@lru_cache(maxsize=1024)  # so that connections share them
def _header_names(given: tuple[bytes, ...]) -> _HeaderNames:
    lower = tuple(map(bytes.lower, given))
    return _HeaderNames(given, lower, _UNUSUAL_HEADERS.isdisjoint(lower))


def _stands_for_itself(url: bytes) -> bool:
    """Whether this is the URL of an AWS call, and its path is spelt without escapes."""
    path = url.partition(b"?")[0]
    return path.startswith(b"/") and not path.startswith(OTHER_PATHS) and b"%" not in path and b"#" not in url


def _is_visit(url: bytes, headers: dict[bytes, bytes]) -> bool:
    path, _, query = url.partition(b"?")
    return is_visit("GET", path.decode("latin-1"), query, headers)


class _DefaultHead:
    """The headers that uvicorn adds to all answers, as bytes; uvicorn makes a new list of them every second."""

    def __init__(self) -> None:
        self._headers: list[tuple[bytes, bytes]] = []
        self._head = b""

    def __call__(self, headers: list[tuple[bytes, bytes]]) -> bytes:
        if headers is not self._headers:
            self._headers = headers
            self._head = b"".join(b"%b: %b\r\n" % header for header in headers)
        return self._head


_default_head = _DefaultHead()
