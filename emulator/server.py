"""The process: uvicorn on a socket, its start and its graceful end."""

import os
import signal
import socket
import sys
from pathlib import Path
from types import FrameType

import uvicorn

from emulator.app import Emulator
from emulator.protocol import EmulatorProtocol
from emulator.settings import Settings

_BACKLOG = 2048
_KEEP_ALIVE_SECONDS = 75
_LAST_ANSWERS_SECONDS = 1  # what is in flight at the end has this long


class StartError(Exception):
    """The server cannot start; the text says in one line why not."""


class AddressUnavailableError(StartError):
    """It cannot listen where it was told to."""


class CertificateFileError(StartError):
    """It cannot write its certificate where it was told to."""


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; AddressUnavailableError says in one line why not."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=_BACKLOG)
    except (OSError, OverflowError) as error:
        reason = os.strerror(error.errno) if isinstance(error, OSError) and error.errno else str(error)
        raise AddressUnavailableError(f"Cannot listen on {host} port {port}: {reason}.") from error


def url_of(listener: socket.socket) -> str:
    """A URL that reaches ``listener`` from this machine."""
    host, port = listener.getsockname()[:2]
    if host in ("0.0.0.0", "::"):
        host = "localhost"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def run(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT."""
    listener = listen(settings.host, settings.port)
    emulator = Emulator(settings)
    if settings.signing_cert_file is not None:
        write_certificate(emulator, settings.signing_cert_file)
    config = uvicorn.Config(
        emulator,
        loop="uvloop" if sys.platform != "win32" else "asyncio",
        http=EmulatorProtocol,
        ws="none",
        lifespan="off",
        interface="asgi3",
        log_config=None,
        log_level="warning",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        date_header=settings.clock_at is None,  # that is the system's time, of which no answer shall tell then
        timeout_keep_alive=_KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=_LAST_ANSWERS_SECONDS,
    )
    Server(config, emulator, listener).run(sockets=[listener])


def write_certificate(emulator: Emulator, file: str) -> None:
    """The certificate of signatures into ``file``, for clients that do not fetch it from here."""
    try:
        Path(file).write_bytes(emulator.topics.signer.certificate_pem)
    except OSError as error:
        raise CertificateFileError(f"Cannot write {file}: {error.strerror}.") from error


class Server(uvicorn.Server):
    """Uvicorn, which says when it is ready, wakes the parked before it ends, and exits with 0."""

    def __init__(self, config: uvicorn.Config, emulator: Emulator, listener: socket.socket) -> None:
        super().__init__(config)
        self._emulator = emulator
        self._listener = listener

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        print(f"SQS and SNS on {url_of(self._listener)}", flush=True)
        print("Ready.", flush=True)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._emulator.close()
        await super().shutdown(sockets)
        await self._emulator.finish()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """As uvicorn, but the signal is not raised again at the end: a stop that was asked for is a success."""
        del frame
        if self.should_exit and sig == signal.SIGINT:
            self.force_exit = True
        self.should_exit = True
