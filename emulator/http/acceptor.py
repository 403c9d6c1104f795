"""Accepting a crowd: connections that come in together are accepted together.

uvloop accepts one connection of a listening socket in a turn of the event loop. If n connections came in at once, the
first ones would send request after request while the last one waits for some n²/2 answers.
"""

import asyncio
import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

_MOST = 256  # in a turn, so that those that are connected are not kept waiting


class Acceptor:
    """Makes the protocol of each connection that the event loop accepts, and accepts those that came in with it.

    Several duplicates of the socket would do this in one line, but each would cost every new connection a system call.
    """

    def __init__(
        self, listener: socket.socket, make_protocol: Callable[..., asyncio.Protocol], tls: ssl.SSLContext | None
    ) -> None:
        self._listener = listener
        self._make_protocol = make_protocol
        self._tls = tls
        self._connecting: set[asyncio.Task[Any]] = set()

    def __call__(self, **parameters: Any) -> asyncio.Protocol:
        """Called by uvicorn with the parameters of a connection."""
        make = partial(self._make_protocol, **parameters)
        with suppress(OSError):  # none is left, or no file descriptor for one
            for _ in range(_MOST):
                self._connect(self._listener.accept()[0], make)
        return make()

    def _connect(self, accepted: socket.socket, make: Callable[[], asyncio.Protocol]) -> None:
        loop = asyncio.get_running_loop()
        task = loop.create_task(loop.connect_accepted_socket(make, accepted, ssl=self._tls))
        self._connecting.add(task)
        task.add_done_callback(self._connected)

    def _connected(self, task: asyncio.Task[Any]) -> None:
        self._connecting.discard(task)
        if not task.cancelled():
            task.exception()  # the client has hung up, or failed at TLS, which is no fault of this server
