"""HTTP to the other processes of the cluster, over connections that are kept open."""

import asyncio
from collections.abc import Coroutine, Set
from typing import Final
from urllib.parse import quote, urlsplit

from emulator.admission.browsers import BROWSER_HEADERS
from emulator.cluster.peer_connection import HOP_BY_HOP, PeerConnection, PeerLostError
from emulator.wire.http import HttpRequest, HttpResponse

# What a request that is passed on says of the one who sent it: scheme, address and port.
CLIENT: Final = b"x-emulator-client"

# The process that a web page called decides what the page may do.
_LEFT_OUT = HOP_BY_HOP | BROWSER_HEADERS | {CLIENT}
_IDLE_MAX = 64  # connections to one process
_IDLE_SECONDS = 50.0  # after which one is closed, sooner than the other process closes it
CONNECT_SECONDS = 2.0  # after which a process that does not accept a connection is given up


class Peers:
    """The other processes, by their base URLs."""

    def __init__(self, connect_seconds: float = CONNECT_SECONDS) -> None:
        self._connect_seconds = connect_seconds
        self._idle: dict[str, list[tuple[PeerConnection, float]]] = {}  # and since when, by the loop's time
        self._busy: dict[str, set[PeerConnection]] = {}

    async def send(self, url: str, request: bytes) -> HttpResponse:
        """The answer of the process at ``url``. Raises PeerLostError. If it is canceled, the process sees a hang-up."""
        connection = self._take(url) or await self._connect(url)
        busy = self._busy.setdefault(url, set())
        busy.add(connection)
        try:
            answer = await connection.exchange(request)
        finally:
            busy.discard(connection)
        self._keep(url, connection)
        return answer

    def keep_only(self, urls: Set[str]) -> None:
        """These are the processes that live. Requests to others are given up, as they would never be answered."""
        for url in [*self._busy]:
            if url not in urls:
                for connection in [*self._busy.pop(url), *(each for each, _ in self._idle.pop(url, ()))]:
                    connection.close()

    def close(self) -> None:
        """Close all connections."""
        self.keep_only(frozenset())

    async def _connect(self, url: str) -> PeerConnection:
        address = urlsplit(url)
        opening: Coroutine[None, None, tuple[object, PeerConnection]] = asyncio.get_running_loop().create_connection(
            PeerConnection, address.hostname or "", address.port or 80
        )
        try:
            async with asyncio.timeout(self._connect_seconds):
                _, connection = await opening
        except (OSError, TimeoutError) as error:
            raise PeerLostError(f"cannot connect to {url}: {error}", sent=False) from error
        return connection

    def _take(self, url: str) -> PeerConnection | None:
        """The open connection that was used last."""
        idle, now = self._idle.get(url), asyncio.get_running_loop().time()
        while idle:
            connection, since = idle.pop()
            if connection.is_open and now - since < _IDLE_SECONDS:
                return connection
            connection.close()
        return None

    def _keep(self, url: str, connection: PeerConnection) -> None:
        """Keep a connection for the next request, if it is still open, and the process is still known."""
        if connection.is_open:
            idle = self._idle.setdefault(url, [])
            if len(idle) < _IDLE_MAX and url in self._busy:
                idle.append((connection, asyncio.get_running_loop().time()))
            else:
                connection.close()


def as_bytes(request: HttpRequest) -> bytes:
    """``request`` as it is passed on: as it came, and from whom."""
    target = quote(request.path, safe="/:@!$&'()*+,;=~-._").encode()
    if request.query:
        target += b"?" + request.query
    lines = [b"%b %b HTTP/1.1" % (request.method.encode(), target)]
    lines += [b"%b: %b" % field for field in request.headers.items() if field[0] not in _LEFT_OUT]
    host, port = (request.client or ("127.0.0.1", 0))[:2]
    lines.append(b"%b: %b %b %b" % (CLIENT, request.scheme.encode(), str(host).encode(), str(port).encode()))
    if request.method != "GET" or request.body:
        lines.append(b"content-length: %d" % len(request.body))
    return b"\r\n".join([*lines, b"", b""]) + request.body
