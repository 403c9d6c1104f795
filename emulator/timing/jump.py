"""A jump of the clock, made so that everything happens in it as it would have without one.

Laws:

- What falls due within a jump happens in order of time, and finds the clock at the time when it is due.
- A receive parked until some time gets what can be received by then, and nothing that comes later.
- When a jump is over, all that fell due has happened: parked receives have been answered, and HTTP endpoints called.

So the clock goes in steps, each to the next deadline of its alarm, and takes the next step when what was due has
happened. Receives whose time is up in between end together, in a step of their own before that one:
there is nothing for them to get. If no request waits, a jump is one step.

Endpoints live in real time. One that does not answer holds a jump up only as long as deliveries have patience with it.
A jump that has taken too long in all is ended by one step; then what is left happens after it.
"""

import asyncio
from collections.abc import Awaitable, Callable, Container, Mapping
from typing import Protocol

from emulator.timing.clock import Clock
from emulator.timing.turns import Work, in_turns

# The time told in seconds since the epoch has some 0.2 microseconds between one number and the next: a step as short
# as that may come to nothing.
_SHORTEST_STEP = 1e-6

# Turns of the event loop until a receive that has its messages has written its answer.
_ANSWER_TURNS = 10

Moving = Container[Clock]


class ParkedReceives(Protocol):
    """Receives that wait for a message. ``moving`` are the clocks by which those live that are meant."""

    def looking(self, moving: Moving) -> Work[None]:
        """Put the next change of each queue with a parked receive into the alarm of its clock, in portions."""
        ...

    def last_end(self, moving: Moving, before: float) -> float | None:
        """Seconds until the last one ends of those that end in less than ``before`` seconds; None if none does."""

    def taking(self, moving: Moving) -> bool:
        """Whether one has been woken and has not taken its messages yet."""


# Waits for the calls of HTTP endpoints and functions that are under way by these clocks, while there is patience with
# one, at most until a time by the loop's clock.
Attempted = Callable[[Moving, float], Awaitable[None]]


class Jumper:
    """Moves clocks, and those who live by them."""

    def __init__(self, receives: ParkedReceives, attempted: Attempted, real_seconds: float) -> None:
        """``real_seconds`` after its begin a jump is ended by one step."""
        self._receives = receives
        self._attempted = attempted
        self._real_seconds = real_seconds

    async def jump(self, seconds: Mapping[Clock, float]) -> None:
        """Move each clock ahead by its ``seconds``, all at the same pace, and let happen what falls due."""
        until = asyncio.get_running_loop().time() + self._real_seconds
        left = {clock: ahead for clock, ahead in seconds.items() if ahead > 0}
        await self._happened(left, until)
        while left:
            in_time = asyncio.get_running_loop().time() < until
            step = await self._next_step(left) if in_time else max(left.values())
            for clock, ahead in left.items():
                clock.advance(min(step, ahead))
            await self._happened(left, until)
            left = {clock: ahead - step for clock, ahead in left.items() if ahead > step}
        for _ in range(_ANSWER_TURNS):
            await asyncio.sleep(0)

    async def _next_step(self, left: Mapping[Clock, float]) -> float:
        await in_turns(self._receives.looking(left))
        dues = (clock.alarm.seconds_left() for clock in left)
        step = min([max(left.values()), *(due for due in dues if due is not None)])
        end = self._receives.last_end(left, step)
        return max(_SHORTEST_STEP, step if end is None else end)

    async def _happened(self, moving: Moving, until: float) -> None:
        """Wait until the receives have taken and the endpoints have been called; each may be the other's cause."""
        busy = True
        while busy:
            await self._attempted(moving, until)
            busy = self._receives.taking(moving)
            await asyncio.sleep(0)  # who is woken takes within a few turns of the event loop
