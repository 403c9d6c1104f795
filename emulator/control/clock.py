"""The clock, as the control routes show and move it."""

from datetime import UTC, datetime
from typing import Annotated

import msgspec

from emulator.clock import Clock
from emulator.control.parameters import Account, AccountQuery
from emulator.control.refusals import BadRequestError
from emulator.control.world import World

_CENTURY_SECONDS = 3_155_760_000.0
# What happens later than this still has to find room in the calendar, which ends with the year 9999.
_END_OF_TIME = datetime(9000, 1, 1, tzinfo=UTC).timestamp()


class ClockMove(msgspec.Struct, forbid_unknown_fields=True):
    """How to move time, for everyone or in one account; first the stop or start, then the jump."""

    advance: Annotated[float, msgspec.Meta(ge=0, le=_CENTURY_SECONDS)] | None = None  # seconds
    freeze: bool | None = None
    account: Account | None = None


class ClockState(msgspec.Struct):
    """The time, in ISO 8601 and in seconds since the epoch."""

    now: str
    epoch: float
    frozen: bool


def tell_clock(world: World, query: AccountQuery) -> ClockState:
    """The time of an account, or without one the time that new accounts start with."""
    return _state(world, query.account)


def move_clock(world: World, body: ClockMove) -> ClockState:
    """Stop, start or advance the clock; what falls due meanwhile has happened when the answer comes."""
    if body.advance is None and body.freeze is None:
        raise BadRequestError("Nothing to do: give `advance` (seconds), `freeze` (true or false), or both.")

    if world.clocks.latest(body.account) + (body.advance or 0) > _END_OF_TIME:
        raise BadRequestError("The clock would be past the year 9000 - at `$.advance`")

    def change(clock: Clock) -> None:
        if body.freeze is not None:
            if body.freeze:
                clock.freeze()
            else:
                clock.resume()
        if body.advance is not None:
            clock.advance(body.advance)

    world.clocks.move(body.account, change)
    return _state(world, body.account)


def _state(world: World, account: str | None) -> ClockState:
    clock = world.clocks.everyone if account is None else world.clocks.of(account)
    now = clock.now()
    return ClockState(datetime.fromtimestamp(now, UTC).isoformat(), now, clock.frozen)
