"""One client connection."""

import socket

import httptools

_READ_BYTES = 256 * 1024
_TIMEOUT_SECONDS = 60.0


class LoadError(Exception):
    """A server gave an answer that makes the measurement invalid."""


class Connection:
    """Sends one request at a time and gathers its answer; opens again where the server closes after an answer."""

    __slots__ = ("_address", "_body", "_complete", "_parser", "is_kept", "socket")

    def __init__(self, host: str, port: int) -> None:
        if host != "127.0.0.1":
            raise ValueError(f"{host}: the load generator serves loopback only")
        self._address = (host, port)
        self._open()

    def _open(self) -> None:
        self.socket = socket.create_connection(self._address, timeout=_TIMEOUT_SECONDS)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._parser = httptools.HttpResponseParser(self)
        self._body = b""
        self._complete = False
        self.is_kept = True  # whether the server keeps the connection open after the answer that was read last

    def on_body(self, part: bytes) -> None:
        self._body += part

    def on_message_complete(self) -> None:
        self._complete = True
        self.is_kept = self._parser.should_keep_alive()  # the parser knows this only during its callback

    def send(self, request: bytes) -> None:
        self._body = b""
        self._complete = False
        self.socket.sendall(request)

    def read_some(self) -> bytes | None:
        """Read once; the body of the answer when it is complete. Anything but 200 is a LoadError."""
        data = self.socket.recv(_READ_BYTES)
        if not data:
            raise LoadError("the server hung up before its answer was complete")
        self._parser.feed_data(data)
        if not self._complete:
            return None
        if self._parser.get_status_code() != 200:
            raise LoadError(f"HTTP {self._parser.get_status_code()}: {self._body[:300]!r}")
        return self._body

    def reopen(self) -> None:
        self.socket.close()
        self._open()

    def call(self, request: bytes) -> bytes:
        """One request and its answer."""
        self.send(request)
        while (body := self.read_some()) is None:
            pass
        if not self.is_kept:
            self.reopen()
        return body

    def close(self) -> None:
        self.socket.close()
