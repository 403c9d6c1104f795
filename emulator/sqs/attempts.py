"""Receive attempts of FIFO queues: the answer to a receive whose first answer was lost.

For five minutes from a receive, its attempt id gets the same messages again, under the same handles, unless
one of them was deleted, changed or became visible meanwhile.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html
"""

from collections import OrderedDict
from typing import NamedTuple

from emulator.aws.limits import RECEIVE_ATTEMPT_SECONDS
from emulator.sqs.message import Delivery


class Attempt(NamedTuple):
    since: float
    deliveries: list[Delivery]
    receive_counts: list[int]  # of each message, as this receive left it

    @property
    def hidden(self) -> bool:
        """Whether every message is still in flight from this very receive."""
        return all(
            delivery.message.in_flight and delivery.message.receive_count == count
            for delivery, count in zip(self.deliveries, self.receive_counts, strict=True)
        )


class ReceiveAttempts:
    """What each ReceiveRequestAttemptId got."""

    __slots__ = ("_attempts", "_by_handle")

    def __init__(self) -> None:
        self._attempts: OrderedDict[str, Attempt] = OrderedDict()  # by attempt id, the oldest first
        self._by_handle: dict[str, str] = {}  # the id of the attempt that got a receipt handle

    def find(self, attempt_id: str) -> list[Delivery] | None:
        """What the receive under this id got, where that may be said again."""
        attempt = self._attempts.get(attempt_id)
        return attempt.deliveries if attempt is not None and attempt.hidden else None

    def remember(self, attempt_id: str, deliveries: list[Delivery], now: float) -> None:
        """Keep what a receive got; nothing is no answer worth keeping."""
        self._drop(attempt_id)
        if deliveries:
            receive_counts = [delivery.message.receive_count for delivery in deliveries]
            self._attempts[attempt_id] = Attempt(now, deliveries, receive_counts)
            self._by_handle.update((delivery.receipt_handle, attempt_id) for delivery in deliveries)

    def repeatable(self) -> list[tuple[str, Attempt]]:
        """The attempts that would get the same again, by their ids; the oldest first."""
        return [(attempt_id, attempt) for attempt_id, attempt in self._attempts.items() if attempt.hidden]

    def void(self, receipt_handle: str) -> None:
        """The message received under this handle was deleted or changed."""
        attempt_id = self._by_handle.get(receipt_handle)
        if attempt_id is not None:
            self._drop(attempt_id)

    def forget(self, now: float) -> None:
        """Drop the attempts that are too old to be repeated."""
        attempts = self._attempts
        while attempts and next(iter(attempts.values())).since + RECEIVE_ATTEMPT_SECONDS <= now:
            self._drop(next(iter(attempts)))

    def _drop(self, attempt_id: str) -> None:
        attempt = self._attempts.pop(attempt_id, None)
        if attempt is not None:
            for delivery in attempt.deliveries:
                self._by_handle.pop(delivery.receipt_handle, None)
