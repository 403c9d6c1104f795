"""How long an endpoint may take to answer, where time jumps.

It may take so long by its account's clock. But it lives in real time: where the clock jumps beyond that, it has some
real seconds from its call on, and whoever moves the clock waits for as long.
"""

import asyncio

from msgspec import Struct

from emulator.clock import Clock


class Patience(Struct, frozen=True):
    """Seconds by the account's clock, and real ones where that clock jumps."""

    seconds: float = 15.0
    real_seconds: float = 2.0


DEFAULT_PATIENCE = Patience()


class Limit(Struct, frozen=True):
    """Of one call of an endpoint."""

    over: float  # when it has taken too long, by the account's clock
    patient_until: float  # though that clock jumps, by the event loop's


class Stopwatch:
    """The time since it was made, by a clock that may jump; of a jump only as much counts as really passed."""

    __slots__ = ("_at", "_clock", "_real")

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._at = clock.now()
        self._real = asyncio.get_running_loop().time()

    def seconds(self) -> float:
        real = asyncio.get_running_loop().time() - self._real
        return max(0.0, min(real, self._clock.now() - self._at))
