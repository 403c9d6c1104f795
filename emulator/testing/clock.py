"""The time of a test."""

from datetime import datetime, timedelta

from emulator.testing.control import Control, ControlError


class Clock:
    """The clock of the test's account. When a call returns, all that fell due by it has happened."""

    def __init__(self, control: Control) -> None:
        self._control = control

    def now(self) -> datetime:
        """In UTC."""
        return datetime.fromisoformat(self._control.clock()["now"])

    @property
    def frozen(self) -> bool:
        return bool(self._control.clock()["frozen"])

    def advance(self, by: float | timedelta) -> None:
        """Jump ahead, by seconds or a timedelta; a frozen clock stays frozen. ValueError if that would be back."""
        seconds = by.total_seconds() if isinstance(by, timedelta) else by
        if seconds < 0:
            raise ValueError(f"The clock goes forward only, not by {seconds} seconds.")
        self._control.move_clock(advance=seconds)

    def freeze(self) -> None:
        """Stop; a second call changes nothing."""
        self._control.move_clock(freeze=True)

    def resume(self) -> None:
        """Run on from where the clock stands."""
        self._control.move_clock(freeze=False)

    def set(self, when: datetime) -> None:
        """Jump to ``when``, which has a time zone; ValueError if that is in the clock's past."""
        if when.tzinfo is None:
            raise ValueError(f"{when!r} has no time zone: what it means depends on where the test runs.")
        try:
            self._control.move_clock(set=when.isoformat())
        except ControlError as error:
            raise ValueError(str(error)) from None
