"""The prepared requests of a measurement."""

from collections.abc import Callable, Generator, Sequence
from itertools import cycle
from typing import NamedTuple

from benchmarks.load.connection import LoadError

# A generator that yields requests and receives the body of the answer to each.
Script = Generator[bytes, bytes, None]


def repeat(request: bytes) -> Script:
    while True:
        yield request


class Requests(NamedTuple):
    """What the connections send: each takes the next request whenever it has its answer."""

    texts: Sequence[bytes]
    repeats: bool = False  # whether they begin again at the end
    expected: bytes = b""  # a part of the body of every answer

    def script(self) -> Callable[[], Script]:
        """A function that makes a script for each connection."""
        left = cycle(self.texts) if self.repeats else iter(self.texts)

        def script() -> Script:
            for request in left:
                answer = yield request
                if self.expected not in answer:
                    raise LoadError(f"not the expected answer: {answer[:300]!r}")

        return script
