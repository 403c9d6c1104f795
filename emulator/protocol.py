"""The fast way in: AWS calls answered inside the HTTP parser's callback.

Most calls can be answered at once. For these, uvicorn's request cycle, its task and its ASGI scope cost more
than the action itself, so they are left out: the request goes to the gateway as soon as it is complete, and
the answer to the transport. Everything else takes uvicorn's own way through the ASGI application: the control
interface, long polls that wait, pipelined requests behind one of these, and unusual requests. Both ways lead
to the same gateway and give the same answers.
"""

from typing import Any

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from emulator.app import OTHER_PATHS, Emulator
from emulator.asgi import MAX_REQUEST_BYTES, AsgiApp, answer_waiting
from emulator.wire.http import HttpRequest, HttpResponse


class EmulatorProtocol(HttpToolsProtocol):
    """One connection."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        emulator = self.config.app
        assert isinstance(emulator, Emulator), "this protocol serves the emulator only"
        self._gateway = emulator.gateway
        self._direct = False  # whether the request being read takes the fast way
        self._body: list[bytes] = []

    def on_message_begin(self) -> None:
        self.url = b""
        self.expect_100_continue = False
        self.headers = []

    def on_headers_complete(self) -> None:
        busy = self.cycle is not None and not self.cycle.response_complete
        self._direct = not busy and not self.expect_100_continue and self._is_usual()
        if self._direct:
            self._body = []
        else:
            self._go_the_long_way()

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
                method=self.parser.get_method().decode("ascii"),
                scheme=self.scheme or "http",
                path=path.decode("ascii"),
                query=query,
                headers=dict(self.headers),
                body=self._body[0] if len(self._body) == 1 else b"".join(self._body),
            )
        )
        if isinstance(outcome, HttpResponse):
            self._write(outcome)
            self.on_response_complete()
        else:
            self._let_wait(answer_waiting(outcome))

    def _is_usual(self) -> bool:
        """Whether this is a request for an AWS action, with a path that stands for itself and a body of known size."""
        url = self.url
        path = url.partition(b"?")[0]
        headers = dict(self.headers)
        return (
            self.parser.get_method() in (b"POST", b"GET")
            and path.startswith(b"/")
            and not path.startswith(OTHER_PATHS)
            and b"%" not in path
            and b"#" not in url
            and b"upgrade" not in headers
            and b"transfer-encoding" not in headers
            and int(headers.get(b"content-length", 0)) <= MAX_REQUEST_BYTES
        )

    def _let_wait(self, application: AsgiApp) -> None:
        """Hand over to uvicorn, which notices if the client hangs up, and keeps pipelined requests in order."""
        usual = self.app
        self.app = application
        self._go_the_long_way()
        self.app = usual
        super().on_message_complete()

    def pause_writing(self) -> None:
        """The client does not read its answers: read no more requests of it."""
        super().pause_writing()
        self.flow.pause_reading()

    def resume_writing(self) -> None:
        super().resume_writing()
        self.flow.resume_reading()

    def _go_the_long_way(self) -> None:
        """Let uvicorn handle the request, as if it had from the beginning."""
        url, headers, expects = self.url, self.headers, self.expect_100_continue
        super().on_message_begin()
        self.url, self.expect_100_continue = url, expects
        self.headers.extend(headers)  # the scope holds this very list
        super().on_headers_complete()

    def _write(self, response: HttpResponse) -> None:
        keep_alive = self.parser.should_keep_alive()
        parts = [STATUS_LINE[response.status]]
        for name, value in (*self.server_state.default_headers, *response.headers):
            parts += (name, b": ", value, b"\r\n")
        if not keep_alive:
            parts.append(b"connection: close\r\n")
        parts += (b"\r\n", response.body)
        self.transport.write(b"".join(parts))
        if not keep_alive:
            self.transport.close()
