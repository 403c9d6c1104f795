"""The order of a queue: it decides which visible message is received next.

``arrival_order`` is for standard and fair queues, ``random_order`` for standard queues with chaos, ``group_order`` for
FIFO queues. The queue calls its order whenever a message changes its state. An order reads the queue's messages and
changes none of them.
"""

from collections.abc import Iterator
from typing import Protocol

from emulator.sqs.message import Message, MessageState


class Receive(Protocol):
    """One receive under way, to which an order gives messages."""

    missing: int  # how many more messages it can take

    def take(self, message: Message) -> bool:
        """Receive ``message``, which puts it in flight. Returns False if it went to the dead-letter queue instead."""
        ...

    def repeat(self, message: Message) -> None:
        """Receive ``message`` again, in whatever state it is, unless it is due for the dead-letter queue."""


class Order(Protocol):
    """Tracks every message that is visible or in flight."""

    renumbers_after_delay: bool  # whether a message gets a new place behind all others when its delay ends

    def arrive(self, message: Message) -> None:
        """``message`` is visible for the first time."""

    def depart(self, message: Message) -> None:
        """``message`` was visible and is in flight now."""

    def come_back(self, message: Message) -> None:
        """``message`` was in flight and is visible again."""

    def rejoin(self, message: Message) -> None:
        """``message`` is in flight in a queue that is being restored."""

    def settle(self, message: Message, left: MessageState) -> None:
        """``message`` was removed from the queue; its last state was ``left``."""

    def serve(self, receive: Receive, now: float) -> None:
        """Give messages to ``receive`` in order, until it has enough or there are no more."""

    def emptied(self) -> Iterator[None]:
        """Forget all messages, some with each step. For an order that is not used any more."""
        ...

    def receivable(self) -> int:
        """How many receives of one message in a row would get one; 0 only if the next receive would get nothing."""
        ...
