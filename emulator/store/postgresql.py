"""A store in PostgreSQL, in which each account is by itself; the tables are in ``postgresql_connection``.

A transaction adds the changes of all accounts that are held, in the epochs in which they are held. It locks the rows of
these accounts against a change of the owner, and writes nothing of an account that has another owner or epoch.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from time import perf_counter
from typing import TYPE_CHECKING, Any, NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from emulator.foundation.changes import Change, ClockSet
from emulator.sns.changes import SnsReset
from emulator.sns.delivery.signing import SigningKeyMade
from emulator.sqs.changes import QueuesReset
from emulator.store.database import DatabaseError, Entry, LeaseLostError, StoreError, lines, pieces
from emulator.store.journal import encode
from emulator.store.postgresql_connection import UnreachableError, connect, described, imported

if TYPE_CHECKING:
    from psycopg import Connection

SMALLEST_BYTES = 8 << 20  # of changes of an account, before which no snapshot is due
COMMON = (ClockSet, SigningKeyMade)  # without an account, these belong to none
OF_ALL = (QueuesReset, SnsReset)  # without an account, these are of each

_ROWS_AT_ONCE = 16  # that are read or deleted

_WRITE = """
WITH given AS (SELECT * FROM unnest(%b::text[], %b::bigint[]) AS given(account, epoch)),
held AS (
    SELECT accounts.account FROM accounts JOIN given USING (account)
    WHERE accounts.owner = %b AND accounts.epoch = given.epoch
    ORDER BY accounts.account FOR SHARE OF accounts
),
written AS (
    INSERT INTO changes
    SELECT new.* FROM unnest(%b::text[], %b::bigint[], %b::bytea[]) AS new(account, number, content)
    JOIN held USING (account)
)
SELECT account FROM held
"""
# For a batch that may have been written: the numbers of rows are known to the owner alone.
_WRITE_AGAIN = _WRITE.replace(
    "    JOIN held USING (account)\n", "    JOIN held USING (account) ON CONFLICT DO NOTHING\n"
)
_HAS = "SELECT FROM accounts WHERE account = %s AND owner = %s AND epoch = %s FOR SHARE"
_FINISH = """
UPDATE accounts SET generation = %s, rows = %s, bytes = %s, next_change = %s
WHERE account = %s AND owner = %s AND epoch = %s
"""
_KEEP_COMMON = "INSERT INTO common VALUES (%s, %s) ON CONFLICT (type) DO UPDATE SET content = excluded.content"
_TAKE_NEW = "INSERT INTO accounts (account, owner) VALUES (%s, %s) ON CONFLICT DO NOTHING"
FIRST_EPOCH = 1


class Lease(NamedTuple):
    """That a process has an account, and what is kept of it."""

    account: str
    epoch: int
    generation: int = 0
    rows: int = 0
    bytes: int = 0
    next_change: int = 1  # the first one after the snapshot

    @property
    def is_new(self) -> bool:
        """Whether there can be nothing but changes."""
        return self.generation == 0


class _Held(Struct):
    """An account of this process, on the side that writes."""

    epoch: int
    generation: int
    next_change: int
    first_change: int  # after the latest snapshot
    size: int  # of that, in bytes
    changed_bytes: int = 0
    is_taken: bool = True  # False: nobody has had it yet, as far as is known here
    changed_at: float = 0.0  # by perf_counter


class AccountSection:
    """What is kept of one account, read over a connection of its own."""

    def __init__(self, connection: "Connection[Any]", url: str, lease: Lease) -> None:
        self._connection = connection
        self._lease = lease
        self.name = f"{described(url)}, account {lease.account}"
        self.next_change = lease.next_change  # known when all changes have been read
        self.changed_bytes = 0  # likewise

    def snapshot(self) -> Iterator[bytes]:
        """As in Section."""
        lease = self._lease
        number = 0
        query = "SELECT number, content FROM snapshots WHERE account = %s AND generation = %s AND number >= %s"
        for number, content in self._rows(query, (lease.account, lease.generation), 0):
            yield content
            number += 1
        if number != lease.rows:
            raise StoreError(f"{self.name}: Row {number} of the snapshot is missing.")

    def changes(self) -> Iterator[bytes]:
        """As in Section."""
        query = "SELECT number, content FROM changes WHERE account = %s AND number >= %s"
        for number, content in self._rows(query, (self._lease.account,), self.next_change):
            if number != self.next_change:
                raise StoreError(f"{self.name}: Change {self.next_change} is missing.")
            self.next_change += 1
            self.changed_bytes += len(content)
            yield content

    def _rows(self, query: str, arguments: tuple[object, ...], first: int) -> Iterator[tuple[int, bytes]]:
        """The rows with numbers from ``first`` on, some at once."""
        cursor = self._connection.cursor(binary=True)
        while True:
            try:
                rows = cursor.execute(
                    f"{query} ORDER BY number LIMIT {_ROWS_AT_ONCE}",
                    (*arguments, first),
                ).fetchall()
            except imported().Error as error:
                raise StoreError(f"{self.name}: {error}.") from None
            yield from rows
            if len(rows) < _ROWS_AT_ONCE:
                return
            first = rows[-1][0] + 1


class PostgresqlDatabase:
    """The side that writes, for the accounts that the process ``member`` holds. It connects again where it must."""

    def __init__(self, url: str, member: str) -> None:
        self._url = url
        self._member = member
        self._connection: Connection[Any] | None = None
        self._held: dict[str, _Held] = {}
        self._may_be_written = False  # whether the last batch may have been written although the connection broke
        self._replaced: list[tuple[str, int, int]] = []  # account, generation and first change of finished snapshots

    # -- Accounts --------------------------------------------------------------------------

    def hold(self, lease: Lease, next_change: int, changed_bytes: int) -> None:
        """Write what is recorded of an account, from this change on."""
        held = self._held.get(lease.account)
        if held is None or held.epoch != lease.epoch:
            self._held[lease.account] = _Held(
                lease.epoch, lease.generation, next_change, lease.next_change, lease.bytes, changed_bytes
            )

    def let_go(self, account: str) -> int | None:
        """Write no more of an account. Returns the epoch in which it was held."""
        held = self._held.pop(account, None)
        return None if held is None else held.epoch

    def quiet(self, accounts: Iterable[str], since: float) -> list[str]:
        """Those accounts without a change since then, by perf_counter, the quietest first."""
        times = {account: held.changed_at for account in accounts if (held := self._held.get(account)) is not None}
        return sorted((account for account, at in times.items() if at < since), key=times.__getitem__)

    # -- Changes ---------------------------------------------------------------------------

    def write(self, entries: Sequence[Entry]) -> None:
        """As in Database. An account that nobody has had yet is taken."""
        common, by_account = self._by_account(entries)
        new = [account for account in by_account if account not in self._held]
        for account in new:
            self._held[account] = _Held(FIRST_EPOCH, 0, 1, 1, 0, is_taken=False)
        new = [account for account in by_account if not self._held[account].is_taken]
        batch = Batch({account: (self._held[account], lines(of)) for account, of in by_account.items()})
        with self._writing(is_one_statement=not common and not new) as connection:
            for content in common.items():
                connection.execute(_KEEP_COMMON, content)
                connection.execute("SELECT pg_notify('sqs_sns_emulator', %s)", (f"common {self._member}",))
            for account in new:
                connection.execute(_TAKE_NEW, (account, self._member))
            written = batch.write(connection, self._member, again=self._may_be_written)
        self._may_be_written = False
        batch.end(written)
        lost = by_account.keys() - written
        for account in lost:
            del self._held[account]
        if lost:
            raise LeaseLostError(lost)

    def _by_account(self, entries: Sequence[Entry]) -> tuple[dict[str, bytes], dict[str, list[Entry]]]:
        """What belongs to no account, by type, and the changes of each account."""
        common: dict[str, bytes] = {}
        by_account: dict[str, list[Entry]] = {}
        for entry in entries:
            change, encoded = entry
            account = change.account
            if account is not None:
                by_account.setdefault(account, []).append(entry)
            elif isinstance(change, COMMON):
                common[type(change).__name__] = encoded
            else:
                for each, part in parts_of(change, self._held):
                    by_account.setdefault(each, []).append((part, encode(part)))
        return common, by_account

    # -- Snapshots -------------------------------------------------------------------------

    def due(self) -> list[str | None]:
        """As in Database."""
        return [
            account for account, held in list(self._held.items()) if held.changed_bytes > max(SMALLEST_BYTES, held.size)
        ]

    def begin_snapshot(self, account: str | None) -> "AccountSnapshotWriter":
        """As in Database; always of one account."""
        assert account is not None, "each account has a section of its own"
        held = self._held.get(account)
        if held is None:
            raise LeaseLostError([account])
        held.changed_bytes = 0
        held.generation += 1
        with self._writing() as connection:
            self._check(connection, account)
            connection.execute(  # what an unfinished one has left
                "DELETE FROM snapshots WHERE account = %s AND generation >= %s", (account, held.generation)
            )
        return AccountSnapshotWriter(self, account, held.generation, held.next_change)

    def write_snapshot(self, account: str, generation: int, number: int, portion: bytes) -> int:
        """Add rows to a snapshot, the first with this number. Returns the number of the next one."""
        rows = [(account, generation, index, piece) for index, piece in enumerate(pieces(portion), number)]
        with self._writing() as connection, connection.cursor() as cursor:
            self._check(connection, account)
            cursor.executemany("INSERT INTO snapshots VALUES (%s, %s, %s, %b)", rows)
        return number + len(rows)

    def finish_snapshot(self, account: str, generation: int, rows: int, size: int, next_change: int) -> None:
        """Let a snapshot be the latest one; the first change after it is ``next_change``."""
        held = self._held.get(account)
        if held is None:
            raise LeaseLostError([account])
        with self._writing() as connection:
            key = account, self._member, held.epoch
            finished = connection.execute(_FINISH, (generation, rows, size, next_change, *key)).rowcount
        if not finished:
            raise LeaseLostError([account])
        held.size, held.first_change = size, next_change
        self._replaced.append((account, generation, next_change))

    def _check(self, connection: "Connection[Any]", account: str) -> None:
        """LeaseLostError if the account has another owner; it has none until the transaction ends."""
        held = self._held.get(account)
        key = account, self._member, None if held is None else held.epoch
        if not connection.execute(_HAS, key).rowcount:
            raise LeaseLostError([account])

    def delete_some(self) -> bool:
        """As in Database."""
        if not self._replaced:
            return False
        account, generation, first_change = self._replaced[-1]
        with self._writing() as connection:
            deleted = connection.execute(
                "DELETE FROM changes WHERE (account, number) IN "
                "(SELECT account, number FROM changes WHERE account = %s AND number < %s ORDER BY number LIMIT %s)",
                (account, first_change, 64 * _ROWS_AT_ONCE),
            ).rowcount
            deleted += connection.execute(
                "DELETE FROM snapshots WHERE (account, generation, number) IN "
                "(SELECT account, generation, number FROM snapshots WHERE account = %s AND generation < %s LIMIT %s)",
                (account, generation, _ROWS_AT_ONCE),
            ).rowcount
        if not deleted:
            self._replaced.pop()
        return bool(self._replaced)

    # -- The connection --------------------------------------------------------------------

    @contextmanager
    def _writing(self, *, is_one_statement: bool = False) -> "Iterator[Connection[Any]]":
        """A transaction, which one statement is by itself."""
        try:
            if self._connection is None or self._connection.closed:
                self._connection = connect(self._url)
            with nullcontext() if is_one_statement else self._connection.transaction():
                yield self._connection
        except (UnreachableError, StoreError) as error:
            raise DatabaseError(str(error)) from error
        except imported().Error as error:
            self._may_be_written = True
            raise DatabaseError(" ".join(str(error).split()) or type(error).__name__) from error

    def close(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            self._connection.close()


class Batch(NamedTuple):
    """Changes of accounts, which are written together."""

    content: dict[str, tuple[_Held, bytes]]

    def write(self, connection: "Connection[Any]", member: str, *, again: bool) -> set[str]:
        """Returns the accounts of which it was written. Nothing is, if others have them now."""
        if not self.content:
            return set()
        rows = [
            (account, number, piece)
            for account, (held, content) in self.content.items()
            for number, piece in enumerate(pieces(content), held.next_change)
        ]
        epochs = [held.epoch for held, _ in self.content.values()]
        accounts, numbers, contents = (list(column) for column in zip(*rows, strict=True))
        arguments = list(self.content), epochs, member, accounts, numbers, contents
        statement = _WRITE_AGAIN if again else _WRITE
        return {account for (account,) in connection.execute(statement, arguments).fetchall()}

    def end(self, written: set[str]) -> None:
        """It is certain that the changes of these accounts are written."""
        for account in written:
            held, content = self.content[account]
            held.is_taken = True
            held.next_change += len(pieces(content))
            held.changed_bytes += len(content)
            held.changed_at = perf_counter()


class AccountSnapshotWriter:
    """A snapshot of an account that is being written beside the latest one."""

    def __init__(self, database: PostgresqlDatabase, account: str, generation: int, next_change: int) -> None:
        self._database = database
        self._account = account
        self._generation = generation
        self._next_change = next_change
        self._rows = 0
        self._size = 0

    def write(self, portion: bytes) -> None:
        """Add the next portion."""
        self._rows = self._database.write_snapshot(self._account, self._generation, self._rows, portion)
        self._size += len(portion)

    def finish(self) -> None:
        """Let this be the latest snapshot."""
        self._database.finish_snapshot(self._account, self._generation, self._rows, self._size, self._next_change)


def parts_of(change: Change, accounts: "Iterator[str] | dict[str, _Held]") -> Iterator[tuple[str, Change]]:
    """A change of all accounts as one of each."""
    assert isinstance(change, OF_ALL), "all other changes belong to an account, or are common"
    for account in accounts:
        yield account, replace(change, account=account)
