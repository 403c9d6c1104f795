"""A new delay of a FIFO queue, which also holds for the messages that are delayed already.

A queue can hold a great many of them, so they change in portions. Until all have, the queue has not caught up, and so
no caller sees some that have changed and some that have not.
"""

from math import inf
from typing import Protocol

from emulator.sqs.catching_up import AttachedTask, Budget
from emulator.sqs.contents import Contents
from emulator.sqs.message import MessageState

_AT_ONCE = 100  # messages that are looked at for one step of the budget, if none of them is delayed


class Changed(Protocol):
    """The queue, as the change needs it."""

    contents: Contents

    def attach(self, task: AttachedTask) -> None:
        """The queue has caught up only when ``task`` has."""

    def detach(self, task: AttachedTask) -> None:
        """``task`` is over."""


def change_delays(queue: Changed, delay_seconds: int, now: float) -> None:
    """Give each delayed message of ``queue`` this delay. The queue has caught up only when all have it."""
    change = DelayChange(queue, delay_seconds)
    queue.attach(change)
    change.catch_up(now, Budget())


class DelayChange:
    """Gives each delayed message of ``queue`` a delay of ``delay_seconds``, and then detaches itself."""

    def __init__(self, queue: Changed, delay_seconds: int) -> None:
        self._queue = queue
        self._delay_seconds = delay_seconds
        self._messages = queue.contents.messages
        self._position = 0  # the sequence number that it has come to
        self._last = self._messages.last_sequence

    def catch_up(self, now: float, budget: Budget) -> None:
        """Change messages, as far as the budget allows. When is no matter."""
        del now
        contents = self._queue.contents
        passed = 0  # messages that are not delayed, of which many are looked at for one step
        if contents.messages is self._messages:  # the queue was not emptied meanwhile
            for message in self._messages.after(self._position):
                if message.sequence > self._last:
                    break
                if message.state != MessageState.DELAYED:
                    passed += 1
                if (message.state == MessageState.DELAYED or passed % _AT_ONCE == 0) and not budget.spend():
                    return
                self._position = message.sequence
                if message.state == MessageState.DELAYED:
                    contents.change_delay(message, message.sent_at + self._delay_seconds)
        self._queue.detach(self)

    def next_due(self) -> float:
        """It is due at once."""
        return -inf
