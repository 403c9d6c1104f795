"""The stacks of all accounts: a part of the World."""

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec.structs import replace

from emulator.aws.arns import account_in
from emulator.aws.place import EVERYWHERE, Place
from emulator.cloudformation.stack_record import StackRecord
from emulator.foundation.changes import Change, Ledger
from emulator.foundation.part import Part

EVENTS_MAX = 1_000  # of one stack
DELETED_MAX = 100  # stacks that are kept after their deletion, of one account


class StackChanged(Change, frozen=True):
    """A stack is now as this says. It is new, or has the id of one that there is."""

    stack: StackRecord

    @property
    def account(self) -> str:
        return self.stack.account


class StackForgotten(Change, frozen=True):
    """A stack is no longer kept."""

    id: str

    @property
    def account(self) -> str:
        return account_in(self.id)


class Stacks(Part):
    """Stacks by id. Of one name there is one in each account and region that was not deleted."""

    __slots__ = ("_by_id", "_ledger")

    changes = (StackChanged, StackForgotten)
    form = list[StackRecord]

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._by_id: dict[str, StackRecord] = {}

    def __iter__(self) -> Iterator[StackRecord]:
        return iter(self._by_id.values())

    def of(self, account: str, region: str) -> list[StackRecord]:
        """The stacks of an account in a region, the newest first."""
        return [each for each in reversed(self._by_id.values()) if (each.account, each.region) == (account, region)]

    def find(self, account: str, region: str, name: str) -> StackRecord | None:
        """The stack with this id, or the one of this name that was not deleted."""
        by_id = self._by_id.get(name)
        if by_id is not None:
            return by_id if (by_id.account, by_id.region) == (account, region) else None
        return next((each for each in self.of(account, region) if each.name == name and each.deleted_at is None), None)

    def put(self, stack: StackRecord) -> None:
        """Keep a stack as it is now, with its newest events; the oldest deleted ones of its account are forgotten."""
        if len(stack.events) > EVENTS_MAX:
            stack = replace(stack, events=stack.events[-EVENTS_MAX:])
        self._by_id[stack.id] = stack
        if self._ledger.kept:
            self._ledger.record(StackChanged(stack))
        deleted = [each for each in self if each.deleted_at is not None and each.account == stack.account]
        for each in deleted[: max(0, len(deleted) - DELETED_MAX)]:
            self.forget(each)

    def forget(self, stack: StackRecord) -> None:
        del self._by_id[stack.id]
        if self._ledger.kept:
            self._ledger.record(StackForgotten(stack.id))

    def reset(self, place: Place = EVERYWHERE) -> None:
        """Drop the stacks in ``place``; what they made is dropped by the parts that have it."""
        for stack in [each for each in self if place.covers(each.account, each.region)]:
            self.forget(stack)

    def rows(self, account: str | None = None) -> dict[str, list[StackRecord]]:
        """All stacks by account."""
        found: dict[str, list[StackRecord]] = {}
        for stack in self:
            if account in (None, stack.account):
                found.setdefault(stack.account, []).append(stack)
        return found

    def enter(self, rows: Mapping[str, list[StackRecord]]) -> None:
        """Take in stacks that were exported."""
        for stacks in rows.values():
            for stack in stacks:
                self.put(stack)

    def apply(self, change: Any) -> None:
        """Make a recorded change."""
        if isinstance(change, StackChanged):
            self._by_id[change.stack.id] = change.stack
        else:
            del self._by_id[change.id]
