"""The file of a store: an SQLite database with a snapshot of the state, and the changes since then.

Both are one long text each, in rows of bounded size, so that none is too large for SQLite. A transaction adds whole
changes. Every row has a checksum, as SQLite has none.

https://www.sqlite.org/wal.html
"""

import sqlite3
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from struct import unpack_from
from zlib import crc32

from emulator.configuration.values import Durability
from emulator.store.database import DatabaseError, Entry, StoreError, lines, pieces
from emulator.store.write_ahead_log import damaged_at

FILE_NAME = "emulator.sqlite"
FORMAT = 1
SMALLEST_BYTES = 64 << 20  # of changes, before which no snapshot is due

_APPLICATION_ID = 0x53515345  # "SQSE"
_SYNCHRONOUS: dict[Durability, str] = {"process": "NORMAL", "power": "FULL"}
_MAGIC = b"SQLite format 3\0"
_HEADER_BYTES, _FORMAT_AT, _APPLICATION_AT = 100, 60, 68  # https://www.sqlite.org/fileformat2.html#the_database_header
_ROWS_DELETED_AT_ONCE = 16
_PAGES_RETURNED_AT_ONCE = 4_096
_SCHEMA = (
    "CREATE TABLE changes (number INTEGER PRIMARY KEY, checksum INTEGER NOT NULL, content BLOB NOT NULL)",
    "CREATE TABLE snapshot (generation INTEGER NOT NULL, number INTEGER NOT NULL, checksum INTEGER NOT NULL, "
    "content BLOB NOT NULL, PRIMARY KEY (generation, number))",
    # The snapshot that counts, of how many rows it is, and the first change after it.
    "CREATE TABLE latest (generation INTEGER NOT NULL, rows INTEGER NOT NULL, next_change INTEGER NOT NULL)",
    "INSERT INTO latest VALUES (0, 0, 1)",
)


class SqliteDatabase:
    """The open file. No other process can open it meanwhile. Everything in it is one section."""

    def __init__(self, directory: Path, durability: Durability) -> None:
        """Open the file in ``directory``, both of which are made where they are missing. StoreError if it cannot be."""
        self.file = directory / FILE_NAME
        is_new = _check(directory, self.file)
        try:
            self._connection = sqlite3.connect(self.file, timeout=0, isolation_level=None, check_same_thread=False)
        except sqlite3.Error as error:
            raise StoreError(f"{self.file}: {_reason(error)}.") from None
        self._run = self._connection.execute
        try:
            self._prepare(durability, is_new=is_new)
            self._generation, self._snapshot_rows, self._first_change = self._latest()
        except sqlite3.Error as error:
            self.close()
            raise StoreError(f"{self.file}: {_reason(error)}.") from None
        except StoreError:
            self.close()
            raise
        self.next_change = self._first_change
        self._changed_bytes = 0  # written since the latest snapshot was begun
        self._size = 0  # of the latest snapshot, or of all that was read

    @property
    def name(self) -> str:
        return str(self.file)

    def _prepare(self, durability: Durability, *, is_new: bool) -> None:
        run = self._run
        run("PRAGMA locking_mode = EXCLUSIVE")
        if is_new:
            run("PRAGMA auto_vacuum = INCREMENTAL")
            with self._transaction():
                for statement in _SCHEMA:
                    run(statement)
                run(f"PRAGMA application_id = {_APPLICATION_ID}")
                run(f"PRAGMA user_version = {FORMAT}")
        run("PRAGMA journal_mode = WAL")
        run(f"PRAGMA synchronous = {_SYNCHRONOUS[durability]}")

    def _latest(self) -> tuple[int, int, int]:
        row: tuple[int, int, int] | None = self._run("SELECT generation, rows, next_change FROM latest").fetchone()
        if row is None:
            raise StoreError(f"{self.file}: The file is damaged: the table latest is empty.")
        self._keep_only(row[0])  # besides, this takes the lock
        return row

    def _keep_only(self, generation: int) -> None:
        """Delete what an unfinished snapshot left."""
        with self._transaction():
            self._run("DELETE FROM snapshot WHERE generation <> ?", (generation,))

    def close(self) -> None:
        """Close the file, which is then in one piece."""
        self._connection.close()

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._run("BEGIN IMMEDIATE")
        try:
            yield
            self._run("COMMIT")
        except BaseException:
            if self._connection.in_transaction:
                self._run("ROLLBACK")
            raise

    # -- Reading ---------------------------------------------------------------------------

    def snapshot(self) -> Iterator[bytes]:
        """The latest snapshot in portions; none where there is no snapshot. StoreError if it is damaged."""
        query = "SELECT number, checksum, content FROM snapshot WHERE generation = ? ORDER BY number"
        end = yield from self._checked("snapshot", query, self._generation, 0)
        if end != self._snapshot_rows:
            raise StoreError(f"{self.file}: The file is damaged: row {end} of snapshot is missing.")

    def changes(self) -> Iterator[bytes]:
        """The changes since the latest snapshot in portions, which may end within a change. StoreError if damaged."""
        query = "SELECT number, checksum, content FROM changes WHERE number >= ? ORDER BY number"
        self.next_change = yield from self._checked("changes", query, self._first_change, self._first_change)

    def _checked(self, table: str, query: str, argument: int, first: int) -> Generator[bytes, None, int]:
        """The content of rows that begin with the number ``first``. Returns the number after the last one."""
        wanted = first
        try:
            for number, checksum, content in self._run(query, (argument,)):
                if number != wanted or crc32(content) != checksum:
                    raise StoreError(f"{self.file}: The file is damaged: row {wanted} of {table} is not as written.")
                wanted += 1
                self._size += len(content)
                yield content
        except sqlite3.Error as error:
            raise StoreError(f"{self.file}: {_reason(error)}, at row {wanted} of {table}.") from None
        return wanted

    # -- Writing ---------------------------------------------------------------------------

    def write(self, entries: Sequence[Entry]) -> None:
        """As in Database."""
        with _reported():
            self.append(lines(entries))

    def append(self, changes: bytes) -> None:
        """Add whole changes, in one transaction."""
        rows = [(number, crc32(piece), piece) for number, piece in enumerate(pieces(changes), self.next_change)]
        if len(rows) == 1:  # one statement is a transaction
            self._run("INSERT INTO changes VALUES (?, ?, ?)", rows[0])
        else:
            with self._transaction():
                self._connection.executemany("INSERT INTO changes VALUES (?, ?, ?)", rows)
        self.next_change += len(rows)
        self._changed_bytes += len(changes)

    def due(self) -> list[str | None]:
        """Everything, or nothing."""
        return [None] if self._changed_bytes > max(SMALLEST_BYTES, self._size) else []

    def begin_snapshot(self, account: str | None = None) -> "SqliteSnapshotWriter":
        """As in Database; always of everything."""
        assert account is None, "an account has no section of its own"
        self._changed_bytes = 0
        with _reported():
            self._keep_only(self._generation)
        return SqliteSnapshotWriter(self, self._generation + 1, self.next_change)

    def write_snapshot(self, generation: int, number: int, portion: bytes) -> int:
        """Add rows to a snapshot, the first with this number. Returns the number of the next one."""
        rows = [(generation, index, crc32(piece), piece) for index, piece in enumerate(pieces(portion), number)]
        with _reported(), self._transaction():
            self._connection.executemany("INSERT INTO snapshot VALUES (?, ?, ?, ?)", rows)
        return number + len(rows)

    def finish_snapshot(self, generation: int, rows: int, next_change: int, size: int) -> None:
        """Let a snapshot of ``size`` bytes be the latest one; the first change after it is ``next_change``."""
        latest = generation, rows, next_change
        with _reported():
            self._run("UPDATE latest SET generation = ?, rows = ?, next_change = ?", latest)
        self._generation, self._snapshot_rows, self._first_change = latest
        self._size = size

    def delete_some(self) -> bool:
        """As in Database. The file gets shorter."""
        with _reported(), self._transaction():
            deleted = self._delete("changes", "number < ?", self._first_change)
            deleted += self._delete("snapshot", "generation <> ?", self._generation)
        # Only executescript steps through this pragma to its end.
        with _reported():
            self._connection.executescript(f"PRAGMA incremental_vacuum({_PAGES_RETURNED_AT_ONCE})")
        return bool(deleted)

    def _delete(self, table: str, condition: str, argument: int) -> int:
        some = f"SELECT rowid FROM {table} WHERE {condition} LIMIT {_ROWS_DELETED_AT_ONCE}"
        return self._run(f"DELETE FROM {table} WHERE rowid IN ({some})", (argument,)).rowcount


