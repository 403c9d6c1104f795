"""The alarm of an account's clock: it calls functions at given times, with one heap and one timer of the event loop.

Long polls, deliveries and faults share the alarm of their account's clock, so their calls are made in order of time.
Nothing polls: the event loop wakes up for the earliest deadline only, and never while the clock is frozen.
"""

import asyncio
from collections.abc import Callable
from typing import Protocol

from emulator.timing.deadlines import Deadline, Deadlines

Call = Callable[[float], None]  # with the time at which it was due


class Time(Protocol):
    """The time that an alarm goes by, in seconds."""

    @property
    def frozen(self) -> bool: ...

    def now(self) -> float: ...


def _nothing(_: float) -> None:
    """Replaces a call that was canceled."""


class ClockAlarm:
    """Calls functions when a clock reaches a time, whether it runs or is moved there."""

    __slots__ = ("_clock", "_deadlines", "_ringing", "_timer", "_timer_at")

    def __init__(self, clock: Time) -> None:
        self._clock = clock
        self._deadlines: Deadlines[Call] = Deadlines()
        self._ringing = False  # whether calls are being made
        self._timer: asyncio.TimerHandle | None = None
        self._timer_at: float | None = None  # by the clock

    def call_at(self, at: float, call: Call) -> Deadline[Call]:
        """Call ``call`` at ``at``, or in the next turn of the event loop if that time has passed."""
        deadline = self._deadlines.add(at, call)
        if self._timer_at is None or at < self._timer_at:
            self._set_timer()
        return deadline

    def cancel(self, deadline: Deadline[Call]) -> None:
        """Cancel a call. Does nothing if the call was made or canceled before."""
        deadline.what = _nothing
        self._deadlines.remove(deadline)
        if deadline.at == self._timer_at:
            self._set_timer()

    def next_at(self) -> float | None:
        """The time of the next call, by the clock; None if there is none."""
        return self._deadlines.next_at()

    def seconds_left(self) -> float | None:
        """Seconds until the next call, by the clock; None if there is none."""
        at = self.next_at()
        return None if at is None else at - self._clock.now()

    def clock_moved(self) -> None:
        """Make the calls that are due now. The clock calls this after each jump, stop and start."""
        self._forget_timer()  # the same deadline is at another real time now
        self._ring()

    def _ring(self) -> None:
        """Make the calls that are due, in order of time. Calls that these add are made in a later turn.

        If a call raises an error, the others are made all the same.
        """
        self._timer = self._timer_at = None
        due = []
        now = self._clock.now()
        while (deadline := self._deadlines.pop(now)) is not None:
            due.append(deadline)
        self._ringing = True
        error: Exception | None = None
        for deadline in due:
            try:
                deadline.what(deadline.at)
            except Exception as raised:  # noqa: BLE001 - it is raised below
                error = error or raised
        self._ringing = False
        self._set_timer()
        if error is not None:
            raise error

    def _set_timer(self) -> None:
        at = self._deadlines.next_at()
        if at == self._timer_at or self._ringing:
            return
        self._forget_timer()
        if at is None:
            return
        now = self._clock.now()
        if at <= now or not self._clock.frozen:
            self._timer = asyncio.get_running_loop().call_later(max(0.0, at - now), self._ring)
            self._timer_at = at

    def _forget_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._timer_at = None
