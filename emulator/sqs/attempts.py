"""Receive attempts of FIFO queues: the answer to a receive whose first answer was lost.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/using-receiverequestattemptid-request-parameter.html
"""

from collections import OrderedDict
from typing import NamedTuple

from emulator.aws.limits import RECEIVE_ATTEMPT_SECONDS
from emulator.sqs.message import Delivery


class Attempt(NamedTuple):
    since: float
    deliveries: list[Delivery]
    receive_counts: list[int]  # of each message, as this receive left it
    hidden_until: float

    @property
    def unchanged(self) -> bool:
        """Whether every message is still as this receive left it."""
        return all(
            delivery.message.in_flight
            and delivery.message.receive_count == count
            and delivery.message.visible_at == self.hidden_until
            for delivery, count in zip(self.deliveries, self.receive_counts, strict=True)
        )


class ReceiveAttempts:
    """What each ReceiveRequestAttemptId got, for five minutes."""

    __slots__ = ("_attempts",)

    def __init__(self) -> None:
        self._attempts: OrderedDict[str, Attempt] = OrderedDict()

    def find(self, attempt_id: str, now: float) -> Attempt | None:
        """The attempt under this id, unless one of its messages was deleted, changed or received again."""
        attempts = self._attempts
        while attempts and next(iter(attempts.values())).since + RECEIVE_ATTEMPT_SECONDS <= now:
            attempts.popitem(last=False)
        attempt = attempts.get(attempt_id)
        return attempt if attempt is not None and attempt.unchanged else None

    def remember(self, attempt_id: str, deliveries: list[Delivery], now: float) -> None:
        """Keep what a receive delivered; ``deliveries`` holds at least one message."""
        messages = [delivery.message for delivery in deliveries]
        counts = [message.receive_count for message in messages]
        self._attempts.pop(attempt_id, None)
        self._attempts[attempt_id] = Attempt(now, deliveries, counts, messages[0].visible_at)
