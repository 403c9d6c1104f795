"""Accounts in a state document: their clocks, and the positions of their streams of ids."""

from typing import Annotated

import msgspec

from emulator.clock import Clock, ClockSetting
from emulator.ids import Ids
from emulator.state.part import AccountId, Count, Part, Time
from emulator.state.renaming import Renaming

_Offset = Annotated[float, msgspec.Meta(gt=-253_402_300_800, lt=253_402_300_800)]


class StoredClock(Part):
    """A clock. It is frozen at ``frozen_at`` or, without that, runs ``offset`` seconds ahead of the system's."""

    offset: _Offset = 0.0
    frozen_at: Time | None = None


class StoredAccount(Part):
    """An account. It has the positions of its streams of ids only if ids have a seed."""

    id: AccountId
    clock: StoredClock
    ids: Count | None = None
    request_ids: Count | None = None

    @property
    def owners(self) -> tuple[str, ...]:
        return (self.id,)

    def rename(self, renaming: Renaming) -> None:
        self.id = renaming.text(self.id)


def stored_clock(clock: Clock) -> StoredClock:
    offset, frozen_at = clock.setting
    return StoredClock(offset) if frozen_at is None else StoredClock(frozen_at=frozen_at)


def clock_setting(stored: StoredClock) -> ClockSetting:
    return ClockSetting(stored.offset if stored.frozen_at is None else 0.0, stored.frozen_at)


def stored_account(account: str, clock: Clock, ids: Ids) -> StoredAccount:
    stored = StoredAccount(id=account, clock=stored_clock(clock))
    if ids.seeded:
        stored.ids, stored.request_ids = ids.of(account).place, ids.of_requests(account).place
    return stored


def restore_ids(ids: Ids, stored: StoredAccount) -> None:
    """Set the positions of an account's streams of ids; nothing without a seed."""
    if ids.seeded:
        ids.of(stored.id).go_to(stored.ids or 0)
        ids.of_requests(stored.id).go_to(stored.request_ids or 0)
