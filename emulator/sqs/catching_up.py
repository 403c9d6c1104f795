"""How much a queue may catch up with at once, so that no caller of another queue waits long."""

from typing import Protocol

STEPS_AT_ONCE = 300  # 3 to 8 ms


class Budget:
    """How many steps are left. A step is a message that becomes visible, expires, or has its turn in a move task."""

    __slots__ = ("left",)

    def __init__(self, steps: float = STEPS_AT_ONCE) -> None:
        self.left = steps

    def spend(self) -> bool:
        """Use one step; False where none is left."""
        if self.left <= 0:
            return False
        self.left -= 1
        return True


class AttachedTask(Protocol):
    """A running move task that takes messages out of a queue, or brings some. The queue lets it catch up first."""

    def catch_up(self, now: float, budget: Budget) -> None:
        """Move what was to move until ``now``, as far as the budget goes."""

    def next_due(self) -> float:
        """When it will move something next."""
        ...
