"""How long an endpoint may take to answer, where the clock can be moved.

By its account's clock it may take ``Timeouts.seconds``. Where the clock jumps beyond that, the endpoint, which lives
in real time, has ``real_seconds`` from the start of the call, and a move of the clock waits that long.
"""

from msgspec import Struct


class Timeouts(Struct, frozen=True):
    """``seconds`` by the account's clock, and ``real_seconds`` of real time where that clock jumps."""

    seconds: float = 15.0
    real_seconds: float = 2.0


DEFAULT_TIMEOUTS = Timeouts()


class Moment(Struct, frozen=True):
    """A point in time, by the account's clock and by the real clock, both in seconds."""

    now: float
    real: float

    def seconds_since(self, earlier: "Moment") -> float:
        """The time passed since ``earlier``. Of a jump of the account's clock, only the real time counts."""
        return max(0.0, min(self.real - earlier.real, self.now - earlier.now))
