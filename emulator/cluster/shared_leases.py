"""The leases of this process in a shared database, and the spread of accounts over the members.

Every account that is kept is to be in the memory of one member, so that time passes for it also without requests. A
member takes accounts that none has, up to its share, and any that a request asks for. One that has more than its share
gives some to those that have less, accounts without recent changes first.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection
from contextlib import suppress
from functools import partial
from time import perf_counter

from emulator.cluster.leases import Member
from emulator.cluster.registry import ACCOUNTS, COMMON, LEASE_SECONDS, Registry, Shares
from emulator.cluster.residence import Kept, Residence
from emulator.store.database import StoreError
from emulator.store.journal import Journal
from emulator.store.postgresql import Lease, PostgresqlDatabase
from emulator.store.writer import Writer

logger = logging.getLogger(__name__)

_TICK_SECONDS = 0.5
_LOOK_AT_ALL_TICKS = 10  # after which the leases are looked at, although none is said to have changed
_IDLE_SECONDS = 5.0  # an account without changes for so long is moved first: it is probably not in use
_UNEQUAL_TICKS = 20  # after which others move, too
_MOVED_AT_ONCE = 20
_LAST_WRITES_SECONDS = 5.0

HandOver = Callable[[str, str], Awaitable[None]]
_NONE: frozenset[str] = frozenset()


class SharedLeases:
    """Leases, as ``leases.py`` describes them. ``join`` first, then ``run`` beside all else."""

    def __init__(
        self, registry: Registry, residence: Residence, database: PostgresqlDatabase, writer: Writer, journal: Journal
    ) -> None:
        self._registry = registry
        self._residence = residence
        self._database = database
        self._writer = writer
        self._journal = journal
        self._here: dict[str, Lease | None] = {}  # None: a new account, which gets its lease with its first change
        self._arriving: dict[str, asyncio.Task[None]] = {}
        self._leaving: set[str] = set()  # accounts that are being dropped from memory or given away
        self._valid_until = 0.0  # when the leases expire, by perf_counter
        self._changed = asyncio.Event()  # set when another member has changed the tables
        self._look_at_all = True
        self._ticks = self._unequal = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self._running: asyncio.Task[None] | None = None
        self._has_left = False
        self._spreading: asyncio.Task[None] | None = None
        self.on_new: Callable[[str], None] = _nothing  # called with each new account
        self.on_common: Callable[[list[bytes]], None] = _nothing  # called with changes that belong to no account
        self.hand_over: HandOver = self.release  # called to give an account to another member
        self.name = registry.name

    # -- What the process asks ---------------------------------------------------------------

    def owned(self) -> Collection[str]:
        """As in Leases."""
        return self._here.keys() if perf_counter() < self._valid_until else _NONE

    def is_here(self, account: str | None) -> bool:
        """Whether the account is in memory to stay, also where the lease may have expired."""
        return account in self._here

    def is_arriving(self, account: str) -> bool:
        """Whether the account is being read."""
        return account in self._arriving

    def is_leaving(self, account: str) -> bool:
        """Whether the account is being dropped. Until it has been given away, its changes are written."""
        return account in self._leaving

    def adopt(self, account: str) -> None:
        """An account has come to be here by a change. If another member has it, the change will not be written."""
        self._here[account] = None
        self.on_new(account)

    async def owner(self, account: str) -> str | None:
        """As in Leases."""
        while not self._has_left:
            if perf_counter() >= self._valid_until:
                await self._renew()
            if account in self._here:
                return None
            if account in self._leaving:
                await asyncio.sleep(0.01)
                continue
            if account not in self._arriving:
                found = await self._registry.take(account)
                if isinstance(found, str):
                    if not await self._registry.reap():
                        return found
                elif found is not None:
                    self._arrive(found)
            await self._has_arrived(account)
        return await self._owner_elsewhere(account)

    async def _owner_elsewhere(self, account: str) -> str:
        """The owner, when this is no member any more."""
        found = await self._registry.owner(account)
        if found is None:
            raise ConnectionError(f"No process has the account {account}")
        return found

    async def accounts(self) -> list[str]:
        """As in Leases."""
        return await self._registry.accounts()

    async def members(self) -> list[Member]:
        """As in Leases."""
        return await self._registry.members()

    # -- Accounts that come ------------------------------------------------------------------

    async def join(self) -> None:
        """Become a member, and take a fair share of the accounts."""
        await self._registry.join()
        self._valid_until = perf_counter() + LEASE_SECONDS
        await self._registry.reap()
        self.on_common(await self._registry.common())
        await self._take_free()
        await self._compare()

    async def arrived(self) -> None:
        """Wait for the accounts that come. StoreError if one cannot be read."""
        while self._arriving:
            done, _ = await asyncio.wait([*self._arriving.values()])
            for arrival in done:
                if not arrival.cancelled() and (error := arrival.exception()) is not None:
                    raise error

    async def _has_arrived(self, account: str) -> None:
        """Wait for an account, if it comes. ConnectionError if it cannot be read."""
        arriving = self._arriving.get(account)
        if arriving is not None:
            await asyncio.wait((arriving,))
            if not arriving.cancelled() and (error := arriving.exception()) is not None:
                raise ConnectionError(str(error)) from error

    def _arrive(self, lease: Lease) -> None:
        account = lease.account
        if account in self._here or account in self._arriving or account in self._leaving:
            return
        task = self._arriving[account] = asyncio.create_task(self._bring(lease))
        task.add_done_callback(partial(self._end_arrival, account))

    def _end_arrival(self, account: str, arrival: asyncio.Task[None]) -> None:
        del self._arriving[account]
        if not arrival.cancelled() and (error := arrival.exception()) is not None:
            logger.error("The account %s cannot be read: %s", account, error)

    async def _bring(self, lease: Lease) -> None:
        kept = await self._read(lease)
        hold = kept.next_change, kept.changed_bytes
        await self._writer.result_of(lambda: self._database.hold(lease, *hold))
        is_new = not kept.size
        await self._residence.enter(lease.account, kept)
        self._here[lease.account] = lease
        if is_new:
            self.on_new(lease.account)
        self._residence.resume()

    async def _read(self, lease: Lease) -> Kept:
        """What is kept of an account, as soon as the database can be reached."""
        while True:
            try:
                return await self._residence.read(lease)
            except ConnectionError as error:
                logger.debug("The account %s cannot be read now: %s", lease.account, error)
                await asyncio.sleep(_TICK_SECONDS)

    # -- Accounts that go --------------------------------------------------------------------

    def lose(self, accounts: Collection[str]) -> None:
        """Drop accounts from memory that other members have now."""
        lost = [account for account in accounts if account in self._here]
        for account in lost:
            del self._here[account]
        if lost:
            logger.warning("Other processes have the accounts %s now", ", ".join(lost))
            self._leaving.update(lost)
            self._beside(self._drop(lost))

    async def _drop(self, accounts: list[str]) -> None:
        try:
            await self._residence.leave(*accounts)
            await self._writer.result_of(lambda: [self._database.let_go(account) for account in accounts])
        finally:
            self._leaving.difference_update(accounts)

    async def release(self, account: str, to: str | None = None) -> None:
        """As in Leases."""
        await self._give([account], {account: to})

    def start(self) -> None:
        """Go on by itself, until ``release_all``."""
        self._running = asyncio.create_task(self.run())

    async def release_all(self) -> None:
        """As in Leases."""
        if self._has_left:
            return
        self._has_left = True
        if self._running is not None:
            self._running.cancel()
            await asyncio.gather(self._running, return_exceptions=True)
        with suppress(ConnectionError, StoreError):
            await self.arrived()
        others: list[str] = []
        with suppress(ConnectionError):
            others = [each.name for each in await self.members() if each.name != self.name]
        accounts = list(self._here)
        to = {account: others[number % len(others)] if others else None for number, account in enumerate(accounts)}
        with suppress(TimeoutError):
            async with asyncio.timeout(_LAST_WRITES_SECONDS):
                await self._give(accounts, to)
        with suppress(ConnectionError):
            await self._registry.leave()
        self._valid_until = 0.0

    async def _give(self, accounts: list[str], to: dict[str, str | None]) -> None:
        given = [account for account in accounts if account in self._here]
        for account in given:
            del self._here[account]
        self._leaving.update(given)
        try:
            await self._residence.leave(*given)
            await self._write_what_is_left()
            for account in given:
                epoch = await self._writer.result_of(lambda account=account: self._database.let_go(account))  # type: ignore[misc]
                if epoch is not None:
                    await self._registry.give(account, epoch, to[account])
            if given:
                await self._registry.notify(ACCOUNTS)
        finally:
            self._leaving.difference_update(given)

    async def _write_what_is_left(self) -> None:
        """Wait until it is written, however long the database is away: until then nobody may read the accounts."""
        while True:
            try:
                return await self._journal.settled()
            except ConnectionError:
                await asyncio.sleep(_TICK_SECONDS / 2)

    # -- What goes on ------------------------------------------------------------------------

    def notified(self, what: str) -> None:
        """Something has changed at the tables."""
        if what == ACCOUNTS:
            self._look_at_all = True
            self._changed.set()
        elif what.startswith(COMMON) and not what.endswith(self.name):
            self._beside(self._read_common())

    async def run(self) -> None:
        """Keep the leases, take accounts that no member has, and keep the shares equal."""
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(_TICK_SECONDS):
                    await self._changed.wait()
            self._changed.clear()
            try:
                await self._tick()
            except ConnectionError as error:
                logger.debug("The leases cannot be renewed: %s", error)
            except StoreError as error:
                logger.error("%s", error)

    async def _tick(self) -> None:
        await self._renew()
        await self._registry.reap()
        self._ticks += 1
        if self._look_at_all or self._ticks % _LOOK_AT_ALL_TICKS == 0:
            self._look_at_all = False
            await self._compare()
        shares = await self._take_free()
        if self._spreading is None or self._spreading.done():
            self._spreading = asyncio.create_task(self._give_up(self._too_many(shares)))

    async def _renew(self) -> None:
        """Go on as a member; all leases are lost if that is over."""
        since = perf_counter()
        if not await self._registry.renew():
            self.lose(list(self._here))
            for arrival in self._arriving.values():
                arrival.cancel()
            await self._registry.join()
        self._valid_until = since + LEASE_SECONDS

    async def _compare(self) -> None:
        """Look which accounts have been given to this member, and which it has no more."""
        before = {account: lease.epoch for account, lease in self._here.items() if lease is not None}
        mine = {lease.account: lease for lease in await self._registry.mine()}
        epochs = {lease.account: lease.epoch for lease in mine.values()}
        self.lose([account for account, epoch in before.items() if epochs.get(account) != epoch])
        for lease in mine.values():
            self._arrive(lease)

    async def _take_free(self) -> Shares:
        """Take accounts that no member has, up to a fair share. Returns the shares before."""
        shares = await self._registry.shares()
        wanted = _upper(shares) - shares.by_member.get(self.name, 0)
        if shares.free and wanted > 0:
            for lease in await self._registry.take_free(wanted):
                self._arrive(lease)
        return shares

    def _too_many(self, shares: Shares) -> list[tuple[str, str]]:
        """Accounts that this member has beyond its share, and members that have too few."""
        lower = sum(shares.by_member.values()) // max(1, len(shares.by_member))
        mine = shares.by_member.get(self.name, 0)
        poor = [name for name, count in shares.by_member.items() if count < lower for _ in range(lower - count)]
        wanted = min(mine - lower, len(poor), _MOVED_AT_ONCE) if not shares.free else 0
        self._unequal = self._unequal + 1 if wanted > 0 else 0
        if wanted <= 0:
            return []
        quiet = self._database.quiet(list(self._here), perf_counter() - _IDLE_SECONDS)
        candidates = quiet if self._unequal < _UNEQUAL_TICKS else [*quiet, *(set(self._here) - set(quiet))]
        return list(zip(candidates, poor[:wanted], strict=False))

    async def _give_up(self, accounts: list[tuple[str, str]]) -> None:
        for account, to in accounts:
            with suppress(ConnectionError):
                await self.hand_over(account, to)

    async def _read_common(self) -> None:
        with suppress(ConnectionError):
            self.on_common(await self._registry.common())

    def _beside(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _upper(shares: Shares) -> int:
    """The fair share of a member, rounded up."""
    accounts = sum(shares.by_member.values()) + shares.free
    return -(-accounts // max(1, len(shares.by_member)))


def _nothing(_: object) -> None:
    """Where nothing is to happen."""
