"""What takes messages out of a queue, or brings some, as time goes by."""

from typing import Protocol


class Mover(Protocol):
    """Attached to the queues it moves messages between, which let it catch up before anything else happens."""

    def advance(self, now: float) -> None:
        """Move what was to move until ``now``."""

    def next_due(self) -> float:
        """When it will move something next."""
