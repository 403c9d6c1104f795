"""The fast path for AWS calls, which are answered inside the HTTP parser's callback.

Most calls can be answered at once. For these, an ASGI scope, its events and a task would cost more than the action
itself, so there are none: the request goes to the gateway as soon as it is complete, and the answer to the transport. A
call that waits, or that comes after a request that waits, gets a slot. All other requests go through the ASGI
application: the control interface, web pages, and unusual requests. Both paths use the same gateway and give the same
answers.
"""

import asyncio
from functools import partial
from typing import Any

import uvicorn
from uvicorn.server import ServerState

from emulator.admission.browsers import is_visit
from emulator.http.answer_slot import AnswerSlot, CallSlot
from emulator.http.aws_application import AwsApplication
from emulator.http.connection import METHODS, Connection
from emulator.serving.app import OTHER_PATHS
from emulator.serving.asgi import MAX_REQUEST_BYTES
from emulator.wire.http import Headers, HttpRequest, HttpResponse

_LENGTH_DIGITS = 6  # of a body's length, which is not too large then


class AwsConnection(Connection):
    """A connection to the port for AWS calls."""

    def __init__(
        self,
        config: uvicorn.Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        application: object = config.app
        assert isinstance(application, AwsApplication), "this connection serves the emulator only"
        self._gateway = application.gateway
        # Of the AWS call that is being read.
        self._method = ""  # empty if the application answers the request
        self._headers: dict[bytes, bytes] = {}
        self._reads_all_headers = application.reads_all_headers
        if application.joins_headers:
            self.on_header = partial(_join, self._fields)
            self._parser = self._new_parser()

    def on_headers_complete(self) -> None:
        method = self._parser.get_method()
        if not self._read_head(method):
            return
        url, names = self._url, self._names
        if (names.usual or self._is_plain()) and method in METHODS and (url == b"/" or _stands_for_itself(url)):
            fields = self._fields
            headers = names.headers(fields) if self._reads_all_headers else names.read_headers(fields)
            if not _is_large(headers) and (method == b"POST" or not _is_visit(url, headers)):
                self._method, self._headers = METHODS[method], headers
                fields.clear()
                return
        self._open_asgi_slot(method)

    def on_message_complete(self) -> None:
        method = self._method
        if not method:
            super().on_message_complete()
            return
        self._method = ""
        path, _, query = self._url.partition(b"?")
        request = HttpRequest(
            method,
            self._scheme,
            path.decode("ascii"),
            query,
            self._headers,
            self._take_body(),
            client=self._client,
        )
        channel = self._channel
        if channel.is_busy:
            channel.open(CallSlot(channel, self._gateway, request, keep_alive=self._keeps_alive()))
            return
        outcome = self._gateway.answer(request)
        if isinstance(outcome, HttpResponse):
            channel.send(outcome, self._parser.should_keep_alive())
        else:
            slot = AnswerSlot(channel, keep_alive=self._keeps_alive())
            channel.open(slot)
            slot.fill_later(outcome)

    def _is_plain(self) -> bool:
        """Whether the request needs nothing of HTTP but a body of known length, although it names its connection."""
        return self._names.plain and self._parser.get_http_version() != "1.0"

    @property
    def is_reading(self) -> bool:
        return bool(self._method) or super().is_reading

    @property
    def awaits_body(self) -> bool:
        return bool(self._method) or super().awaits_body

    def _forget_request(self) -> None:
        self._method = ""
        super()._forget_request()


def _join(fields: dict[bytes, bytes], name: bytes, value: bytes) -> None:
    """Add a header; the values of those with the same name are one list, as they are signed."""
    name = name.lower()
    fields[name] = fields[name].rstrip(b" \t") + b"," + value if name in fields else value


def _stands_for_itself(url: bytes) -> bool:
    """Whether this is the URL of an AWS call, with a path without escapes."""
    path = url.partition(b"?")[0]
    return path.startswith(b"/") and not path.startswith(OTHER_PATHS) and b"%" not in path and b"#" not in url


def _is_large(headers: Headers) -> bool:
    length = headers.get(b"content-length", b"0")
    return len(length) > _LENGTH_DIGITS and int(length) > MAX_REQUEST_BYTES


def _is_visit(url: bytes, headers: Headers) -> bool:
    path, _, query = url.partition(b"?")
    return is_visit("GET", path.decode("latin-1"), query, headers)
