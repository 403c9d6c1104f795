"""Portions of the works of many things, most of which are small."""

from collections.abc import Sized
from typing import TypeVar

from emulator.timing.turns import PORTION, Work, at_once

_STEPS_AT_ONCE, _STEPS_OF_ONE = 600, 20

Result = TypeVar("Result")


class Effort:
    """Makes portions of the works of many things, most of which are small."""

    def __init__(self) -> None:
        self._steps = 0  # of the portion, of some 5 microseconds

    def spend(self, work: Work[Result], *contents: Sized) -> Work[Result]:
        """Do the ``work`` of one thing with these ``contents``: at once if they are few."""
        steps = sum(map(len, contents))
        self._steps += min(steps, PORTION) + _STEPS_OF_ONE
        if self._steps >= _STEPS_AT_ONCE:
            self._steps = 0
            yield
        if steps <= PORTION:
            return at_once(work)
        return (yield from work)
