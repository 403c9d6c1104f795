"""The store of a process in a database that it may share with others: its accounts, and what belongs to none."""

import asyncio
import logging
import socket
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TypeVar

from emulator.cluster.cluster import Cluster
from emulator.cluster.registry import START_SECONDS, Registry
from emulator.cluster.residence import Residence
from emulator.cluster.shared_leases import SharedLeases
from emulator.configuration.settings import Settings
from emulator.foundation.changes import Change, ClockSet, IdsTaken
from emulator.foundation.ids import Ids
from emulator.serving.app import Emulator
from emulator.store.compaction import Compaction
from emulator.store.database import StoreError
from emulator.store.journal import encode
from emulator.store.postgresql import PostgresqlDatabase
from emulator.store.postgresql_connection import described
from emulator.store.store import Store
from emulator.world.world import World

logger = logging.getLogger(__name__)

_LOOK_SECONDS = 0.2

Result = TypeVar("Result")


class SharedStore(Store):
    """A store in PostgreSQL. ``leases`` is there after ``recover``."""

    def __init__(self, url: str, settings: Settings, address: str) -> None:
        """``address`` is where other members reach this one."""
        name = Ids().uuid()
        database = PostgresqlDatabase(url, name)
        super().__init__(database)
        self._database = database
        self._settings = settings
        self.url = url
        self._registry = Registry(url, name, address)
        self._is_kept = False
        self._residence: Residence
        self.leases: SharedLeases

    async def recover(self, world: World) -> None:
        """Wait for the database, become a member, and read the accounts that this one takes."""
        await self._registry.open()
        self._residence = Residence(world, self._settings, self.url)
        self.leases = SharedLeases(self._registry, self._residence, self._database, self.writer, self.journal)
        self.leases.on_common = lambda contents: _apply_common(world, contents)
        self.leases.on_new = lambda account: self._record_clock(world, account)
        self.is_empty = await self._patiently(self._registry.is_empty)
        made = world.sns.signer.key_made()
        await self._patiently(partial(self._registry.keep_first, type(made).__name__, encode(made)))
        await self._patiently(self.leases.join)
        self.leases.start()
        await self.leases.arrived()

    async def _patiently(self, work: Callable[[], Awaitable[Result]]) -> Result:
        """The result of ``work``, which is done again while the database cannot be reached."""
        loop = asyncio.get_running_loop()
        until = loop.time() + START_SECONDS
        while True:
            try:
                return await work()
            except ConnectionError as error:
                if loop.time() > until:
                    raise StoreError(f"{described(self.url)}: {error}") from None
                await asyncio.sleep(_LOOK_SECONDS)

    def keep(self, world: World, on_failure: Callable[[str | None], None]) -> None:
        """As in Store."""
        self.journal.on_loss = self.leases.lose
        super().keep(world, on_failure)
        world.ledger.keep(self._record)
        self._residence.is_serving = True
        self._residence.resume()
        self._registry.listen(self.leases.notified)
        self._is_kept = True

    def join(self, address: str, listener: socket.socket, emulator: Emulator) -> Cluster:
        """What this process does for the others: they reach it at ``address``, by ``listener``. After ``keep``."""
        cluster = Cluster(emulator, self.leases, address, listener, self.settle)
        self.leases.hand_over = cluster.hand_over
        return cluster

    def compaction(self, world: World) -> Compaction:
        """As in Store, of the accounts that are here."""
        return Compaction(world, self.database, self.writer, self.journal, self.leases.is_here)

    def _record(self, change: Change) -> None:
        account = change.account
        if account is not None and not (self.leases.is_here(account) or self.leases.is_leaving(account)):
            if isinstance(change, IdsTaken):
                return  # the id of a request about an account that is not here
            if self.leases.is_arriving(account):
                logger.error("A change of the account %s was made before the account is here: %s", account, change)
                return
            self.leases.adopt(account)
        self.journal.record(change)

    def _record_clock(self, world: World, account: str) -> None:
        """Record how the clock of a new account goes: that of accounts yet to come may go otherwise later."""
        self.journal.record(ClockSet(account, *world.clocks.of(account).setting))

    async def close(self, world: World) -> None:
        """As in Store. The accounts are given to the other members."""
        if self._is_kept:
            try:
                await self.leases.release_all()
            except (ConnectionError, TimeoutError):
                logger.error("What was not acknowledged is lost: the database cannot be written")
        await super().close(world)
        await self._residence.close()
        await self._registry.close()


def _apply_common(world: World, contents: list[bytes]) -> None:
    """Make the changes that belong to no account."""
    with world.ledger.paused():
        for content in contents:
            world.apply(world.read_change(content))
