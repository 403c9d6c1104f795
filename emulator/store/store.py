"""A store: what a World records is kept in a database, and is there again after the next start."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any, cast

from emulator.http.connection import Connection, MakeConnection
from emulator.store.compaction import Compaction
from emulator.store.database import Database
from emulator.store.held_transport import HeldTransport
from emulator.store.journal import Journal
from emulator.store.recovery import recovering
from emulator.store.sqlite import SqliteDatabase
from emulator.store.writer import Writer
from emulator.timing.turns import in_turns
from emulator.world.world import World


class Store:
    """A store. First ``recover``, once, then ``keep`` until ``close``."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.writer = Writer()
        self.journal = Journal(database, self.writer)
        self.is_empty = True  # whether nothing had been kept before this start; known after ``recover``
        self._compacting: asyncio.Task[None] | None = None

    async def recover(self, world: World) -> None:
        """Put into a new World what was kept. StoreError if it cannot be read."""
        raise NotImplementedError

    def keep(self, world: World, on_failure: Callable[[str | None], None]) -> None:
        """Keep what ``world`` records from now on.

        ``on_failure`` is called with the reason when the database cannot be written, and with None when it can be
        again.
        """
        self.journal.on_failure = on_failure
        world.ledger.keep(self.journal.record)
        self._compacting = asyncio.create_task(self.compaction(world).run())

    def compaction(self, world: World) -> Compaction:
        """What keeps the store short."""
        return Compaction(world, self.database, self.writer, self.journal)

    def holding(self, make: MakeConnection) -> MakeConnection:
        """Makes connections with answers that leave when all they may tell of is in the database."""

        def make_holding(*arguments: Any, **parameters: Any) -> Connection:
            connection = make(*arguments, **parameters)
            connection.held_by = self._held
            return connection

        return make_holding

    def _held(self, transport: asyncio.Transport) -> asyncio.Transport:
        return cast(asyncio.Transport, HeldTransport(transport, self.journal))

    async def settle(self) -> None:
        """Wait until all is in the database. ConnectionError if it cannot be written."""
        await self.journal.settled()

    async def close(self, world: World) -> None:
        """Write what is left, and close the database."""
        if self._compacting is not None:
            self._compacting.cancel()
            await asyncio.gather(self._compacting, return_exceptions=True)
            world.ledger.keep(None)
            with suppress(ConnectionError):  # the log says so already
                await self.journal.settled()
            await asyncio.to_thread(self.writer.end)
        self.database.close()


class FileStore(Store):
    """A store of which everything is one section."""

    def __init__(self, database: SqliteDatabase) -> None:
        super().__init__(database)
        self._section = database

    async def recover(self, world: World) -> None:
        self.is_empty = not await in_turns(recovering(world, self._section))
        world.resume()
