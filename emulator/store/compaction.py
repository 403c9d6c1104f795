"""Keeps a store short: writes a new snapshot when more changes have come than the state is large.

The snapshot is written while the emulator goes on, beside the changes that come meanwhile; then the older snapshot and
the changes before the new one are deleted. So the store has the size of a few states, whatever happens.
"""

import asyncio
import logging
from collections.abc import Callable
from functools import partial

from emulator.state.streaming import stream
from emulator.store.database import Database, DatabaseError, LeaseLostError, SnapshotWriter
from emulator.store.journal import Journal
from emulator.store.writer import Writer
from emulator.world.world import World

logger = logging.getLogger(__name__)

_LOOK_EVERY_SECONDS = 1.0

IsHere = Callable[[str | None], bool]  # whether an account is in this process; None stands for everything


class _GoneError(Exception):
    """The account is not in this process any more."""


class Compaction:
    """Makes the snapshots that are due."""

    def __init__(
        self, world: World, database: Database, writer: Writer, journal: Journal, is_here: IsHere = lambda _: True
    ) -> None:
        self._world = world
        self._database = database
        self._writer = writer
        self._journal = journal
        self._is_here = is_here

    async def run(self) -> None:
        """Make them from now on."""
        while True:
            await asyncio.sleep(_LOOK_EVERY_SECONDS)
            await self.look()

    async def look(self) -> None:
        """Make those that are due now."""
        for account in self._database.due():
            await self.make(account)

    async def make(self, account: str | None = None) -> None:
        """Write a snapshot, of one account or of everything, and delete what it replaces."""
        try:
            await self._write(account)
            while await self._writer.result_of(self._database.delete_some):
                pass
        except DatabaseError as error:
            logger.warning("A snapshot of the store cannot be written: %s", error)
        except (LeaseLostError, _GoneError):  # another process writes one when it is due
            pass

    async def _write(self, account: str | None) -> None:
        snapshot: SnapshotWriter | None = None
        async for portion in stream(self._world, account):
            if not self._is_here(account):
                raise _GoneError
            if snapshot is None:  # the document shows the state of this turn of the event loop
                snapshot = await self._begin(account)
            await self._writer.result_of(partial(snapshot.write, portion))
        assert snapshot is not None, "a document has portions"
        if not self._is_here(account):
            raise _GoneError
        await self._writer.result_of(snapshot.finish)

    async def _begin(self, account: str | None) -> SnapshotWriter:
        """A snapshot that replaces all that has been recorded until now, and nothing that is recorded later."""
        loop = asyncio.get_running_loop()
        begun: asyncio.Future[SnapshotWriter] = loop.create_future()

        def settle(outcome: SnapshotWriter | Exception) -> None:
            if begun.cancelled():
                return
            if isinstance(outcome, Exception):
                begun.set_exception(outcome)
            else:
                begun.set_result(outcome)

        def begin() -> None:
            self._writer.do(loop, partial(self._database.begin_snapshot, account), settle)

        self._journal.when_written(begin)
        if account is None and self._world.has_sns:
            self._world.sns.signer.record_key_again()  # no snapshot has it
        return await begun
