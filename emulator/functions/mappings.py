"""The event source mappings of all accounts: a part of the World."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from emulator.aws.place import EVERYWHERE, Place
from emulator.foundation.changes import Change, Ledger
from emulator.foundation.part import Part
from emulator.functions.mapping import EventSourceMapping


class EventSourceMappingChanged(Change, frozen=True):
    """A mapping is now as this says. It is new, or has the UUID of one that there is."""

    mapping: EventSourceMapping

    @property
    def account(self) -> str:
        return self.mapping.place[0]


class EventSourceMappingDeleted(Change, frozen=True):
    """A mapping of an account was deleted."""

    account: str
    uuid: str


def _nothing(_: str) -> None:
    """Nobody takes messages for mappings yet."""


class EventSourceMappings(Part):
    """Mappings by UUID, in the order in which they were made. ``on_change`` is called with the UUID of each change."""

    __slots__ = ("_by_uuid", "_ledger", "on_change")

    changes = (EventSourceMappingChanged, EventSourceMappingDeleted)
    form = list[EventSourceMapping]

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._by_uuid: dict[str, EventSourceMapping] = {}
        self.on_change: Callable[[str], None] = _nothing

    def __iter__(self) -> Iterator[EventSourceMapping]:
        return iter(self._by_uuid.values())

    def of(self, account: str, region: str) -> list[EventSourceMapping]:
        """The mappings of an account in a region."""
        return [each for each in self if each.place == (account, region)]

    def find(self, uuid: str) -> EventSourceMapping | None:
        return self._by_uuid.get(uuid)

    def put(self, mapping: EventSourceMapping) -> None:
        """Keep a mapping as it is now."""
        self._keep(mapping)
        self.on_change(mapping.uuid)

    def _keep(self, mapping: EventSourceMapping) -> None:
        self._by_uuid[mapping.uuid] = mapping
        if self._ledger.kept:
            self._ledger.record(EventSourceMappingChanged(mapping))

    def delete(self, mapping: EventSourceMapping) -> None:
        del self._by_uuid[mapping.uuid]
        if self._ledger.kept:
            self._ledger.record(EventSourceMappingDeleted(mapping.place[0], mapping.uuid))
        self.on_change(mapping.uuid)

    def reset(self, place: Place = EVERYWHERE) -> None:
        """Drop the mappings in ``place``."""
        for mapping in [each for each in self if place.covers(*each.place)]:
            self.delete(mapping)

    def rows(self, account: str | None = None) -> dict[str, list[EventSourceMapping]]:
        """All mappings by account."""
        found: dict[str, list[EventSourceMapping]] = {}
        for mapping in self:
            owner = mapping.place[0]
            if account in (None, owner):
                found.setdefault(owner, []).append(mapping)
        return found

    def enter(self, rows: Mapping[str, list[EventSourceMapping]]) -> None:
        """Take in mappings that were exported. Nothing is taken for them before the world resumes."""
        for mappings in rows.values():
            for mapping in mappings:
                self._keep(mapping)

    def apply(self, change: Any) -> None:
        """Make a recorded change. Nothing is taken for it before the world resumes."""
        if isinstance(change, EventSourceMappingChanged):
            self._by_uuid[change.mapping.uuid] = change.mapping
        else:
            del self._by_uuid[change.uuid]
