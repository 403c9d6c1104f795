"""A limit on how often the same warning is logged."""

import time
from collections import OrderedDict
from collections.abc import Callable, Iterator

Key = tuple[str, str]  # the kind of warning, and what it is about

INTERVAL_SECONDS = 10.0
_KEYS_MAX = 1_000


class RateLimit:
    """Admits a key once in ``INTERVAL_SECONDS`` of real time, and counts how often it was suppressed in between."""

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        self._clock = clock
        # By key: when it was admitted, and how often it was suppressed since then; the oldest first.
        self._passed: OrderedDict[Key, tuple[float, int]] = OrderedDict()

    def admit(self, key: Key) -> int | None:
        """How often ``key`` was suppressed since it was last admitted; None if it is suppressed now."""
        now = self._clock()
        since, suppressed = self._passed.get(key, (now - INTERVAL_SECONDS, 0))
        if now - since < INTERVAL_SECONDS:
            self._passed[key] = since, suppressed + 1
            return None
        self._passed[key] = now, 0
        self._passed.move_to_end(key)
        return suppressed

    def expired(self) -> Iterator[tuple[Key, int]]:
        """Forget the keys whose interval is over, and the oldest if there are too many.

        Yields each key that was suppressed, with how often.
        """
        now = self._clock()
        while self._passed:
            key, (since, suppressed) = next(iter(self._passed.items()))
            if now - since < INTERVAL_SECONDS and len(self._passed) < _KEYS_MAX:
                return
            del self._passed[key]
            if suppressed:
                yield key, suppressed

    def drain(self) -> Iterator[tuple[Key, int]]:
        """Forget all keys. Yields each key that was suppressed, with how often."""
        passed = list(self._passed.items())
        self._passed.clear()
        yield from ((key, suppressed) for key, (_, suppressed) in passed if suppressed)

    def __len__(self) -> int:
        return len(self._passed)
