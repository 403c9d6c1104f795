"""How many requests for each action were answered, how, and in which time."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator
from typing import Any, Final

from api_shapes.operation import Operation
from emulator.aws.errors import ServiceError

# Upper bounds of the times that are told apart, in seconds. The large ones are for long polls, and their waiting.
DURATIONS: Final[tuple[float, ...]] = (
    0.0001,
    0.00025,
    0.0005,
    0.001,
    0.0025,
    0.005,
    0.01,
    0.025,
    0.05,
    0.1,
    0.5,
    1.0,
    5.0,
    10.0,
    25.0,
)
_SHORTEST: Final = 0.0001  # the first of them, which most requests do not exceed

AnyOperation = Operation[Any, Any]
Subject = AnyOperation | str | None

_MOST_SUBJECTS = 1_000  # more than AWS has services; names of services come from clients


class Answers:
    """The answers to the requests for one action."""

    __slots__ = ("by_duration", "refused", "seconds", "succeeded")

    def __init__(self) -> None:
        self.succeeded = 0
        self.refused: dict[tuple[int, str], int] = {}  # by status and error code
        self.by_duration = [0] * (len(DURATIONS) + 1)  # how many took up to each of DURATIONS and above the one before
        self.seconds = 0.0  # of all together


class Requests:
    """The answers by what was asked for: an operation, or by name a service that has no such operation here.

    Under None are those to requests that name neither.
    """

    def __init__(self) -> None:
        self._answers: defaultdict[Subject, Answers] = defaultdict(Answers)

    def count(self, subject: Subject, seconds: float, error: ServiceError | None = None) -> None:
        """Count an answer that took so many seconds to make."""
        answers = self._answers.get(subject)
        if answers is None:
            answers = self._answers[subject if len(self._answers) < _MOST_SUBJECTS else None]
        if error is None:
            answers.succeeded += 1
        else:
            refusal = error.status, error.code
            answers.refused[refusal] = answers.refused.get(refusal, 0) + 1
        answers.seconds += seconds
        answers.by_duration[0 if seconds <= _SHORTEST else bisect_left(DURATIONS, seconds)] += 1

    def __iter__(self) -> Iterator[tuple[Subject, Answers]]:
        yield from self._answers.items()