class SqliteSnapshotWriter:
    """A snapshot that is being written beside the latest one."""

    def __init__(self, database: SqliteDatabase, generation: int, next_change: int) -> None:
        self._database = database
        self._generation = generation
        self._next_change = next_change
        self._rows = 0
        self._size = 0

    def write(self, portion: bytes) -> None:
        """Add the next portion."""
        self._rows = self._database.write_snapshot(self._generation, self._rows, portion)
        self._size += len(portion)

    def finish(self) -> None:
        """Let this be the latest snapshot."""
        self._database.finish_snapshot(self._generation, self._rows, self._next_change, self._size)


@contextmanager
def _reported() -> Iterator[None]:
    """An error of SQLite is one of the store inside."""
    try:
        yield
    except sqlite3.Error as error:
        raise DatabaseError(str(error)) from error


def _check(directory: Path, file: Path) -> bool:
    """Make the directory. Returns whether there is no file yet; StoreError where it is no store of this format."""
    try:
        directory.mkdir(parents=True, exist_ok=True)
        with file.open("rb") as opened:
            header = opened.read(_HEADER_BYTES)
    except FileNotFoundError:
        return True
    except FileExistsError:
        raise StoreError(f"{directory}: This is no directory.") from None
    except OSError as error:
        raise StoreError(f"{error.filename}: {error.strerror}.") from None
    if not header:
        return True  # the process ended while the file was made
    if len(header) < _HEADER_BYTES or not header.startswith(_MAGIC):
        raise StoreError(f"{file}: This is no SQLite database.")
    (application,) = unpack_from(">I", header, _APPLICATION_AT)
    (version,) = unpack_from(">I", header, _FORMAT_AT)
    if application != _APPLICATION_ID:
        raise StoreError(f"{file}: This is a database of another program.")
    if version != FORMAT:
        raise StoreError(f"{file}: The file has the format {version}, and this version of the emulator reads {FORMAT}.")
    log = file.with_name(f"{file.name}-wal")
    damage = damaged_at(log)
    if damage is not None:
        raise StoreError(f"{log}: The file is damaged at byte {damage}. Without it, the latest changes are lost.")
    return False


def _reason(error: sqlite3.Error) -> str:
    if "locked" in str(error):
        return "Another process uses this file"
    if "malformed" in str(error) or "not a database" in str(error):
        return f"The file is damaged: {error}"
    return f"The file cannot be used: {error}"
