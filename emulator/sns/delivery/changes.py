"""What becomes of deliveries to HTTP endpoints: the whole delivery when it begins, and each attempt from then on.

A delivery is known by its account and its number there.
"""

from emulator.changes import Change
from emulator.sns.delivery.delivery import Attempt, DeliveryContent


class DeliveryBegun(Change, frozen=True):
    """A delivery is under way; ``due`` is when its next attempt is."""

    number: int
    content: DeliveryContent
    due: float
    attempts: tuple[Attempt, ...] = ()


class DeliveryAttempted(Change, frozen=True):
    """An attempt failed, and there will be another one at its ``next_at``."""

    account: str
    number: int
    attempt: Attempt


class DeliveryEnded(Change, frozen=True):
    """A delivery is no longer under way: its message has arrived, or failed for good, or nobody wants it any more."""

    account: str
    number: int


DeliveryChange = DeliveryBegun | DeliveryAttempted | DeliveryEnded
