"""Accounts that come into the memory of this process, and leave it. Nothing of this is recorded.

While an account is being read, nobody may see a part of it. A small one is made in one turn of the event loop. A large
one is made in a World of its own, on a thread, and its state enters the World of the process in one turn.
"""

import asyncio
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

from emulator.configuration.settings import Settings
from emulator.state.document import State
from emulator.state.exporting import WHOLE, export_at_present
from emulator.state.part import DocumentError
from emulator.state.restoring import loading
from emulator.store.database import StoreError
from emulator.store.postgresql import AccountSection, Lease
from emulator.store.postgresql_connection import UnreachableError, connect, imported
from emulator.store.recovery import recovering
from emulator.store.writer import Writer
from emulator.timing.turns import at_once, in_turns
from emulator.world.world import World

if TYPE_CHECKING:
    from psycopg import Connection

_SMALL_BYTES = 128 << 10
_LOOK_SECONDS = 0.005


class Kept:
    """What was read of an account, as the Section of its name."""

    def __init__(self, section: AccountSection) -> None:
        self.name = section.name
        self._snapshot = list(section.snapshot())
        self._changes = list(section.changes())
        self.next_change = section.next_change
        self.changed_bytes = section.changed_bytes

    @property
    def size(self) -> int:
        return sum(map(len, self._snapshot)) + self.changed_bytes

    def snapshot(self) -> Iterator[bytes]:
        """As in Section. It can be read once."""
        while self._snapshot:
            yield self._snapshot.pop(0)

    def changes(self) -> Iterator[bytes]:
        """As in Section. They can be read once."""
        while self._changes:
            yield self._changes.pop(0)


class Residence:
    """The accounts in the World of this process."""

    def __init__(self, world: World, settings: Settings, url: str) -> None:
        self._world = world
        self._settings = settings
        self._url = url
        self._thread = Writer()  # that reads
        self._connection: Connection[Any] | None = None
        self.is_serving = False  # before that, a large account can be made in turns

    async def read(self, lease: Lease) -> Kept:
        """What is kept of an account. ConnectionError or StoreError if it cannot be read."""
        return await self._thread.result_of(partial(self._read, lease))

    def _read(self, lease: Lease) -> Kept:
        try:
            if self._connection is None or self._connection.closed:
                self._connection = connect(self._url)
            return Kept(AccountSection(self._connection, self._url, lease))
        except (imported().Error, UnreachableError) as error:
            raise ConnectionError(str(error)) from error

    async def enter(self, account: str, kept: Kept) -> None:
        """Put what was read into the World. All of it is there in the turn in which this returns.

        StoreError if it cannot be.
        """
        if not self.is_serving:
            await in_turns(recovering(self._world, kept))
        elif kept.size <= _SMALL_BYTES:
            at_once(recovering(self._world, kept))
        else:
            state = await self._thread.result_of(partial(self._made, account, kept))
            try:
                await in_turns(loading(self._world, state))
            except DocumentError as error:
                raise StoreError(f"{kept.name}: The state cannot be restored: {error}.") from None

    def _made(self, account: str, kept: Kept) -> State:
        """The state of an account, made in a World of its own."""
        world = World(self._settings)
        at_once(recovering(world, kept))
        return export_at_present(world, account, WHOLE)

    def resume(self) -> None:
        """Make the calls that are due, of HTTP endpoints and functions."""
        self._world.resume()

    async def leave(self, *accounts: str) -> None:
        """End the receives that wait in these accounts, and drop the accounts."""
        waiting = self._world.sqs.waiting
        while any(queue.identity.account in accounts for queue, _ in waiting.parked()):
            for account in accounts:
                waiting.end_those_of(account)
            await asyncio.sleep(_LOOK_SECONDS)
        for account in accounts:
            self._world.unload(account)

    async def close(self) -> None:
        """Close the connection."""
        await asyncio.to_thread(self._thread.end)
        if self._connection is not None:
            self._connection.close()
