"""A store: what a World records is kept in a file, and is there again after the next start."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, cast

from emulator.http.connection import Connection, MakeConnection
from emulator.settings import Durability
from emulator.store.compaction import Compaction
from emulator.store.database import Database
from emulator.store.held_transport import HeldTransport
from emulator.store.journal import Journal
from emulator.store.recovery import recovering
from emulator.store.writer import Writer
from emulator.turns import in_turns
from emulator.world import World

_LOOK_EVERY_SECONDS = 1.0


class Store:
    """The store in a directory. First ``recover``, once, then ``keep`` until ``close``."""

    def __init__(self, directory: str, durability: Durability) -> None:
        """Open the store. StoreError if it cannot be, or if another process has it."""
        self.database = Database(Path(directory).absolute(), durability)
        self.writer = Writer()
        self.journal = Journal(self.database, self.writer)
        self._compaction: asyncio.Task[None] | None = None
        self._size = 0

    @property
    def is_empty(self) -> bool:
        """Whether nothing has been kept yet. Known after ``recover``."""
        return not self._size

    async def recover(self, world: World) -> None:
        """Put into a new World what was kept. StoreError if it cannot be read."""
        self._size = await in_turns(recovering(world, self.database))

    def keep(self, world: World, on_failure: Callable[[str | None], None]) -> None:
        """Keep what ``world`` records from now on.

        ``on_failure`` is called with the reason when the file cannot be written, and with None when it can be again.
        """
        self.journal.on_failure = on_failure
        world.ledger.keep(self.journal.record)
        compaction = Compaction(world, self.database, self.writer, self.journal, self._size)
        self._compaction = asyncio.create_task(_compact(compaction))

    def holding(self, make: MakeConnection) -> MakeConnection:
        """Makes connections with answers that leave when all they may tell of is in the file."""

        def make_holding(*arguments: Any, **parameters: Any) -> Connection:
            connection = make(*arguments, **parameters)
            connection.held_by = self._held
            return connection

        return make_holding

    def _held(self, transport: asyncio.Transport) -> asyncio.Transport:
        return cast(asyncio.Transport, HeldTransport(transport, self.journal))

    async def settle(self) -> None:
        """Wait until all is in the file. ConnectionError if it cannot be written."""
        await self.journal.settled()

    async def close(self, world: World) -> None:
        """Write what is left, and close the file."""
        if self._compaction is not None:
            self._compaction.cancel()
            await asyncio.gather(self._compaction, return_exceptions=True)
            world.ledger.keep(None)
            with suppress(ConnectionError):  # the log says so already
                await self.journal.settled()
            await asyncio.to_thread(self.writer.end)
        self.database.close()


async def _compact(compaction: Compaction) -> None:
    while True:
        await asyncio.sleep(_LOOK_EVERY_SECONDS)
        if compaction.is_due:
            await compaction.run()
