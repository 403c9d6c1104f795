"""Several emulators in one process, with leases in memory: what is fast to test of a cluster."""

import asyncio
import sys
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from functools import partial
from typing import Any, TypeVar
from unittest.mock import patch

import msgspec

from emulator.cluster.cluster import Cluster
from emulator.cluster.leases import Member
from emulator.configuration.settings import Settings
from emulator.serving.app import Emulator
from emulator.serving.listeners import Listeners, listen, url_of
from emulator.serving.server import Server
from emulator.state.document import State
from emulator.state.restoring import loading
from emulator.state.streaming import stream
from emulator.timing.turns import in_turns
from tests import patience

T = TypeVar("T")


class Registry:
    """The accounts of a cluster: who owns each, and what it holds while it is moved."""

    def __init__(self) -> None:
        self.owners: dict[str, FakeLeases] = {}
        self.members: dict[str, FakeLeases] = {}
        self.moving = asyncio.Lock()
        self.stored: dict[str, bytes] = {}  # the state documents of accounts that nobody owns


class FakeLeases:
    """The leases of one emulator."""

    def __init__(self, registry: Registry, emulator: Emulator, address: str) -> None:
        self._registry = registry
        self._emulator = emulator
        self.address = address
        self.name = f"member {len(registry.members)}"
        self._owned: set[str] = set()
        registry.members[self.name] = self

    def owned(self) -> set[str]:
        return self._owned

    async def owner(self, account: str) -> str | None:
        async with self._registry.moving:
            owner = self._registry.owners.get(account)
            if owner is None:
                await self.acquire(account)
                return None
            return None if owner is self else owner.address

    async def acquire(self, account: str) -> None:
        self._registry.owners[account] = self
        document = self._registry.stored.pop(account, None)
        if document is not None:
            await in_turns(loading(self._emulator.world, msgspec.json.decode(document, type=State)))
        self._owned.add(account)

    def me(self) -> Member:
        return Member(self.name, self.address, tuple(self._owned), 0.0)

    async def accounts(self) -> list[str]:
        return [*self._registry.owners, *self._registry.stored]

    async def members(self) -> list[Member]:
        return [each.me() for each in self._registry.members.values()]

    async def release(self, account: str, to: str | None = None) -> None:
        async with self._registry.moving:
            await self._release(account, to)

    async def _release(self, account: str, to: str | None) -> None:
        if account not in self._owned:
            return
        self._owned.discard(account)
        world = self._emulator.world
        self._registry.stored[account] = b"".join([part async for part in stream(world, account)])
        world.unload(account)
        del self._registry.owners[account]
        if to is not None:
            await self._registry.members[to].acquire(account)

    async def release_all(self) -> None:
        del self._registry.members[self.name]
        others = [*self._registry.members]
        for number, account in enumerate([*self._owned]):
            await self.release(account, others[number % len(others)] if others else None)


async def _kept() -> None:
    """Nothing is kept but in memory."""
    await asyncio.sleep(0)


class FakeMember:
    """One emulator of the cluster."""

    def __init__(self, server: Server, emulator: Emulator, leases: FakeLeases, url: str) -> None:
        self.server = server
        self.emulator = emulator
        self.leases = leases
        self.url = url
        self.ended: Future[None] = Future()

    @property
    def cluster(self) -> Cluster:
        cluster = self.server._cluster  # noqa: SLF001 - nothing else asks for it
        assert cluster is not None
        return cluster


class FakeCluster:
    """Emulators in one thread, which share an event loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self.registry = Registry()
        self.members: list[FakeMember] = []

    def __getitem__(self, number: int) -> FakeMember:
        return self.members[number]

    def run(self, work: Callable[[], Awaitable[T]]) -> T:
        """The result of ``work`` in the event loop of the emulators."""

        async def in_loop() -> T:
            return await work()

        return asyncio.run_coroutine_threadsafe(in_loop(), self.loop).result(patience.SECONDS)

    def place(self, account: str, number: int) -> None:
        """Let an account live in a member."""
        leases = self.members[number].leases
        self.run(lambda: leases.acquire(account))

    def move(self, account: str, number: int) -> None:
        """Let an account move to a member from that where it lives."""
        to = self.members[number].leases.name
        for member in self.members:
            if account in member.leases.owned() and member is not self.members[number]:
                cluster = member.cluster
                self.run(partial(cluster.hand_over, account, to))

    def start(self, **options: Any) -> FakeMember:
        settings = Settings(port=0, log_level="warning", **options)
        listener, inner = listen("127.0.0.1", 0), listen("127.0.0.1", 0)
        emulator = Emulator(settings)
        leases = FakeLeases(self.registry, emulator, url_of(inner, tls=False))
        started: Future[None] = Future()

        async def serve_and_tell() -> None:
            try:
                await serve()
            except BaseException as error:
                started.set_exception(error)
                raise

        async def serve() -> None:
            server = Server(
                emulator,
                settings,
                Listeners(listener),
                join=lambda emulator: Cluster(emulator, leases, leases.address, inner, _kept, patience.SECONDS),
            )
            member = FakeMember(server, emulator, leases, url_of(listener, tls=False))
            self.members.append(member)
            serving = asyncio.create_task(server._serve([listener]))  # noqa: SLF001 - a thread has no signals
            while not server.started and not serving.done():  # noqa: ASYNC110 - it has no event
                await asyncio.sleep(0)
            if serving.done():
                await serving
            started.set_result(None)
            await serving
            member.ended.set_result(None)

        asyncio.run_coroutine_threadsafe(serve_and_tell(), self.loop)
        started.result(patience.SECONDS)
        return self.members[-1]

    def stop(self, member: FakeMember) -> None:
        """Let a member leave, as by SIGTERM."""
        member.server.end()
        member.ended.result(patience.SECONDS)


async def _let_connections_close() -> None:
    """A connection that was closed is gone a turn of the loop later."""
    for _ in range(3):
        await asyncio.sleep(0)


def _new_event_loop() -> asyncio.AbstractEventLoop:
    """Such a loop as the server has. asyncio's own leaves a connection open that it accepts while its server closes."""
    if sys.platform == "win32":
        return asyncio.new_event_loop()
    import uvloop

    return uvloop.new_event_loop()


@contextmanager
def fake_cluster(number: int, **options: Any) -> Iterator[FakeCluster]:
    """A cluster of so many emulators."""
    loop = _new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    cluster = FakeCluster(loop)
    try:
        for _ in range(number):
            cluster.start(**options)
        yield cluster
    finally:
        with patch("emulator.serving.server._FAREWELL_SECONDS", 0):  # the clients are gone with the test
            for member in cluster.members:
                if not member.ended.done():
                    cluster.stop(member)
        cluster.run(_let_connections_close)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def eventually(happened: Callable[[], bool]) -> None:
    """Return when it has happened."""
    until = time.monotonic() + patience.SECONDS
    while not happened():
        assert time.monotonic() < until, "it has not happened"
        time.sleep(0.005)
