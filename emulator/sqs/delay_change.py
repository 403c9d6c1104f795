"""A new delay of a FIFO queue, which also applies to the messages that are delayed already.

A queue can hold a great many of these, so they change in portions. The queue has caught up only when all have changed,
so callers never see some messages with the old delay and some with the new one.
"""

from math import inf
from typing import Protocol

from emulator.sqs.catching_up import AttachedTask, Budget
from emulator.sqs.contents import Contents
from emulator.sqs.message import MessageState

_PASSED_AT_ONCE = 100  # messages that are not delayed, which are passed over for one step of the budget


class Changed(Protocol):
    """The queue, as the change needs it."""

    contents: Contents

    def attach(self, task: AttachedTask) -> None:
        """Let ``task`` catch up before anything else happens in the queue."""

    def detach(self, task: AttachedTask) -> None:
        """End what ``attach`` began."""


def change_delays(queue: Changed, delay_seconds: int, now: float) -> None:
    """Give each delayed message of ``queue`` this delay: some now, the others when the queue catches up."""
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
        """Change messages, as far as the budget allows. ``now`` has no effect: the change is due at once."""
        del now
        contents = self._queue.contents
        if contents.messages is self._messages:  # else the queue was emptied meanwhile
            passed = 0
            for message in self._messages.after(self._position):
                if message.sequence > self._last:
                    break
                is_delayed = message.state == MessageState.DELAYED
                passed += not is_delayed
                if (is_delayed or passed % _PASSED_AT_ONCE == 0) and not budget.spend():
                    return
                self._position = message.sequence
                if is_delayed:
                    contents.change_delay(message, message.sent_at + self._delay_seconds)
        self._queue.detach(self)

    def next_due(self) -> float:
        """The change is due at once."""
        return -inf
