"""The clocks of accounts, which can be moved and frozen. No other module reads the system clock.

A clock either runs, at an offset from the system's time, or is frozen. Its ``alarm`` calls functions at given times,
whether the clock runs or is moved there; ``on_move`` calls a function after each move. The system's time is either its
date, or ``SteadyTime``, which is not set back with it.
"""

import asyncio
import time
from collections.abc import Callable
from functools import partial
from typing import ClassVar, NamedTuple

from emulator.aws.place import EVERYWHERE, Place
from emulator.foundation.changes import Change, ClockSet, Ledger
from emulator.foundation.part import Part
from emulator.timing.alarm import ClockAlarm

Moved = Callable[[], None]
_LOOK_SECONDS = 0.1
_FOLLOWED_SECONDS = 1.0


class SteadyTime:
    """The system's time, which goes on where its date is set back: ``ahead`` seconds before the monotonic clock.

    A date that is more than a second later is followed: it was set forward, or the machine was asleep, when the
    monotonic clock stands still. ``jumped`` is called then. A smaller difference is left alone. To look at both clocks
    each time would take too long, so the date is looked at from ``look_at`` on, by the monotonic clock.
    """

    __slots__ = ("_jumped", "ahead", "look_at")

    def __init__(self, jumped: Moved) -> None:
        self._jumped = jumped
        monotonic = time.monotonic()
        self.ahead = time.time() - monotonic
        self.look_at = monotonic + _LOOK_SECONDS

    def look(self, monotonic: float) -> None:
        """Follow the date if it is later."""
        self.look_at = monotonic + _LOOK_SECONDS
        ahead = time.time() - monotonic
        if ahead > self.ahead + _FOLLOWED_SECONDS:
            self.ahead = ahead
            self._jumped()


class ClockSetting(NamedTuple):
    """A clock is frozen at ``frozen_at``, or runs ``offset`` seconds ahead of the system's time."""

    offset: float = 0.0
    frozen_at: float | None = None  # seconds since the epoch


SYSTEM_TIME = ClockSetting()


Record = Callable[[ClockSetting], None]


class Clock:
    """One account's time, in seconds since the epoch."""

    def __init__(
        self,
        *,
        offset: float = 0.0,
        frozen_at: float | None = None,
        record: Record | None = None,
        steady: SteadyTime | None = None,
    ) -> None:
        """``record`` is called with each setting that is another one than before. Without ``steady`` the clock goes by
        the date, also where that is set back.
        """
        self._steady = steady
        self._offset = offset
        self._frozen_at = frozen_at
        self._record = record
        self._listeners: dict[Moved, None] = {}  # in the order in which they subscribed
        self.alarm = ClockAlarm(self)

    def now(self) -> float:
        if self._frozen_at is not None:
            return self._frozen_at
        steady = self._steady
        if steady is None:
            return time.time() + self._offset
        monotonic = time.monotonic()
        if monotonic >= steady.look_at:
            steady.look(monotonic)
        return monotonic + steady.ahead + self._offset

    @property
    def frozen(self) -> bool:
        return self._frozen_at is not None

    @property
    def setting(self) -> ClockSetting:
        return ClockSetting(self._offset) if self._frozen_at is None else ClockSetting(frozen_at=self._frozen_at)

    def advance(self, seconds: float) -> None:
        """Jump ahead; a frozen clock stays frozen."""
        if self._frozen_at is None:
            self.set(ClockSetting(self._offset + seconds))
        else:
            self.set(ClockSetting(frozen_at=self._frozen_at + seconds))

    def freeze(self) -> None:
        self.set(ClockSetting(frozen_at=self.now()))

    def resume(self) -> None:
        """Let a frozen clock run on from its time."""
        if self._frozen_at is not None:
            self.set(ClockSetting(self._frozen_at - Clock(steady=self._steady).now()))

    def set(self, setting: ClockSetting) -> None:
        """Apply ``setting`` from now on."""
        before = self.setting
        self._offset, self._frozen_at = setting
        if self._record is not None and self.setting != before:
            self._record(self.setting)
        self._notify()

    def look(self) -> None:
        """Let happen what is due now, if the system's time jumped."""
        self._notify()

    def on_move(self, listener: Moved) -> None:
        """Call ``listener`` after every jump, stop and start of the clock, until ``forget``.

        The calls of the alarm that are due come first. Listeners are called in the order in which they were added.
        """
        self._listeners[listener] = None

    def forget(self, listener: Moved) -> None:
        self._listeners.pop(listener, None)

    def _notify(self) -> None:
        self.alarm.clock_moved()
        for listener in tuple(self._listeners):
            listener()


