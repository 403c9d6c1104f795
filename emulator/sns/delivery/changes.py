"""The lasting changes of deliveries to HTTP endpoints: the whole delivery when it begins, then each attempt.

A delivery is identified by its account and its number in that account.
"""

from emulator.foundation.changes import Change
from emulator.sns.delivery.delivery import Attempt, DeliveryContent


class DeliveryBegun(Change, frozen=True):
    """A delivery began; ``due`` is the time of its next attempt."""

    number: int
    content: DeliveryContent
    due: float
    attempts: tuple[Attempt, ...] = ()

    @property
    def account(self) -> str:
        return self.content.account


class DeliveryAttempted(Change, frozen=True):
    """An attempt failed, and the next one is made at ``next_at``."""

    account: str
    number: int
    attempt: Attempt


class DeliveryEnded(Change, frozen=True):
    """A delivery ended: its message arrived or failed for good, or its subscription is gone."""

    account: str
    number: int


DeliveryChange = DeliveryBegun | DeliveryAttempted | DeliveryEnded
