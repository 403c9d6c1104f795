"""A limit to how often the same is said again."""

import time
from collections import OrderedDict
from collections.abc import Callable, Iterator

Key = tuple[str, str]  # what kind of thing is said, and of what

INTERVAL_SECONDS = 10.0
_KEYS_MAX = 1_000


class RateLimit:
    """Lets a key through once in ``INTERVAL_SECONDS`` of real time, and counts how often it did not."""

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        self._clock = clock
        # By key, when it was let through and how often it was not since then; the oldest first.
        self._passed: OrderedDict[Key, tuple[float, int]] = OrderedDict()

    def admit(self, key: Key) -> int | None:
        """How often ``key`` was held back since it was last let through; None where it is held back now."""
        now = self._clock()
        since, suppressed = self._passed.get(key, (now - INTERVAL_SECONDS, 0))
        if now - since < INTERVAL_SECONDS:
            self._passed[key] = since, suppressed + 1
            return None
        self._passed[key] = now, 0
        self._passed.move_to_end(key)
        return suppressed

    def expired(self) -> Iterator[tuple[Key, int]]:
        """Forget the keys whose interval is over, and those too many; yields each that was held back, how often."""
        now = self._clock()
        while self._passed:
            key, (since, suppressed) = next(iter(self._passed.items()))
            if now - since < INTERVAL_SECONDS and len(self._passed) < _KEYS_MAX:
                return
            del self._passed[key]
            if suppressed:
                yield key, suppressed

    def drain(self) -> Iterator[tuple[Key, int]]:
        """Forget all keys; yields each that was held back, how often."""
        passed = list(self._passed.items())
        self._passed.clear()
        yield from ((key, suppressed) for key, (_, suppressed) in passed if suppressed)

    def __len__(self) -> int:
        return len(self._passed)
