"""What AWS allows itself in standard queues, and does too seldom for any test to see it.

- Best-effort ordering: messages may come in another order than they were sent in.
- At-least-once delivery: a message may be delivered again while it is in flight.
- Short polls ask some of AWS's servers only: a receive may get fewer messages than there are, or none.

No message is lost, and none comes after it was deleted. A message delivered again has been received once more:
its visibility timeout starts anew, and the handles of both deliveries work. A long poll that gets nothing goes on.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/standard-queues.html
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-short-and-long-polling.html
"""

from collections import deque
from collections.abc import Iterable

from emulator.ids import chance_in_state, seeded_chance, state_of_chance

_FEWER, _PASSED_OVER, _AGAIN = 0.25, 0.3, 0.15  # how likely each is, of a receive, a message, a receive
_REMEMBERED = 100  # messages delivered last, one of which may be delivered again


class StandardQueueChaos:
    """What happens to the receives of one queue; the same for the same seed and the same calls."""

    def __init__(self, seed: int | str) -> None:
        self._chance = seeded_chance(seed)
        self._delivered: deque[int] = deque(maxlen=_REMEMBERED)

    @classmethod
    def resumed(cls, state: bytes, delivered: Iterable[int]) -> "StandardQueueChaos":
        """The chaos that goes on as the one of this ``state`` does; ValueError where there is no such one."""
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
        """How many messages a receive gets that has asked for ``limit``, or could have no more."""
        return self._chance.randint(0, limit) if limit > 0 and self._chance.random() < _FEWER else limit

    def passes_over(self) -> bool:
        """Whether the next message in line has to wait for those behind it."""
        return self._chance.random() < _PASSED_OVER

    def delivered(self, sequence: int) -> None:
        """This message was delivered, so it may be once more."""
        self._delivered.append(sequence)

    def again(self) -> int | None:
        """The message that this receive delivers another time; it may be gone by now."""
        if self._delivered and self._chance.random() < _AGAIN:
            return self._chance.choice(self._delivered)
        return None
