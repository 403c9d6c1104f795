"""The server process: uvicorn on a socket, its start and its graceful shutdown."""

import asyncio
import logging
import os
import signal
import socket
import ssl
import sys
from collections.abc import Callable, Coroutine
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import uvicorn

from emulator.configuration.document_error import DocumentError
from emulator.configuration.settings import ANY_HOSTS, Settings
from emulator.http.acceptor import Acceptor
from emulator.http.aws_connection import AwsConnection
from emulator.http.connection import Connection, MakeConnection
from emulator.observation.log import announce
from emulator.serving import collector
from emulator.serving.app import Emulator
from emulator.serving.asgi import AsgiApp

if TYPE_CHECKING:
    from emulator.cluster.cluster import Cluster
    from emulator.cluster.store import SharedStore
    from emulator.declared.contents import Contents
    from emulator.serving.hooks import HookFailedError, Hooks
    from emulator.store.store import Store

logger = logging.getLogger(__name__)

_BACKLOG = 2048
_KEEP_ALIVE_SECONDS = 75
_LOOK_SECONDS = 0.1  # during the start, at whether the process is to end
_LAST_ANSWERS_SECONDS = 5  # for requests in flight at the end; less than the 10 after which docker stop kills


class StartError(Exception):
    """The server cannot start; the text says in one line why not."""


class AddressUnavailableError(StartError):
    """The server cannot listen at its address."""


class InitScriptError(StartError):
    """The init scripts cannot be found, or one has failed and ``--init-failure exit`` is given."""


class StateFileError(StartError):
    """The server cannot write the state at its end."""


class PersistenceError(StartError):
    """What is kept cannot be read or written."""


class CertificateFileError(StartError):
    """The server cannot read or write the file of a certificate."""


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; AddressUnavailableError says in one line why not."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=_BACKLOG)
    except (OSError, OverflowError) as error:
        text = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        reason = text.partition(" (while attempting")[0].rstrip(".")  # what Python adds repeats the address
        raise AddressUnavailableError(f"Cannot listen on {host} port {port}: {reason}.") from error


def url_of(listener: socket.socket, *, tls: bool) -> str:
    """A URL that reaches ``listener`` from this machine."""
    host, port = listener.getsockname()[:2]
    if host in ANY_HOSTS:
        host = "localhost"
    scheme = "https" if tls else "http"
    return f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"


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


class Listeners(NamedTuple):
    """The listening sockets: of AWS and, if they have ports of their own, of the control interface and of HTTPS."""

    aws: socket.socket
    control: socket.socket | None = None
    https: socket.socket | None = None


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


