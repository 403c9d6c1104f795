"""The outbox: the messages for phones, mailboxes, devices, functions and streams, in the form these would receive.

Nothing is sent to them. The outbox is bounded; the oldest entries are dropped first.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator

from msgspec import Struct

from emulator.aws.place import EVERYWHERE, Place
from emulator.foundation.changes import Ledger
from emulator.sns.changes import OutboxChange, OutboxEntriesRemoved, OutboxEntryStored
from emulator.sns.outbox_entry import Entry


class Bounds(Struct, frozen=True):
    """How much the outbox keeps."""

    entries: int = 1_000
    characters: int = 8_000_000  # total length of all bodies and published texts


DEFAULT_BOUNDS = Bounds()


class Outbox:
    """The entries of all accounts, newest last."""

    def __init__(self, bounds: Bounds = DEFAULT_BOUNDS, ledger: Ledger | None = None) -> None:
        self._bounds = bounds
        self._ledger = ledger or Ledger()
        self._entries: deque[Entry] = deque()
        self._characters = 0
        self._last_number = 0

    @property
    def last_number(self) -> int:
        """The greatest number of an entry."""
        return self._last_number

    def next_id(self) -> str:
        """A new entry id."""
        self._last_number += 1
        return str(self._last_number)

    def __iter__(self) -> Iterator[Entry]:
        """Oldest first."""
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def store(self, entry: Entry) -> None:
        """Store an entry, and drop the oldest ones that exceed the bounds. Later entries get higher numbers."""
        self._store(entry)
        if self._ledger.kept:
            self._ledger.record(OutboxEntryStored(entry))

    def newest(self, limit: int, **wanted: str | None) -> list[Entry]:
        """Up to ``limit`` of the newest entries whose fields have the ``wanted`` values (None is any). Newest last."""
        asked = [(name, value) for name, value in wanted.items() if value is not None]
        found: list[Entry] = []
        for entry in reversed(self._entries):
            if len(found) == limit:
                break
            if all(getattr(entry, name) == value for name, value in asked):
                found.append(entry)
        return found[::-1]

    def clear(self, place: Place = EVERYWHERE) -> None:
        """Drop the entries of a place."""
        self.remove(lambda entry: place.covers(entry.account, entry.region))

    def reset(self, place: Place = EVERYWHERE) -> bool:
        """Drop the entries of a place; if that is everywhere, number entries from 1 again. Whether there were any.

        This is not recorded here: the reset of all of SNS is recorded.
        """
        before = len(self._entries)
        self._keep(entry for entry in self._entries if not place.covers(entry.account, entry.region))
        if place.everywhere:
            self._last_number = 0
        return len(self._entries) < before

    def remove(self, unwanted: Callable[[Entry], bool]) -> None:
        """Drop the given entries."""
        removed: dict[str, list[str]] = {}
        for entry in filter(unwanted, self._entries):
            removed.setdefault(entry.account, []).append(entry.id)
        for account, ids in removed.items():
            self._remove(account, ids)
            if self._ledger.kept:
                self._ledger.record(OutboxEntriesRemoved(account, ids))

    def apply(self, change: OutboxChange) -> None:
        """Apply a recorded change."""
        match change:
            case OutboxEntryStored():
                self._store(change.entry)
            case OutboxEntriesRemoved():
                self._remove(change.account, change.ids)

    def _store(self, entry: Entry) -> None:
        self._last_number = max(self._last_number, int(entry.id))
        self._entries.append(entry)
        self._characters += _characters(entry)
        while len(self._entries) > self._bounds.entries or (
            self._characters > self._bounds.characters and len(self._entries) > 1
        ):
            self._characters -= _characters(self._entries.popleft())

    def _remove(self, account: str, ids: Iterable[str]) -> None:
        unwanted = frozenset(ids)
        self._keep(entry for entry in self._entries if entry.account != account or entry.id not in unwanted)

    def _keep(self, entries: Iterable[Entry]) -> None:
        self._entries = deque(entries)
        self._characters = sum(map(_characters, self._entries))


def _characters(entry: Entry) -> int:
    return len(entry.body) + len(entry.published or "")
