"""Accounts: how their clocks go, and how far their streams of ids have come."""

from typing import Annotated

import msgspec

from emulator.clock import Clock, ClockSetting
from emulator.ids import Ids
from emulator.state.part import AccountId, Count, Part, Time
from emulator.state.renaming import Renaming

_Offset = Annotated[float, msgspec.Meta(gt=-253_402_300_800, lt=253_402_300_800)]


class StoredClock(Part):
    """A clock stands at ``frozen_at`` or, without that, runs ``offset`` seconds ahead of the system's."""

    offset: _Offset = 0.0
    frozen_at: Time | None = None


class StoredAccount(Part):
    """An account. The places of its streams of ids are there where ids have a seed."""

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
    """Let the streams of an account go on; without a seed there are none."""
    if ids.seeded:
        ids.of(stored.id).go_to(stored.ids or 0)
        ids.of_requests(stored.id).go_to(stored.request_ids or 0)
