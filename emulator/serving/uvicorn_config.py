"""One port of the server, as uvicorn is told of it."""

import asyncio
import socket
import ssl
import sys
from typing import cast

import uvicorn

from emulator.configuration.settings import Settings
from emulator.http.acceptor import Acceptor
from emulator.http.connection import MakeConnection
from emulator.serving.asgi import AsgiApp

_KEEP_ALIVE_SECONDS = 75
_LAST_ANSWERS_SECONDS = 5  # for requests in flight at the end; less than the 10 after which docker stop kills


def uvicorn_config(
    listener: socket.socket,
    application: AsgiApp,
    protocol: MakeConnection,
    settings: Settings,
    tls: ssl.SSLContext | None,
) -> uvicorn.Config:
    """The uvicorn configuration of one port."""
    known_by_its_methods = cast(type[asyncio.Protocol], protocol)
    config = uvicorn.Config(
        application,
        loop="uvloop" if sys.platform != "win32" else "asyncio",
        http=known_by_its_methods,
        ws="none",
        lifespan="off",
        interface="asgi3",
        log_config=None,
        log_level="warning",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        date_header=settings.clock_at is None,  # the header has the system's time, which differs from run to run
        timeout_keep_alive=_KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=_LAST_ANSWERS_SECONDS,
    )
    config.load()
    config.ssl = tls
    if sys.platform != "win32":  # where asyncio's own event loop accepts in its own way
        config.http_protocol_class = Acceptor(listener, known_by_its_methods, tls)  # type: ignore[assignment]
    return config
