"""Chaos: what AWS allows in standard queues, but does too rarely for a test to see it.

- Best-effort ordering: messages may be received in another order than they were sent.
- At-least-once delivery: a message may be delivered again while it is in flight.
- Short polls ask only some of AWS's servers: a receive may get fewer messages than there are, or none.

No message is lost, and none is delivered after it was deleted. A second delivery counts as a receive: the visibility
timeout starts again, and the handles of both deliveries work. A long poll that gets nothing continues.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/standard-queues.html
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-short-and-long-polling.html
"""

from collections import deque
from collections.abc import Iterable

from emulator.foundation.ids import chance_in_state, seeded_chance, state_of_chance

_FEWER, _PASSED_OVER, _AGAIN = 0.25, 0.3, 0.15  # probabilities: for a receive, for a message, for a receive
_REMEMBERED = 100  # the messages delivered last, any of which may be delivered again


class StandardQueueChaos:
    """The random decisions for one queue. They repeat for the same seed and the same calls."""

    def __init__(self, seed: int | str) -> None:
        self._chance = seeded_chance(seed)
        self._delivered: deque[int] = deque(maxlen=_REMEMBERED)

    @classmethod
    def resumed(cls, state: bytes, delivered: Iterable[int]) -> "StandardQueueChaos":
        """Chaos that continues from ``state``. Raises ValueError if the state is impossible."""
        chaos = cls("")
        chaos._chance = chance_in_state(state)
        chaos._delivered.extend(delivered)
        return chaos

    @property
    def state(self) -> bytes:
        return state_of_chance(self._chance)

    @property
    def last_delivered(self) -> list[int]:
        """Sequence numbers, the newest last."""
        return list(self._delivered)

    def fewer(self, limit: int) -> int:
        """How many messages a receive gets that could get ``limit``."""
        return self._chance.randint(0, limit) if limit > 0 and self._chance.random() < _FEWER else limit

    def passes_over(self) -> bool:
        """Whether the next message is skipped, so that later ones come first."""
        return self._chance.random() < _PASSED_OVER

    def delivered(self, sequence: int) -> None:
        """Called when a message was delivered, so that it may be delivered again."""
        self._delivered.append(sequence)

    def again(self) -> int | None:
        """The sequence number of a message to deliver again in this receive, which may be deleted; None for none."""
        if self._delivered and self._chance.random() < _AGAIN:
            return self._chance.choice(self._delivered)
        return None
