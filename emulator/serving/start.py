"""The start of the server process: what is opened before there is a server, and how it runs."""

import logging
import socket
import ssl
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, cast

from emulator.configuration.settings import Settings
from emulator.serving import collector
from emulator.serving.app import Emulator
from emulator.serving.listeners import Listeners, listen
from emulator.serving.server import Server
from emulator.serving.start_errors import CertificateFileError, PersistenceError

if TYPE_CHECKING:
    from emulator.cluster.store import SharedStore
    from emulator.declared.contents import Contents
    from emulator.store.store import Store

logger = logging.getLogger(__name__)


def run(settings: Settings, contents: "Contents | None" = None) -> None:
    """Serve until SIGTERM or SIGINT; ``contents`` are there when the server is ready."""
    listener = listen(settings.host, settings.port)
    peers = _peer_listener(settings)
    address = "" if peers is None else _peer_address(settings, peers)
    store = open_store(settings, address)
    control_listener = _listener(settings.host, settings.control_port)
    tls_listener = _listener(settings.host, settings.tls_port)
    control_port = None if control_listener is None else control_listener.getsockname()[1]
    emulator = Emulator(replace(settings, port=listener.getsockname()[1], control_port=control_port))
    collector.limit_pauses()
    if settings.signing_cert_file is not None:
        write_certificate(emulator, settings.signing_cert_file)
    listeners = Listeners(listener, control_listener, tls_listener)
    join = None if peers is None else partial(cast("SharedStore", store).join, address, peers)
    server = Server(emulator, settings, listeners, contents=contents, store=store, join=join, tls=tls_context(settings))
    server.run(sockets=[listener])
    if server.failure is not None:
        raise server.failure


def _listener(host: str, port: int | None) -> socket.socket | None:
    return None if port is None else listen(host, port)


def _peer_address(settings: Settings, listener: socket.socket) -> str:
    from emulator.cluster.address import url_for_peers

    return url_for_peers(settings, listener)


def _peer_listener(settings: Settings) -> socket.socket | None:
    """For the other processes of a cluster; None where this is none of one."""
    if settings.store is None:
        return None
    return listen(settings.host, settings.cluster_address[1] if settings.cluster_address else 0)


def open_store(settings: Settings, address: str) -> "Store | None":
    """What keeps everything; None where nothing is kept. Other processes of a cluster reach this one at ``address``."""
    if settings.data_dir is None and settings.store is None:
        return None
    from emulator.store.database import StoreError

    try:
        if settings.store is not None:
            from emulator.cluster.store import SharedStore

            return SharedStore(settings.store, settings, address)
        from emulator.store.sqlite import SqliteDatabase
        from emulator.store.store import FileStore

        assert settings.data_dir is not None, "one of them is given"
        return FileStore(SqliteDatabase(Path(settings.data_dir).absolute(), settings.durability))
    except StoreError as error:
        raise PersistenceError(str(error)) from None


def tls_context(settings: Settings) -> ssl.SSLContext | None:
    """The TLS context of all ports, or of that of HTTPS; None without TLS. Logs how to trust a made certificate."""
    if not settings.tls and settings.tls_port is None:
        return None
    from emulator.serving.tls import TlsError, how_to_trust, server_context

    try:
        context = server_context(settings)
    except TlsError as error:
        raise CertificateFileError(str(error)) from error
    if settings.tls_cert is None:
        logger.info("%s", how_to_trust(settings.tls_ca_file))
    return context


def write_certificate(emulator: Emulator, file: str) -> None:
    """Write the certificate of signatures to ``file``, for clients that do not fetch it from here."""
    try:
        Path(file).write_bytes(emulator.world.sns.signer.certificate_pem)
    except OSError as error:
        raise CertificateFileError(f"Cannot write {file}: {error.strerror}.") from error
