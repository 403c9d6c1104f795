"""What is put off to a later time, by the clock of an account. Nothing polls: there is one timer for each account."""

import asyncio
from collections.abc import Callable, Container
from heapq import heappop, heappush
from itertools import count

from emulator.clock import Clock, Clocks

Call = Callable[[float], None]  # with the time at which it was due


class Later:
    """The calls that are put off, of all accounts."""

    def __init__(self, clocks: Clocks) -> None:
        self._clocks = clocks
        self._agendas: dict[str, _Agenda] = {}  # by account

    def put_off(self, account: str, seconds: float, call: Call) -> None:
        """Make the call that many seconds from now."""
        agenda = self._agendas.get(account)
        if agenda is None:
            agenda = self._agendas[account] = _Agenda(self._clocks.of(account))
        agenda.add(seconds, call)

    def next_due(self, moving: Container[Clock]) -> float | None:
        """Seconds until the next call by one of these clocks."""
        agendas = [agenda for agenda in self._agendas.values() if agenda.clock in moving]
        return min((due for agenda in agendas if (due := agenda.next_due()) is not None), default=None)

    def drop(self, account: str | None = None) -> None:
        """Make none of the calls, or none of one account's."""
        for owner in [owner for owner in self._agendas if account in (None, owner)]:
            self._agendas.pop(owner).close()


class _Agenda:
    """The calls of one account, by the time when they are due."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self._numbers = count()
        self._calls: list[tuple[float, int, Call]] = []  # a heap
        self._alarm: asyncio.TimerHandle | None = None
        clock.on_move(self._look)

    def add(self, seconds: float, call: Call) -> None:
        heappush(self._calls, (self.clock.now() + seconds, next(self._numbers), call))
        self._look()

    def next_due(self) -> float | None:
        return self._calls[0][0] - self.clock.now() if self._calls else None

    def close(self) -> None:
        self.clock.forget(self._look)
        self._calls = []
        self._forget_alarm()

    def _look(self) -> None:
        """Make the calls that are due, in order, and set the alarm for the next."""
        self._forget_alarm()
        now = self.clock.now()
        while self._calls and self._calls[0][0] <= now:
            due, _, call = heappop(self._calls)
            call(due)
        if self._calls and not self.clock.frozen:
            seconds = max(0.0, self._calls[0][0] - self.clock.now())
            self._alarm = asyncio.get_running_loop().call_later(seconds, self._look)

    def _forget_alarm(self) -> None:
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None
