"""How long an endpoint may take to answer, where time jumps.

By its account's clock it may take ``Timeouts.seconds``. But it lives in real time: where the clock jumps beyond that,
it has ``real_seconds`` from the call on, and a move of the clock waits for as long.
"""

from msgspec import Struct


class Timeouts(Struct, frozen=True):
    """Seconds by the account's clock, and real ones where that clock jumps."""

    seconds: float = 15.0
    real_seconds: float = 2.0


DEFAULT_TIMEOUTS = Timeouts()


class Moment(Struct, frozen=True):
    """A point in time, by the account's clock and by one that nobody moves, both in seconds."""

    now: float
    real: float

    def seconds_since(self, earlier: "Moment") -> float:
        """The time that has passed; of a jump of the account's clock only as much counts as really passed."""
        return max(0.0, min(self.real - earlier.real, self.now - earlier.now))
