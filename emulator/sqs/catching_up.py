"""Bounds the work of catching up that is done at once, so that callers of other queues do not wait long."""

from typing import Protocol

STEPS_AT_ONCE = 300  # 3 to 8 ms


class Budget:
    """The number of steps left. A step is one message that becomes visible, expires, or has its turn in a move task."""

    __slots__ = ("left",)

    def __init__(self, steps: float = STEPS_AT_ONCE) -> None:
        self.left = steps

    def spend(self) -> bool:
        """Use one step. Returns False if none is left."""
        if self.left <= 0:
            return False
        self.left -= 1
        return True


class AttachedTask(Protocol):
    """A running move task that takes messages out of a queue, or brings some. The queue lets it catch up first."""

    def catch_up(self, now: float, budget: Budget) -> None:
        """Move the messages that are due at ``now``, as far as the budget allows."""

    def next_due(self) -> float:
        """The time of the next move, in seconds since the epoch."""
        ...
