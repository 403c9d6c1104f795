"""Calls that are delayed, by the clock of an account."""

from emulator.timing.alarm import Call
from emulator.timing.clock import Clocks
from emulator.timing.deadlines import Deadline


class Later:
    """The delayed calls of all accounts. Each is a deadline of its account's alarm."""

    def __init__(self, clocks: Clocks) -> None:
        self._clocks = clocks
        self._pending: dict[str, set[Deadline[Call]]] = {}  # by account

    def put_off(self, account: str, seconds: float, call: Call) -> None:
        """Make the call after that many seconds."""
        clock = self._clocks.of(account)
        pending = self._pending.setdefault(account, set())

        def make(at: float) -> None:
            pending.discard(deadline)
            call(at)

        deadline = clock.alarm.call_at(clock.now() + seconds, make)
        pending.add(deadline)

    def drop(self, account: str | None = None) -> None:
        """Drop all delayed calls, or those of one account."""
        for owner in [owner for owner in self._pending if account in (None, owner)]:
            for deadline in self._pending.pop(owner):
                self._clocks.of(owner).alarm.cancel(deadline)
