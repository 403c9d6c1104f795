"""Keeps the file short: writes a new snapshot when more changes have come than the state is large.

The snapshot is written while the emulator goes on, beside the changes that come meanwhile; then the older snapshot and
the changes before the new one are deleted. So the file has the size of a few states, whatever happens.
"""

import asyncio
import logging
import sqlite3
from functools import partial

from emulator.state.streaming import stream
from emulator.store.database import Database, SnapshotWriter
from emulator.store.journal import Journal
from emulator.store.writer import Writer
from emulator.world import World

logger = logging.getLogger(__name__)

SMALLEST_BYTES = 64 << 20  # of changes, before which no snapshot is made


class Compaction:
    """Decides when a snapshot is due, and makes it."""

    def __init__(self, world: World, database: Database, writer: Writer, journal: Journal, size: int) -> None:
        """``size`` is that of what the file holds now, in bytes."""
        self._world = world
        self._database = database
        self._writer = writer
        self._journal = journal
        self._size = size

    @property
    def is_due(self) -> bool:
        return self._journal.bytes_written > max(SMALLEST_BYTES, self._size)

    async def run(self) -> None:
        """Write a snapshot, and delete what it replaces."""
        try:
            self._size = await self._write()
            while await self._writer.result_of(self._database.delete_some):
                pass
        except sqlite3.Error as error:
            logger.warning("A snapshot of the store cannot be written: %s", error)

    async def _write(self) -> int:
        """Returns the size of the snapshot."""
        snapshot: SnapshotWriter | None = None
        size = 0
        async for portion in stream(self._world, None):
            if snapshot is None:  # the document shows the state of this turn of the event loop
                snapshot = await self._begin()
            size += len(portion)
            await self._writer.result_of(partial(snapshot.write, portion))
        assert snapshot is not None, "a document has portions"
        await self._writer.result_of(snapshot.finish)
        return size

    async def _begin(self) -> SnapshotWriter:
        """A snapshot that replaces all that has been recorded until now, and nothing that is recorded later."""
        loop = asyncio.get_running_loop()
        begun: asyncio.Future[SnapshotWriter] = loop.create_future()

        def settle(outcome: SnapshotWriter | Exception) -> None:
            if isinstance(outcome, Exception):
                begun.set_exception(outcome)
            else:
                begun.set_result(outcome)

        def begin() -> None:
            self._journal.bytes_written = 0
            self._writer.do(loop, self._database.begin_snapshot, settle)

        self._journal.when_written(begin)
        if self._world.has_sns:
            self._world.sns.signer.record_key_again()  # no snapshot has it
        return await begun
