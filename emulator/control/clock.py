"""Routes that show and move the clock."""

from datetime import UTC, datetime
from typing import Annotated

import msgspec

from emulator.control.deliveries import UnfinishedDelivery, shown_delivery
from emulator.control.parameters import ALL, Account, AccountQuery
from emulator.control.refusals import BadRequestError
from emulator.timing.clock import Clock
from emulator.world.world import World

_CENTURY_SECONDS = 3_155_760_000.0
_END = datetime(9000, 1, 1, tzinfo=UTC)  # the latest time that can be set; datetime ends with the year 9999
_MICROSECOND = 1e-6  # the precision of shown times


class ClockMove(msgspec.Struct, forbid_unknown_fields=True):
    """How to move time, for all accounts or for one. Stop or start come first, then the jump."""

    advance: Annotated[float, msgspec.Meta(ge=0, le=_CENTURY_SECONDS)] | None = None  # seconds
    set: Annotated[datetime, msgspec.Meta(tz=True)] | None = None  # to this time, in ISO 8601 with a time zone
    freeze: bool | None = None
    account: Account | None = None


class ClockState(msgspec.Struct):
    """The time, in ISO 8601 and in seconds since the epoch."""

    now: str
    epoch: float
    frozen: bool


class ClockMoved(ClockState, omit_defaults=True, kw_only=True):
    """The time after a move, and whose clock was moved: an account's, or all ("all").

    ``under_way`` is left out if everything that was due has happened. Otherwise it lists the deliveries whose endpoint
    has not answered yet.
    """

    account: str
    under_way: list[UnfinishedDelivery] = []


def tell_clock(world: World, query: AccountQuery) -> ClockState:
    """The time of an account; without one, the time with which new accounts start."""
    return ClockState(*_state(_clock(world, query.account)))


async def move_clock(world: World, body: ClockMove) -> ClockMoved:
    """Stop, start, advance or set the clock. Everything that falls due meanwhile has happened when this returns."""
    if body.advance is not None and body.set is not None:
        raise BadRequestError("Give either `advance` (seconds) or `set` (a time), not both.")
    if body.advance is None and body.set is None and body.freeze is None:
        raise BadRequestError("Nothing to do: give `advance` (seconds), `set` (a time) or `freeze` (true or false).")
    clocks = world.clocks.there_are(body.account)
    for clock in clocks:
        _check(clock, body)
    if body.freeze is not None:
        world.clocks.move(body.account, Clock.freeze if body.freeze else Clock.resume)
    await _jump(world, {clock: _distance(clock, body) for clock in clocks})
    late = [delivery for delivery in world.dispatch.unfinished(body.account) if not delivery.waits]
    return ClockMoved(
        *_state(_clock(world, body.account)),
        account=body.account or ALL,
        under_way=[shown_delivery(delivery) for delivery in late],
    )


async def _jump(world: World, distances: dict[Clock, float]) -> None:
    everyone = world.clocks.everyone
    if everyone in distances:  # no account uses it, and an account created meanwhile must start at the end of the jump
        everyone.advance(distances.pop(everyone))
    await world.jumper.jump(distances)


def _check(clock: Clock, body: ClockMove) -> None:
    now = clock.now()
    target = _target(now, body)
    if target < now - _MICROSECOND:
        raise BadRequestError(f"`set`: the clock cannot go back, and it is {_iso(now)}.")
    if target > _END.timestamp():
        raise BadRequestError(f"The clock cannot go beyond the year {_END.year}, and it is {_iso(now)}.")


def _distance(clock: Clock, body: ClockMove) -> float:
    """In seconds."""
    now = clock.now()
    return max(0.0, _target(now, body) - now)


def _target(now: float, body: ClockMove) -> float:
    return now + (body.advance or 0.0) if body.set is None else body.set.timestamp()


def _clock(world: World, account: str | None) -> Clock:
    return world.clocks.there_are(account)[0]


def _state(clock: Clock) -> tuple[str, float, bool]:
    now = clock.now()
    return _iso(now), now, clock.frozen


def _iso(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat()
