"""The members and the accounts of a cluster, as the tables have them; asked by coroutines.

A member lives while its row in ``members`` is there. It renews the row, and others delete it when it has not been
renewed in time, or when its connection is gone: while that lasts, it holds an advisory lock. With the row all leases of
the member end (``ON DELETE SET NULL``), so that they need not be renewed one by one.

https://www.postgresql.org/docs/current/explicit-locking.html
"""

import asyncio
import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from emulator.cluster.leases import Member
from emulator.store.database import StoreError
from emulator.store.postgresql import Lease
from emulator.store.postgresql_connection import UnreachableError, connect, imported, make_tables
from emulator.store.writer import Writer

if TYPE_CHECKING:
    from psycopg import Connection

logger = logging.getLogger(__name__)

LEASE_SECONDS = 3.5
ACCOUNTS, COMMON = "accounts", "common"  # what a notification says that has changed; behind COMMON, by whom

_CHANNEL = "sqs_sns_emulator"
START_SECONDS = 60.0  # for which a start waits for the database
_TRY_AGAIN_SECONDS = 0.5
_LOOK_SECONDS = 5.0  # at whether it is closed
_LEASE = "account, epoch, generation, rows, bytes, next_change"
# After a start of the database the locks of those are missing that have not come back yet.
_REAP = """
DELETE FROM members WHERE name <> %s AND (
    expires < clock_timestamp()
    OR heartbeat > pg_postmaster_start_time() AND pg_try_advisory_xact_lock(lock)
)
"""
_TAKE = """
INSERT INTO accounts (account, owner) VALUES (%s, %s)
ON CONFLICT (account) DO UPDATE SET owner = excluded.owner, epoch = accounts.epoch + 1 WHERE accounts.owner IS NULL
"""
_TAKE_FREE = """
UPDATE accounts SET owner = %s, epoch = epoch + 1
WHERE account IN (SELECT account FROM accounts WHERE owner IS NULL ORDER BY account LIMIT %s FOR UPDATE SKIP LOCKED)
"""
_GIVE = """
UPDATE accounts SET owner = (SELECT name FROM members WHERE name = %s), epoch = epoch + 1
WHERE account = %s AND owner = %s AND epoch = %s
"""
_MEMBERS = """
SELECT name, address, array_remove(array_agg(account ORDER BY account), NULL), extract(epoch FROM heartbeat)::float8
FROM members LEFT JOIN accounts ON owner = name WHERE expires > clock_timestamp() GROUP BY name ORDER BY name
"""
_SHARES = """
SELECT name, count(account) FROM members LEFT JOIN accounts ON owner = name GROUP BY name
UNION ALL SELECT NULL, count(*) FROM accounts WHERE owner IS NULL
"""

Result = TypeVar("Result")


class Shares(NamedTuple):
    """How many accounts there are."""

    by_member: dict[str, int]
    free: int  # that no member has


