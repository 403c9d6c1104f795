"""Accounts in a state document: their clocks, and the positions of their streams of ids."""

from collections.abc import Iterable
from typing import Annotated

import msgspec

from emulator.state.part import AccountId, Count, Part, Time
from emulator.state.renaming import Renaming
from emulator.timing.clock import SYSTEM_TIME, ClockRows, ClockSetting

IdRows = dict[str, tuple[int, int]]  # by account, how far its streams have come

_Offset = Annotated[float, msgspec.Meta(gt=-253_402_300_800, lt=253_402_300_800)]


class StoredClock(Part):
    """A clock. It is frozen at ``frozen_at`` or, without that, runs ``offset`` seconds ahead of the system's."""

    offset: _Offset = 0.0
    frozen_at: Time | None = None


class StoredAccount(Part, kw_only=True):
    """An account. It has the positions of its streams of ids only if ids have a seed."""

    id: AccountId
    clock: StoredClock = msgspec.field(default_factory=StoredClock)
    ids: Count | None = None
    request_ids: Count | None = None

    @property
    def owners(self) -> tuple[str, ...]:
        return (self.id,)

    def rename(self, renaming: Renaming) -> None:
        self.id = renaming.text(self.id)


def stored_clock(setting: ClockSetting) -> StoredClock:
    offset, frozen_at = setting
    return StoredClock(offset) if frozen_at is None else StoredClock(frozen_at=frozen_at)


def clock_setting(stored: StoredClock) -> ClockSetting:
    return ClockSetting(stored.offset if stored.frozen_at is None else 0.0, stored.frozen_at)


def stored_accounts(clocks: ClockRows, ids: IdRows, *, seeded: bool) -> list[StoredAccount]:
    """The accounts that differ from an unused one."""
    everyone = clocks.everyone or SYSTEM_TIME
    stored = []
    for account in sorted(clocks.accounts.keys() | ids.keys()):
        place, request_place = ids.get(account, (0, 0) if seeded else (None, None))
        clock = stored_clock(clocks.accounts.get(account, everyone))
        stored.append(StoredAccount(id=account, clock=clock, ids=place, request_ids=request_place))
    return stored


def rebuilt_clocks(everyone: StoredClock | None, stored: Iterable[StoredAccount]) -> ClockRows:
    """The settings of the clocks."""
    accounts = {account.id: clock_setting(account.clock) for account in stored}
    return ClockRows(None if everyone is None else clock_setting(everyone), accounts)


def rebuilt_ids(stored: Iterable[StoredAccount]) -> IdRows:
    """The positions of the streams of ids."""
    return {account.id: (account.ids or 0, account.request_ids or 0) for account in stored}
