"""Receive attempts of FIFO queues: the answer to a receive whose first answer was lost.

For five minutes after a receive, its attempt id returns the same messages with the same handles, while all of them are
in flight from that receive. After one of them was deleted, or its visibility timeout changed, the id is refused until
the five minutes are over. If a visibility timeout ended instead, the id makes a new receive.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html
"""

from collections import OrderedDict
from collections.abc import Iterator
from typing import NamedTuple

from emulator.aws.limits import RECEIVE_ATTEMPT_SECONDS
from emulator.aws.sqs_errors import RefusedByQueue
from emulator.foundation.changes import Ledger
from emulator.sqs.changes import AttemptForgotten, AttemptMade, AttemptVoided
from emulator.sqs.message import Delivery
from emulator.timing.turns import emptied

_FORGOTTEN_AT_ONCE = 200  # attempts, which take about a millisecond


class Attempt(NamedTuple):
    """A receive that returned ``deliveries``; they are empty if it cannot be repeated any more."""

    since: float
    deliveries: list[Delivery]
    sequences: list[int]  # of the messages in this queue, also after they moved to a dead-letter queue
    receive_counts: list[int]  # of each message, as this receive left it

    def is_over(self, now: float) -> bool:
        """Whether it is too old to be repeated."""
        return self.since + RECEIVE_ATTEMPT_SECONDS <= now

    @property
    def hidden(self) -> bool:
        """Whether every message is still in flight from this very receive."""
        return all(
            delivery.message.in_flight and delivery.message.receive_count == count
            for delivery, count in zip(self.deliveries, self.receive_counts, strict=True)
        )


class ReceiveAttempts:
    """The receives of the last five minutes, by ReceiveRequestAttemptId."""

    __slots__ = ("_attempts", "_by_message", "_ledger", "_queue_arn")

    def __init__(self, queue_arn: str, ledger: Ledger) -> None:
        self._queue_arn = queue_arn
        self._ledger = ledger
        self._attempts: OrderedDict[str, Attempt] = OrderedDict()  # by attempt id, the oldest first
        self._by_message: dict[int, list[str]] = {}  # the ids of the attempts that got a message, by sequence number

    def emptied(self) -> Iterator[None]:
        """Forget all attempts, some with each step. For attempts that are not used any more."""
        yield from emptied(self._attempts, self._by_message)

    def __len__(self) -> int:
        return len(self._attempts)

    def find(self, attempt_id: str, now: float) -> list[Delivery] | None:
        """What the receive with this id returned; None to make a new receive. RefusedByQueue if the id is refused."""
        attempt = self._attempts.get(attempt_id)
        if attempt is None or attempt.is_over(now):
            return None
        if not attempt.deliveries:
            raise RefusedByQueue.of(
                "ReceiveRequestAttemptId",
                attempt_id,
                "The receiveRequestAttemptId is not valid anymore since the receive call is not retryable.",
            )
        return attempt.deliveries if attempt.hidden else None

    def remember(self, attempt_id: str, deliveries: list[Delivery], now: float) -> None:
        """Keep what a receive returned, unless it returned no messages."""
        self.drop(attempt_id)
        if deliveries:
            sequences = [delivery.message.sequence for delivery in deliveries]
            receive_counts = [delivery.message.receive_count for delivery in deliveries]
            self._attempts[attempt_id] = Attempt(now, deliveries, sequences, receive_counts)
            for sequence in sequences:
                self._by_message.setdefault(sequence, []).append(attempt_id)
            if self._ledger.kept:
                self._ledger.record(AttemptMade(self._queue_arn, attempt_id, now, sequences))

    def remember_void(self, attempt_id: str, since: float) -> None:
        """Keep that a receive cannot be repeated."""
        self._attempts[attempt_id] = Attempt(since, [], [], [])

    def worth_keeping(self) -> list[tuple[str, Attempt]]:
        """The attempts that can be repeated or are refused, by their ids; the oldest first."""
        return [(attempt_id, attempt) for attempt_id, attempt in self._attempts.items() if attempt.hidden]

    def void(self, sequence: int) -> None:
        """Called when the message with this sequence number was deleted, or its visibility timeout changed."""
        for attempt_id in self._by_message.get(sequence, [])[:]:
            self.void_attempt(attempt_id)
            if self._ledger.kept:
                self._ledger.record(AttemptVoided(self._queue_arn, attempt_id))

    def void_attempt(self, attempt_id: str) -> None:
        """Keep the attempt, which is known, as one that cannot be repeated."""
        attempt = self._attempts[attempt_id]
        self._forget_messages(attempt_id, attempt)
        self.remember_void(attempt_id, attempt.since)

    def forget(self, now: float) -> None:
        """Drop the attempts that are too old to be repeated, some of them with each call."""
        if not self._attempts:  # the usual case
            return
        for _ in range(_FORGOTTEN_AT_ONCE):
            if not self.may_forget(now):
                break
            attempt_id, attempt = next(iter(self._attempts.items()))
            if self._ledger.kept and attempt.hidden:  # else it has no effect any more
                self._ledger.record(AttemptForgotten(self._queue_arn, attempt_id))
            self.drop(attempt_id)

    def may_forget(self, now: float) -> bool:
        """Whether ``forget`` would drop something."""
        return bool(self._attempts) and next(iter(self._attempts.values())).is_over(now)

    def drop(self, attempt_id: str) -> None:
        """Forget the attempt, if it is known."""
        attempt = self._attempts.pop(attempt_id, None)
        if attempt is not None:
            self._forget_messages(attempt_id, attempt)

    def _forget_messages(self, attempt_id: str, attempt: Attempt) -> None:
        for sequence in attempt.sequences:
            attempt_ids = self._by_message[sequence]
            attempt_ids.remove(attempt_id)
            if not attempt_ids:
                del self._by_message[sequence]
