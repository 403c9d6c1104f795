"""The clocks of accounts, which can be moved and frozen. No other module reads the system clock.

A clock either runs, at an offset from the system's time, or is frozen. Its ``alarm`` calls functions at given times,
whether the clock runs or is moved there; ``on_move`` calls a function after each move.
"""

import time
from collections.abc import Callable
from typing import NamedTuple

from emulator.alarm import ClockAlarm

Moved = Callable[[], None]


class ClockSetting(NamedTuple):
    """A clock is frozen at ``frozen_at``, or runs ``offset`` seconds ahead of the system's time."""

    offset: float = 0.0
    frozen_at: float | None = None  # seconds since the epoch


SYSTEM_TIME = ClockSetting()


class Clock:
    """One account's time, in seconds since the epoch."""

    def __init__(self, *, offset: float = 0.0, frozen_at: float | None = None) -> None:
        self._offset = offset
        self._frozen_at = frozen_at
        self._listeners: dict[Moved, None] = {}  # in the order in which they subscribed
        self.alarm = ClockAlarm(self)

    def now(self) -> float:
        return time.time() + self._offset if self._frozen_at is None else self._frozen_at

    @property
    def frozen(self) -> bool:
        return self._frozen_at is not None

    @property
    def setting(self) -> ClockSetting:
        return ClockSetting(self._offset) if self._frozen_at is None else ClockSetting(frozen_at=self._frozen_at)

    def advance(self, seconds: float) -> None:
        """Jump ahead; a frozen clock stays frozen."""
        if self._frozen_at is None:
            self._offset += seconds
        else:
            self._frozen_at += seconds
        self._notify()

    def freeze(self) -> None:
        self._frozen_at = self.now()
        self._notify()

    def resume(self) -> None:
        """Let a frozen clock run on from its time."""
        if self._frozen_at is not None:
            self._offset = self._frozen_at - time.time()
            self._frozen_at = None
            self._notify()

    def set(self, setting: ClockSetting) -> None:
        """Apply ``setting`` from now on."""
        self._offset, self._frozen_at = setting
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


class Clocks:
    """The clocks of all accounts. Moving ``everyone`` also sets the time of accounts that do not exist yet."""

    def __init__(self, *, frozen_at: float | None = None) -> None:
        self._at_start = ClockSetting(frozen_at=frozen_at)
        self.everyone = Clock(frozen_at=frozen_at)
        self._by_account: dict[str, Clock] = {}

    def of(self, account: str) -> Clock:
        clock = self._by_account.get(account)
        if clock is None:
            offset, frozen_at = self.everyone.setting
            clock = self._by_account[account] = Clock(offset=offset, frozen_at=frozen_at)
        return clock

    def now_of(self, account: str) -> float:
        """The time of an account, in seconds since the epoch."""
        return self.of(account).now()

    def there_are(self, account: str | None) -> list[Clock]:
        """The clock of ``account``; for None, ``everyone`` and then the clocks of all known accounts."""
        return [self.everyone, *self._by_account.values()] if account is None else [self.of(account)]

    @property
    def accounts(self) -> list[str]:
        """The accounts whose time was asked for."""
        return list(self._by_account)

    def move(self, account: str | None, change: Callable[[Clock], None]) -> Clock:
        """Apply ``change`` to the clock of ``account``, or (None) to all. Returns that clock, or ``everyone``."""
        clocks = self.there_are(account)
        for clock in clocks:
            change(clock)
        return clocks[0]

    def reset(self, account: str | None = None) -> None:
        """Set the clock of ``account``, or (None) every clock, to the setting of the start. Listeners stay."""
        self.move(account, lambda clock: clock.set(self._at_start))
