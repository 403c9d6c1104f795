"""The work that one policy may take for one message, counted in steps.

Evaluation runs on the event loop, so a message of 256 KB must not hold it up, whatever the policy. Work is counted
before it is done, and by the sizes of the policy and the message, so the same message has the same result on every
machine. ``benchmarks/filter_budget.py`` measures how long the most expensive evaluations take.
"""

from emulator.sns.filter_policy.limits import MAX_STEPS


class OverBudgetError(Exception):
    """The evaluation would take more than ``MAX_STEPS`` steps."""


class Budget:
    """The steps that are left of one evaluation; ``left`` is below zero once they are exceeded."""

    __slots__ = ("left",)

    def __init__(self) -> None:
        self.left = MAX_STEPS

    def spend(self, steps: int) -> None:
        """Take ``steps`` for the work that follows. Raises OverBudgetError if there are not as many left."""
        self.left -= steps
        if self.left < 0:
            raise OverBudgetError