class ClockRows(NamedTuple):
    """How the clocks go: that of accounts yet to come, None if only one account is meant, and those of accounts."""

    everyone: ClockSetting | None
    accounts: dict[str, ClockSetting]


class Clocks(Part):
    """The clocks of all accounts. Moving ``everyone`` also sets the time of accounts that do not exist yet."""

    changes: ClassVar[tuple[type[Change], ...]] = (ClockSet,)

    def __init__(self, *, frozen_at: float | None = None, ledger: Ledger | None = None, by_date: bool = False) -> None:
        """They go by a ``SteadyTime``, or ``by_date``."""
        self._steady = None if by_date else SteadyTime(self._system_jumped)
        self._at_start = ClockSetting(frozen_at=frozen_at)
        self._ledger = ledger or Ledger()
        self.everyone = Clock(frozen_at=frozen_at, record=self._everyone_set, steady=self._steady)
        self._by_account: dict[str, Clock] = {}

    def of(self, account: str) -> Clock:
        clock = self._by_account.get(account)
        if clock is None:
            offset, frozen_at = self.everyone.setting
            record = partial(self._account_set, account)
            clock = self._by_account[account] = Clock(
                offset=offset, frozen_at=frozen_at, record=record, steady=self._steady
            )
        return clock

    def now_of(self, account: str) -> float:
        """The time of an account, in seconds since the epoch."""
        return self.of(account).now()

    def there_are(self, account: str | None) -> list[Clock]:
        """The clock of ``account``; for None, ``everyone`` and then the clocks of all known accounts."""
        return [self.everyone, *self._by_account.values()] if account is None else [self.of(account)]

    def known(self, account: str | None) -> list[tuple[str, Clock]]:
        """The accounts whose clocks are known, and their clocks; for an account, its own."""
        return [*self._by_account.items()] if account is None else [(account, self.of(account))]

    def move(self, account: str | None, change: Callable[[Clock], None]) -> Clock:
        """Apply ``change`` to the clock of ``account``, or (None) to all. Returns that clock, or ``everyone``."""
        clocks = self.there_are(account)
        for clock in clocks:
            change(clock)
        return clocks[0]

    @property
    def at_start(self) -> ClockSetting:
        """How all clocks went at the start."""
        return self._at_start

    def time_with(self, setting: ClockSetting) -> float:
        """The time of a clock that goes so."""
        return Clock(offset=setting.offset, frozen_at=setting.frozen_at, steady=self._steady).now()

    def reset(self, place: Place = EVERYWHERE) -> None:
        """Back to how clocks went at the start, everywhere or in one account. Listeners stay."""
        if place.region is None:
            self.move(place.account, lambda clock: clock.set(self._at_start))

    def unload(self, account: str) -> None:
        """Forget the clock of an account. Nothing may wait by it."""
        self._by_account.pop(account, None)

    def rows(self, account: str | None = None) -> ClockRows:
        """How the clock of an account goes; or those of all accounts whose time is not that of everyone."""
        if account is not None:
            return ClockRows(None, {account: self.of(account).setting})
        everyone = self.everyone.setting
        settings = {owner: clock.setting for owner, clock in self._by_account.items()}
        return ClockRows(everyone, {owner: setting for owner, setting in settings.items() if setting != everyone})

    def enter(self, rows: ClockRows) -> None:
        """Let the clocks go so; those of other accounts go as everyone's, if that is given."""
        everyone = rows.everyone
        if everyone is not None:
            self.move(None, lambda clock: clock.set(everyone))
        for account, setting in rows.accounts.items():
            self.of(account).set(setting)

    def apply(self, change: ClockSet) -> None:
        """Let a clock go as it was set to go."""
        clock = self.everyone if change.account is None else self.of(change.account)
        clock.set(ClockSetting(change.offset, change.frozen_at))

    def _system_jumped(self) -> None:
        """Let happen what is due now: the timers of the event loop do not notice that the date was set forward."""
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:  # without an event loop nothing waits
            return
        loop.call_soon(self.move, None, Clock.look)

    def _account_set(self, account: str, setting: ClockSetting) -> None:
        if self._ledger.kept:
            self._ledger.record(ClockSet(account, *setting))

    def _everyone_set(self, setting: ClockSetting) -> None:
        """Record it, and how the clocks of accounts go that were not set with it: until now they need not be known."""
        if self._ledger.kept:
            self._ledger.record(ClockSet(None, *setting))
            for account, clock in self._by_account.items():
                if clock.setting != setting:
                    self._ledger.record(ClockSet(account, *clock.setting))
