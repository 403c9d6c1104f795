"""Connections on which a test sends whatever bytes it wants."""

import json
import re
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest

from tests import patience
from tests.server import RunningServer

Answer = tuple[int, bytes]  # status and body

linux = pytest.mark.skipif(sys.platform != "linux", reason="looks at processes as Linux shows them")


class Wire:
    """One connection to a server."""

    def __init__(self, url: str) -> None:
        host, _, port = url.partition("://")[2].partition(":")
        self.peer = f"{host}:{port}"
        self._socket = socket.create_connection((host, int(port)), timeout=patience.SECONDS)
        self.received = b""  # and not yet given out as an answer

    def send(self, data: bytes) -> None:
        """Send ``data``, or the beginning of it that the server takes."""
        with suppress(ConnectionError):  # what the server has answered before can still be read
            self._socket.sendall(data)

    def end_sending(self) -> None:
        with suppress(OSError):  # the server may have ended the connection
            self._socket.shutdown(socket.SHUT_WR)

    def answer(self) -> Answer | None:
        """The next answer; None where the connection ends instead."""
        while (found := _parsed(self.received)) is None:
            if not self.more():
                return None
        answer, self.received = found
        return answer

    def rest(self) -> list[Answer]:
        """All answers up to the end of the connection."""
        return list(iter(self.answer, None))

    def more(self) -> bool:
        try:
            data = self._socket.recv(65_536)
        except ConnectionError:
            return False
        self.received += data
        return bool(data)

    def close(self) -> None:
        self._socket.close()


def _parsed(data: bytes) -> tuple[Answer, bytes] | None:
    head, end, rest = data.partition(b"\r\n\r\n")
    length = re.search(rb"content-length: (\d+)", head)
    size = int(length[1]) if length else 0
    if not end or len(rest) < size:
        return None
    return (int(head.split()[1]), rest[:size]), rest[size:]


@contextmanager
def wire(server: RunningServer) -> Iterator[Wire]:
    connection = Wire(server.url)
    try:
        yield connection
    finally:
        connection.close()


def request(line: str, *headers: str, body: bytes = b"", host: str | None = "localhost", length: bool = True) -> bytes:
    """A request with the header Host, if any, and Content-Length, if ``length``."""
    lines = [line, *([f"Host: {host}"] if host is not None else []), *headers]
    lines += [f"Content-Length: {len(body)}"] if length else []
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


def call(action: str, *headers: str, account: str | None = None, **members: object) -> bytes:
    """An SQS call in JSON."""
    key = f"Authorization: AWS4-HMAC-SHA256 Credential={account}/20260101/us-east-1/sqs/aws4_request, Signature=0"
    return request(
        "POST / HTTP/1.1",
        "Content-Type: application/x-amz-json-1.0",
        f"X-Amz-Target: AmazonSQS.{action}",
        *([key] if account else []),
        *headers,
        body=json.dumps(members).encode(),
    )


def memory(server: RunningServer) -> int:
    """The bytes of memory that the server's process has."""
    with open(f"/proc/{server.process.pid}/status") as status:
        found = re.search(r"VmRSS:\s+(\d+)", status.read())
    assert found is not None
    return int(found[1]) * 1024
