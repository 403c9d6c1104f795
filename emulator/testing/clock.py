"""The clock of a test."""

from datetime import datetime, timedelta

from emulator.testing.control import Control, ControlError


class Clock:
    """The clock of the test's account. When a call returns, everything that it made due has happened."""

    def __init__(self, control: Control) -> None:
        self._control = control

    def now(self) -> datetime:
        """The time of the clock, in UTC."""
        return datetime.fromisoformat(self._control.clock()["now"])

    @property
    def frozen(self) -> bool:
        return bool(self._control.clock()["frozen"])

    def advance(self, by: float | timedelta) -> None:
        """Jump ahead by seconds or a timedelta. A frozen clock stays frozen. ValueError if ``by`` is negative."""
        seconds = by.total_seconds() if isinstance(by, timedelta) else by
        if seconds < 0:
            raise ValueError(f"The clock goes forward only, not by {seconds} seconds.")
        self._control.move_clock(advance=seconds)

    def freeze(self) -> None:
        """Stop the clock. Does nothing if it is frozen."""
        self._control.move_clock(freeze=True)

    def resume(self) -> None:
        """Let a frozen clock run on from its time."""
        self._control.move_clock(freeze=False)

    def set(self, when: datetime) -> None:
        """Jump to ``when``, which must have a time zone. ValueError if that is in the clock's past."""
        if when.tzinfo is None:
            raise ValueError(f"{when!r} has no time zone: what it means depends on where the test runs.")
        try:
            self._control.move_clock(set=when.isoformat())
        except ControlError as error:
            raise ValueError(str(error)) from None