class Registry:
    """The tables, for one member. Its methods raise ConnectionError while the database cannot be reached."""

    def __init__(self, url: str, name: str, address: str) -> None:
        self._url = url
        self.name = name
        self._address = address
        self._lock_key = int(name.replace("-", "")[:15], 16)
        self._is_locked = False
        self._connection: Connection[Any] | None = None
        self._thread = Writer()  # that uses the connection
        self._is_closed = threading.Event()

    # -- Connections -----------------------------------------------------------------------

    async def open(self) -> None:
        """Wait for the database, and make the tables if they are missing. StoreError if it refuses or does not come."""
        loop = asyncio.get_running_loop()
        until, is_logged = loop.time() + START_SECONDS, False
        while True:
            try:
                return await asyncio.to_thread(self._prepare)
            except UnreachableError as error:
                if loop.time() > until:
                    raise StoreError(f"{error} It was tried for {START_SECONDS:.0f} seconds.") from None
                if not is_logged:
                    logger.warning("Waiting for the database: %s", error)
                    is_logged = True
            await asyncio.sleep(_TRY_AGAIN_SECONDS)

    def _prepare(self) -> None:
        with connect(self._url) as connection:
            make_tables(connection, self._url)

    def listen(self, notified: Callable[[str], None]) -> None:
        """From now on call ``notified``, in this event loop, when a member says that something has changed."""
        loop = asyncio.get_running_loop()

        def call(what: str) -> None:
            loop.call_soon_threadsafe(notified, what)

        threading.Thread(target=self._listen, args=(call,), name="notifications", daemon=True).start()

    def _listen(self, notified: Callable[[str], None]) -> None:
        while not self._is_closed.is_set():
            with (
                suppress(imported().Error, UnreachableError, StoreError, RuntimeError),
                connect(self._url) as connection,
            ):
                connection.execute(f"LISTEN {_CHANNEL}")
                for each in (ACCOUNTS, COMMON):  # what was missed
                    notified(each)
                while not self._is_closed.is_set():
                    for notification in connection.notifies(timeout=_LOOK_SECONDS):
                        notified(notification.payload)
            self._is_closed.wait(_TRY_AGAIN_SECONDS)

    async def close(self) -> None:
        """Close the connections."""
        self._is_closed.set()
        await asyncio.to_thread(self._thread.end)
        if self._connection is not None:
            self._connection.close()

    async def _do(self, work: "Callable[[Connection[Any]], Result]") -> Result:
        """The result of ``work`` with the connection, which is made again if it must be."""
        return await self._thread.result_of(partial(self._work, work))

    def _work(self, work: "Callable[[Connection[Any]], Result]") -> Result:
        try:
            if self._connection is None or self._connection.closed:
                self._is_locked = False
                self._connection = connect(self._url)
            if not self._is_locked:
                row = self._connection.execute("SELECT pg_try_advisory_lock(%s)", (self._lock_key,)).fetchone()
                self._is_locked = row == (True,)
            return work(self._connection)
        except (imported().Error, UnreachableError, StoreError) as error:
            raise ConnectionError(" ".join(str(error).split())) from error

    async def _rows(self, statement: str, *arguments: object) -> list[Any]:
        return await self._do(lambda connection: connection.execute(statement, arguments).fetchall())

    async def _count(self, statement: str, *arguments: object) -> int:
        """How many rows a statement has changed."""
        return await self._do(lambda connection: connection.execute(statement, arguments).rowcount)

    async def notify(self, what: str) -> None:
        """Say to all members that something has changed."""
        await self._rows("SELECT pg_notify(%s, %s)", _CHANNEL, what)

    # -- Members ---------------------------------------------------------------------------

    async def join(self) -> None:
        """Become a member."""
        await self._count(
            "INSERT INTO members VALUES (%s, %s, %s, clock_timestamp(), clock_timestamp() + %s * interval '1 s') "
            "ON CONFLICT (name) DO NOTHING",
            self.name,
            self._address,
            self._lock_key,
            LEASE_SECONDS,
        )
        await self.notify(ACCOUNTS)

    async def renew(self) -> bool:
        """Go on as a member. False if others have taken this one for dead, and with that all its leases."""
        return bool(
            await self._count(
                "UPDATE members SET heartbeat = clock_timestamp(), "
                "expires = clock_timestamp() + %s * interval '1 s' WHERE name = %s",
                LEASE_SECONDS,
                self.name,
            )
        )

    async def leave(self) -> None:
        """Be no member any more. All leases end."""
        await self._count("DELETE FROM members WHERE name = %s", self.name)
        await self.notify(ACCOUNTS)

    async def reap(self) -> bool:
        """Remove the members that are dead, with their leases. Whether there were any."""
        dead = await self._count(_REAP, self.name)
        if dead:
            await self.notify(ACCOUNTS)
        return bool(dead)

    async def members(self) -> list[Member]:
        """All members, by name."""
        return [Member(name, address, tuple(of), at) for name, address, of, at in await self._rows(_MEMBERS)]

    async def shares(self) -> Shares:
        """How many accounts each member has."""
        rows = dict(await self._rows(_SHARES))
        free = rows.pop(None)
        return Shares(rows, free)

    # -- Accounts --------------------------------------------------------------------------

    async def take(self, account: str) -> Lease | str | None:
        """Take an account. The lease if this member has it now, or the address of the member that has it, or None."""
        taken = await self._rows(f"{_TAKE} RETURNING {_LEASE}", account, self.name)
        if taken:
            return Lease(*taken[0])
        rows = await self._rows(
            f"SELECT owner, address, {_LEASE} FROM accounts JOIN members ON owner = name WHERE account = %s", account
        )
        if not rows:
            return None
        owner, address, *lease = rows[0]
        return Lease(*lease) if owner == self.name else str(address)

    async def owner(self, account: str) -> str | None:
        """The address of the member that has an account."""
        rows = await self._rows("SELECT address FROM accounts JOIN members ON owner = name WHERE account = %s", account)
        return str(rows[0][0]) if rows else None

    async def accounts(self) -> list[str]:
        """All accounts."""
        return [account for (account,) in await self._rows("SELECT account FROM accounts ORDER BY account")]

    async def take_free(self, limit: int) -> list[Lease]:
        """Take accounts that no member has, up to so many."""
        return [Lease(*row) for row in await self._rows(f"{_TAKE_FREE} RETURNING {_LEASE}", self.name, limit)]

    async def mine(self) -> list[Lease]:
        """The leases of this member."""
        return [Lease(*row) for row in await self._rows(f"SELECT {_LEASE} FROM accounts WHERE owner = %s", self.name)]

    async def give(self, account: str, epoch: int, to: str | None) -> None:
        """Give an account to another member, or to none."""
        await self._count(_GIVE, to, account, self.name, epoch)

    # -- What belongs to no account --------------------------------------------------------

    async def common(self) -> list[bytes]:
        """The latest changes of each kind."""
        return [content for (content,) in await self._rows("SELECT content FROM common")]

    async def keep_first(self, kind: str, content: bytes) -> None:
        """Keep a change, unless there is one of this kind."""
        await self._count("INSERT INTO common VALUES (%s, %s) ON CONFLICT DO NOTHING", kind, content)

    async def is_empty(self) -> bool:
        """Whether nothing has ever been kept."""
        rows = await self._rows("SELECT EXISTS (SELECT FROM accounts) OR EXISTS (SELECT FROM common)")
        return not rows[0][0]
