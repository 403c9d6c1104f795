"""The only reader of the system clock: a time for every account, which can be moved and stopped.

A clock either runs, at an offset from the system's time, or stands still. Its ``alarm`` calls functions at given
times, however the clock gets there; ``on_move`` is for those who must know of each move.
"""

import time
from collections.abc import Callable
from typing import NamedTuple

from emulator.alarm import ClockAlarm

Moved = Callable[[], None]


class ClockSetting(NamedTuple):
    """How a clock goes: it stands at ``frozen_at``, or runs ``offset`` seconds ahead of the system's time."""

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
        """Run on from where the clock stands."""
        if self._frozen_at is not None:
            self._offset = self._frozen_at - time.time()
            self._frozen_at = None
            self._notify()

    def set(self, setting: ClockSetting) -> None:
        """Go as ``setting`` says, from now on."""
        self._offset, self._frozen_at = setting
        self._notify()

    def on_move(self, listener: Moved) -> None:
        """Call ``listener`` after every jump, stop and start, and after what was due then, until ``forget``.

        Listeners are called in the order of subscription.
        """
        self._listeners[listener] = None

    def forget(self, listener: Moved) -> None:
        self._listeners.pop(listener, None)

    def _notify(self) -> None:
        self.alarm.clock_moved()
        for listener in tuple(self._listeners):
            listener()


class Clocks:
    """The clocks of all accounts; moving ``everyone`` also sets the time of accounts yet to come."""

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
        """One account's clock; or those of all accounts there are, with ``everyone`` as the first."""
        return [self.everyone, *self._by_account.values()] if account is None else [self.of(account)]

    @property
    def accounts(self) -> list[str]:
        """Those whose time somebody has asked for."""
        return list(self._by_account)

    def move(self, account: str | None, change: Callable[[Clock], None]) -> Clock:
        """Apply ``change`` to one account's clock, or to every clock; the clock asked for comes back."""
        clocks = self.there_are(account)
        for clock in clocks:
            change(clock)
        return clocks[0]

    def reset(self, account: str | None = None) -> None:
        """Back to how clocks went at the start, everywhere or in one account. Listeners stay."""
        self.move(account, lambda clock: clock.set(self._at_start))
