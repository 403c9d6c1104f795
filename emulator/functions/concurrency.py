"""How many batches of one mapping may be under way at a time.

For a standard queue it begins with five and grows as long as messages wait. It shrinks with each failed batch, and
grows again from there. AWS documents the first two numbers, and not by how much it backs off. In a FIFO queue the
number of message groups is the limit. https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
"""

START = 5
GROWTH_A_SECOND = 5.0  # "up to 300 more concurrent invokes per minute"
LIMIT = 1_250


class Concurrency:
    """The limit of one mapping. ``maximum`` is its own limit; None: it has none."""

    __slots__ = ("_base", "_fifo", "_growing_since", "_maximum")

    def __init__(self, maximum: int | None, *, fifo: bool) -> None:
        self._maximum = LIMIT if maximum is None else maximum
        self._fifo = fifo
        self._base = START
        self._growing_since: float | None = None

    def limit(self, now: float) -> int:
        """Batches that may be under way now."""
        if self._fifo:
            return self._maximum
        grown = 0.0 if self._growing_since is None else (now - self._growing_since) * GROWTH_A_SECOND
        return min(self._maximum, self._base + int(grown + 1e-6))

    def exhausted(self, now: float) -> None:
        """There are messages beyond the limit."""
        if self._growing_since is None:
            self._growing_since = now

    def failed(self, now: float) -> None:
        """A batch has failed: half as many, and one at least."""
        if not self._fifo:
            self._base, self._growing_since = max(1, self.limit(now) // 2), None

    def succeeded(self) -> None:
        """A batch was processed: after failures up to where it began."""
        if self._base < START:
            self._base += 1

    def idle(self) -> None:
        """There is nothing to do."""
        self._growing_since = None
        self._base = min(self._base, START)

    def next_growth(self, now: float) -> float | None:
        """When there may be one batch more; None if waiting does not help."""
        if self._growing_since is None or self._fifo or self.limit(now) >= self._maximum:
            return None
        return self._growing_since + (self.limit(now) - self._base + 1) / GROWTH_A_SECOND
