"""The server process: uvicorn on a socket, its start and its graceful shutdown."""

import asyncio
import os
import signal
import socket
import ssl
from collections.abc import Callable, Coroutine
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

import uvicorn

from emulator.configuration.document_error import DocumentError
from emulator.configuration.settings import Settings
from emulator.http.aws_connection import AwsConnection
from emulator.http.connection import Connection, MakeConnection
from emulator.observation.log import announce
from emulator.serving.app import Emulator
from emulator.serving.asgi import AsgiApp
from emulator.serving.listeners import Listeners, url_of
from emulator.serving.start_errors import InitScriptError, PersistenceError, StartError, StateFileError
from emulator.serving.uvicorn_config import uvicorn_config

if TYPE_CHECKING:
    from emulator.cluster.cluster import Cluster
    from emulator.declared.contents import Contents
    from emulator.serving.hooks import HookFailedError, Hooks
    from emulator.store.store import Store

_LOOK_SECONDS = 0.1  # during the start, at whether the process is to end
_FAREWELL_SECONDS = 1.0  # for clients of a process that leaves a cluster
_LOOK_AT_CLIENTS_SECONDS = 0.01


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
        super().__init__(uvicorn_config(listeners.aws, emulator, self._holding(AwsConnection), settings, self._tls))
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
        protocol = self._holding(Connection)
        server = uvicorn.Server(uvicorn_config(listener, starting, protocol, self._settings, self._tls))
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
        other = uvicorn.Server(uvicorn_config(listener, application, self._holding(protocol), self._settings, tls))
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
            await self._take_leave()
        self._emulator.close()
        await super().shutdown(sockets)
        if self._contents is not None:
            await self._save(self._contents)
        await self._emulator.finish()
        if self._cluster is not None:
            await self._cluster.close()
        if self._store is not None:
            await self._store.close(self._emulator.world)

    async def _take_leave(self) -> None:
        """Let clients close their connections, as a request may be on its way in each that looks idle.

        Every answer asks for it from now on. Those in which nothing comes for a second, or until a second interrupt,
        are closed by the server.
        """
        await asyncio.sleep(0)  # connections that have come in are accepted
        for server in self.servers:
            server.close()
        state, loop = self.server_state, asyncio.get_running_loop()
        state.default_headers = [*state.default_headers, (b"connection", b"close")]
        until = loop.time() + _FAREWELL_SECONDS
        while state.connections and loop.time() < until and not self.force_exit:  # noqa: ASYNC110 - it has no event
            await asyncio.sleep(_LOOK_AT_CLIENTS_SECONDS)

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