def _config(
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


def write_certificate(emulator: Emulator, file: str) -> None:
    """Write the certificate of signatures to ``file``, for clients that do not fetch it from here."""
    try:
        Path(file).write_bytes(emulator.world.sns.signer.certificate_pem)
    except OSError as error:
        raise CertificateFileError(f"Cannot write {file}: {error.strerror}.") from error


class Server(uvicorn.Server):
    """Uvicorn's server, which also prints when it is ready, wakes parked receives before it ends, and exits with 0."""

    def __init__(
        self,
        emulator: Emulator,
        settings: Settings,
        listeners: Listeners,
        *,
        contents: "Contents | None" = None,
        store: "Store | None" = None,
        join: "Callable[[Emulator], Cluster] | None" = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._store = store
        self._join = join  # makes this process one of a cluster, when its store has been read
        self._cluster: Cluster | None = None
        emulator.world.transfers_abroad = join is not None
        self._https = tls  # of the port of HTTPS
        self._tls = tls if settings.tls else None  # of the other ports
        super().__init__(_config(listeners.aws, emulator, self._holding(AwsConnection), settings, self._tls))
        self._emulator = emulator
        self._settings = settings
        self._listener = listeners.aws
        self._listeners = listeners
        self._contents = contents
        self._tasks: set[asyncio.Task[None]] = set()  # that change the contents
        self._hooks = self._init_hooks()
        self.failure: StartError | None = None  # of the start, or of the end
        emulator.process = self
        emulator.world.own_addresses += [each.getsockname()[:2] for each in listeners if each is not None]

    def _init_hooks(self) -> "Hooks | None":
        """The scripts of the init directories, of which most servers have none."""
        if not self._settings.init_dirs:
            return None
        from emulator.serving.hooks import Hooks

        settings = self._settings
        credentials = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
        region = {"AWS_DEFAULT_REGION": settings.region, "AWS_REGION": settings.region}
        here = {"AWS_ENDPOINT_URL": self._url_of(self._listener)}
        if settings.tls_ca_file is not None:
            here["AWS_CA_BUNDLE"] = str(Path(settings.tls_ca_file).absolute())
        environment = credentials | region | {"PYTHONUNBUFFERED": "1"} | os.environ | here
        strict = settings.init_failure == "exit"
        directories = [Path(directory) for directory in settings.init_dirs]
        try:
            return Hooks(self._emulator.stages, directories, environment, strict=strict)
        except OSError as error:
            raise InitScriptError(f"Cannot look for init scripts in {error.filename}: {error.strerror}.") from error

    def _url_of(self, listener: socket.socket) -> str:
        return url_of(listener, tls=self._settings.tls)

    def _holding(self, protocol: MakeConnection) -> MakeConnection:
        return protocol if self._store is None else self._store.holding(protocol)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        if self._store is not None and not await self._recover(self._store):
            return
        cluster = self._cluster = None if self._join is None else self._join(self._emulator)
        is_kept = self._store is not None and not self._store.is_empty
        if self._contents is not None and (
            cluster is None or await cluster.takes(self._settings.account_id, self._contents.accounts(is_kept=is_kept))
        ):
            await self._contents.fill(self._emulator.world, self._url_of(self._listener), is_kept=is_kept)
            if self._settings.watch:
                self._run_beside(self._contents.watch(self._emulator.world))
        await super().startup(sockets)
        if cluster is not None:
            await self._serve_peers(cluster)
        _, control, https = self._listeners
        self._announce(f"SQS and SNS on {self._url_of(self._listener)}")
        if https is not None:
            await self._serve_too(self._emulator, AwsConnection, https, self._https)
            self._announce(f"SQS and SNS on {url_of(https, tls=True)}")
        if control is not None:
            await self._serve_too(self._emulator.answer_control, Connection, control, self._tls)
            self._announce(f"Control interface on {self._url_of(control)}")
        if self._hooks is None:
            self._say_ready()
        else:
            self._hooks.start(self._say_ready, self._fail)

    async def _recover(self, store: "Store") -> bool:
        """Read what was kept, while health is answered and other requests wait. Returns False if it cannot be read."""
        from emulator.store.database import StoreError
        from emulator.store.starting import Starting

        emulator = self._emulator
        starting = Starting(emulator)
        listener = self._listener.dup()
        server = uvicorn.Server(_config(listener, starting, self._holding(Connection), self._settings, self._tls))
        server.lifespan = self.lifespan
        server.server_state = self.server_state
        await server.startup([listener])
        recovering = asyncio.create_task(store.recover(emulator.world))
        while not (recovering.done() or self.should_exit):
            await asyncio.wait((recovering,), timeout=_LOOK_SECONDS)
        recovering.cancel()
        try:
            await recovering
        except StoreError as error:
            self.failure = PersistenceError(str(error))
            self.end()
        except asyncio.CancelledError:  # the process is to end
            pass
        else:
            store.keep(emulator.world, emulator.suspend)
            starting.end()
        for each in server.servers:
            each.close()
        return not self.should_exit

    async def _serve_peers(self, cluster: "Cluster") -> None:
        """Serve the other processes of a cluster."""
        from emulator.cluster.entrance import PeerApplication
        from emulator.cluster.peer_entrance import PeerEntrance

        await self._serve_too(PeerApplication(cluster, self._emulator), PeerEntrance, cluster.listener, None)
        cluster.start()

    def _announce(self, text: str) -> None:
        announce(text, self._settings.log_format)

    def _say_ready(self) -> None:
        self._announce("Ready.")

    def _fail(self, error: "HookFailedError") -> None:
        self.failure = InitScriptError(f"The init script {error}.")
        self.end()

    def end(self) -> None:
        self.should_exit = True

    def restart(self) -> None:
        """Drop everything but what there is at the start, and run the init scripts again."""
        self._emulator.world.reset()
        if self._contents is not None:
            self._run_beside(self._contents.fill_again(self._emulator.world, self._url_of(self._listener)))
        if self._hooks is not None:
            self._hooks.start(self._say_ready, self._fail)

    def _run_beside(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve_too(
        self, application: AsgiApp, protocol: type[Connection], listener: socket.socket, tls: ssl.SSLContext | None
    ) -> None:
        """Serve another port. This server ends it, and waits for its connections."""
        other = uvicorn.Server(_config(listener, application, self._holding(protocol), self._settings, tls))
        other.lifespan = self.lifespan
        other.server_state = self.server_state
        await other.startup([listener])
        self.servers += other.servers

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        if self._hooks is not None:
            await self._hooks.finish()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._cluster is not None:
            await self._cluster.leave()
        self._emulator.close()
        await super().shutdown(sockets)
        if self._contents is not None:
            await self._save(self._contents)
        await self._emulator.finish()
        if self._cluster is not None:
            await self._cluster.close()
        if self._store is not None:
            await self._store.close(self._emulator.world)

    async def _save(self, contents: "Contents") -> None:
        try:
            await contents.save(self._emulator.world)
        except DocumentError as error:
            self.failure = StateFileError(str(error))

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """As in uvicorn, but the signal is not raised again at the end, so that the process exits with 0."""
        del frame
        if self.should_exit and sig == signal.SIGINT:
            self.force_exit = True
            if self._hooks is not None:
                self._hooks.abort()
        self.should_exit = True
