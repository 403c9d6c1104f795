"""Connections that are kept, as botocore's session keeps them, with less work for each request."""

import select
from http.client import HTTPConnection
from queue import Empty, LifoQueue
from typing import Any, NamedTuple

from tests import patience


class Response(NamedTuple):
    """The part of botocore's response that is read."""

    status_code: int
    headers: Any
    content: bytes


class KeptConnections:
    """A session for ``emulator.conformance``, which several threads may use. It speaks to one server, without TLS."""

    def __init__(self, host: str, port: int) -> None:
        self._address = host, port
        self._free: LifoQueue[HTTPConnection] = LifoQueue()

    def send(self, request: Any) -> Response:
        """Send what botocore has prepared."""
        connection = self._take()
        target = "/" + request.url.split("/", 3)[3]
        connection.request(request.method, target, request.body, dict(request.headers))
        response = connection.getresponse()
        content = response.read()
        self._free.put(connection)
        return Response(response.status, response.headers, content)

    def close(self) -> None:
        while not self._free.empty():
            self._free.get().close()

    def _take(self) -> HTTPConnection:
        try:
            connection = self._free.get_nowait()
        except Empty:
            return HTTPConnection(*self._address, timeout=patience.SECONDS)
        if connection.sock is not None and select.select([connection.sock], [], [], 0)[0]:
            connection.close()  # the server has closed it; the next request connects again
        return connection
