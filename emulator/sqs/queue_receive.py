"""One receive of a queue under way."""

from typing import Protocol

from emulator.sqs.message import Delivery, Message

_MOVED_AT_ONCE = 100  # messages that one receive moves to the dead-letter queue


class Source(Protocol):
    """The queue, as a receive needs it."""

    def dead_letter(self, message: Message, now: float) -> bool:
        """Move ``message`` to the dead-letter queue if it was received too often. Returns whether it was moved."""
        ...

    def dead_letter_queue(self, message: Message) -> object | None:
        """The queue to which ``dead_letter`` would move ``message``; None if it would not."""
        ...

    def deliver(self, message: Message, visibility_timeout: int, now: float) -> Delivery:
        """Receive ``message``."""
        ...


class QueueReceive:
    """The ``Receive`` that an order hands messages to: up to ``limit`` of them, for ``visibility_timeout`` seconds.

    It is cut short when it has moved as many messages to the dead-letter queue as one turn of the event loop allows.
    """

    __slots__ = ("_left_to_move", "_now", "_queue", "_visibility_timeout", "cut_short", "deliveries", "missing")

    def __init__(self, queue: Source, limit: int, visibility_timeout: int, now: float) -> None:
        self._queue = queue
        self.missing = limit
        self._visibility_timeout = visibility_timeout
        self._now = now
        self.deliveries: list[Delivery] = []
        self.cut_short = False
        self._left_to_move = _MOVED_AT_ONCE

    def take(self, message: Message) -> bool:
        if self._queue.dead_letter(message, self._now):
            self._left_to_move -= 1
            if not self._left_to_move:
                self.cut_short, self.missing = True, 0
            return False
        self.missing -= 1
        self.deliveries.append(self._queue.deliver(message, self._visibility_timeout, self._now))
        return True

    def repeat(self, message: Message) -> None:
        if self._queue.dead_letter_queue(message) is None:
            self.missing -= 1
            self.deliveries.append(self._queue.deliver(message, self._visibility_timeout, self._now))
