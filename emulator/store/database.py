"""What a store needs of its database, whichever that is.

The journal writes changes to it, compaction writes snapshots, and recovery reads both. A database keeps everything as
one, or each account by itself. What is done with it is done on one thread, that of the ``Writer``.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from emulator.foundation.changes import Change

SEPARATOR = b"\n"  # between encoded changes; JSON has none inside of strings
ROW_BYTES = 1 << 20  # at most, of what is written into one row

Entry = tuple[Change, bytes]  # a change, and how it is written


class StoreError(Exception):
    """A store cannot be opened or read; the text says in one line what is wrong, and where."""


class DatabaseError(Exception):
    """The database cannot be written now. Nothing of what was to be written is there."""


class LeaseLostError(Exception):
    """Other processes have these accounts now. Nothing was written of them; all else was."""

    def __init__(self, accounts: Iterable[str]) -> None:
        super().__init__(f"Other processes have the accounts {', '.join(accounts)}")
        self.accounts = frozenset(accounts)


class Section(Protocol):
    """What is kept as one: of everything, or of one account."""

    @property
    def name(self) -> str:
        """Where it is, for people."""
        ...

    def snapshot(self) -> Iterator[bytes]:
        """The latest snapshot in portions; none where there is no snapshot. StoreError if it is damaged."""
        ...

    def changes(self) -> Iterator[bytes]:
        """The changes since then in portions, which may end within a change. StoreError if damaged."""
        ...


class SnapshotWriter(Protocol):
    """A snapshot that is being written. It counts when it is finished."""

    def write(self, portion: bytes) -> None: ...

    def finish(self) -> None: ...


class Database(Protocol):
    """The side that writes. Each method may raise DatabaseError, and those that write LeaseLostError."""

    def write(self, entries: Sequence[Entry]) -> None:
        """Add changes, in one transaction."""
        ...

    def due(self) -> list[str | None]:
        """The accounts that have more changes than is good, for a new snapshot of each; None stands for everything."""
        ...

    def begin_snapshot(self, account: str | None) -> SnapshotWriter:
        """Begin a snapshot of the state that all changes up to now have made. One before it may be unfinished."""
        ...

    def delete_some(self) -> bool:
        """Delete some of what snapshots have replaced. Returns whether more is left."""
        ...

    def close(self) -> None: ...


def lines(entries: Iterable[Entry]) -> bytes:
    """Encoded changes as one text."""
    return SEPARATOR.join([encoded for _, encoded in entries]) + SEPARATOR


def pieces(content: bytes) -> list[bytes]:
    """``content`` in pieces that fit into a row."""
    if len(content) <= ROW_BYTES:
        return [content]
    return [content[at : at + ROW_BYTES] for at in range(0, len(content), ROW_BYTES)]
