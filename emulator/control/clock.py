"""The clock, as the control routes show and move it."""

from datetime import UTC, datetime

from emulator.clock import Clock, Clocks
from emulator.control.bad_request import BadRequestError
from emulator.control.bodies import ClockMove


def clock_state(clocks: Clocks, account: str | None) -> dict[str, object]:
    """The time of ``account``, or the one new accounts start with, in ISO 8601 and in seconds since the epoch."""
    clock = clocks.everyone if account is None else clocks.of(account)
    now = clock.now()
    return {"now": datetime.fromtimestamp(now, UTC).isoformat(), "epoch": now, "frozen": clock.frozen}


def move_clock(clocks: Clocks, move: ClockMove) -> None:
    """Do what ``move`` says; what falls due meanwhile has happened when this returns."""
    if move.advance is None and move.freeze is None:
        raise BadRequestError("Nothing to do: give `advance` (seconds), `freeze` (true or false), or both.")

    def change(clock: Clock) -> None:
        if move.freeze is not None:
            if move.freeze:
                clock.freeze()
            else:
                clock.resume()
        if move.advance is not None:
            clock.advance(move.advance)

    clocks.move(move.account, change)
