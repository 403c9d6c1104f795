"""Connections that are kept open between requests."""

import asyncio
from typing import TYPE_CHECKING

from emulator.sns.delivery.http_target import Origin

if TYPE_CHECKING:
    from emulator.sns.delivery.http_connection import HttpConnection

IDLE_MAX = 128  # connections; beyond that, the one that is idle for the longest time is closed

_IDLE_SECONDS = 4.0  # after which a connection is closed, sooner than common servers close it


class ConnectionPool:
    """The idle connections, by origin. The one that was used last is used next."""

    def __init__(self) -> None:
        self._idle: dict[HttpConnection, tuple[Origin, asyncio.TimerHandle]] = {}  # the oldest first
        self._by_origin: dict[Origin, list[HttpConnection]] = {}

    def take(self, origin: Origin) -> "HttpConnection | None":
        """An open connection to ``origin``, if there is one. It is not in the pool any more."""
        while origin in self._by_origin:
            connection = self._by_origin[origin][-1]
            self._remove(connection)
            if connection.is_open:
                return connection
        return None

    def keep(self, origin: Origin, connection: "HttpConnection") -> None:
        """Keep a connection for the next request, if it is still open."""
        if not connection.is_open:
            return
        timer = asyncio.get_running_loop().call_later(_IDLE_SECONDS, self._drop, connection)
        self._idle[connection] = origin, timer
        self._by_origin.setdefault(origin, []).append(connection)
        if len(self._idle) > IDLE_MAX:
            self._drop(next(iter(self._idle)))

    def close(self) -> None:
        """Close all connections."""
        for connection in list(self._idle):
            self._drop(connection)

    def _drop(self, connection: "HttpConnection") -> None:
        self._remove(connection)
        connection.close()

    def _remove(self, connection: "HttpConnection") -> None:
        origin, timer = self._idle.pop(connection)
        timer.cancel()
        connections = self._by_origin[origin]
        connections.remove(connection)
        if not connections:
            del self._by_origin[origin]
