"""Bounds the work of catching up that is done at once, so that callers of other queues do not wait long."""

from math import inf
from typing import Generic, Protocol, TypeVar

STEPS_AT_ONCE = 300  # 3 to 8 ms


class Budget:
    """The number of steps left. A step is one message that becomes visible, expires, or has its turn in a move task."""

    __slots__ = ("left",)

    def __init__(self, steps: float = STEPS_AT_ONCE) -> None:
        self.left = steps

    def spend(self, steps: int = 1) -> bool:
        """Use some steps. Returns False if none is left."""
        if self.left <= 0:
            return False
        self.left -= steps
        return True


class DeepQueue(Protocol):
    """A queue, as ``DeepQueues`` needs it."""

    def is_shallow(self) -> bool:
        """Whether all that can fall due here together takes few steps."""
        ...

    def due_from(self) -> float:
        """The earliest time at which something may fall due, in seconds since the epoch."""
        ...


Deep = TypeVar("Deep", bound=DeepQueue)


class DeepQueues(Generic[Deep]):
    """The queues of one account and region in which a great many messages may fall due together.

    A publish asks which of them are due, so this must cost next to nothing as long as none is.
    """

    __slots__ = ("_queues", "_registry", "account", "earliest")

    def __init__(self, account: str, registry: "dict[DeepQueues[Deep], None]") -> None:
        """Register in ``registry`` while there are any of these queues. ``account`` is their owner."""
        self.account = account
        self._registry = registry
        self._queues: dict[Deep, None] = {}  # in the order in which they were added
        self.earliest = -inf  # nothing is due in them before, in seconds since the epoch

    def register(self, registry: "dict[DeepQueues[Deep], None]") -> None:
        """Use another ``registry`` from now on."""
        self._registry = registry
        if self._queues:
            registry[self] = None

    def add(self, queue: Deep) -> None:
        """Add ``queue``, which may be deep, or ask it again when messages are due, as that may have changed."""
        self._queues[queue] = None
        self._registry[self] = None
        self.earliest = -inf

    def discard(self, queue: Deep) -> None:
        """Remove ``queue``, if it is here."""
        if self._queues.pop(queue, self) is None and not self._queues:
            del self._registry[self]

    def due(self, now: float) -> list[Deep]:
        """Those in which something may be due at ``now``."""
        if now < self.earliest:
            return []
        for queue in [queue for queue in self._queues if queue.is_shallow()]:
            self.discard(queue)
        dues = [(queue, queue.due_from()) for queue in self._queues]
        self.earliest = min((at for _, at in dues), default=-inf)
        return [queue for queue, at in dues if at <= now]

    def lower(self, at: float) -> None:
        """Note that something falls due at ``at``, in seconds since the epoch."""
        if at < self.earliest:
            self.earliest = at


class AttachedTask(Protocol):
    """Work in a queue that catches up before anything else happens there: a move task, or a change of delays."""

    def catch_up(self, now: float, budget: Budget) -> None:
        """Do what is due at ``now``, as far as the budget allows."""

    def next_due(self) -> float:
        """When there will be something to do, in seconds since the epoch."""
        ...
