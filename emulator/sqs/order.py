"""What the order of a queue is: which visible message is received next.

A queue has an order, which hears of everything that may change which message is next: ``arrival_order`` for standard
and fair queues, ``random_order`` for standard queues with chaos, ``group_order`` for FIFO queues. An order looks at the
queue's messages and changes none of them.
"""

from typing import Protocol

from emulator.sqs.message import Message, MessageState


class Receive(Protocol):
    """One receive under way, which an order hands messages to."""

    missing: int  # how many more messages it can take

    def take(self, message: Message) -> bool:
        """Receive ``message``, which is in flight then; False where it was moved to the dead-letter queue instead."""
        ...

    def repeat(self, message: Message) -> None:
        """Receive ``message`` another time, whatever its state, unless it is to go to the dead-letter queue."""


class Order(Protocol):
    """Knows every message that is visible or in flight."""

    renumbers_after_delay: bool  # whether a message gets a new place behind all others when its delay ends

    def arrive(self, message: Message) -> None:
        """``message`` is visible for the first time."""

    def depart(self, message: Message) -> None:
        """``message`` was visible and is in flight now."""

    def come_back(self, message: Message) -> None:
        """``message`` was in flight and is visible again."""

    def rejoin(self, message: Message) -> None:
        """``message`` is in flight, and was so before the queue was restored."""

    def settle(self, message: Message, left: MessageState) -> None:
        """``message`` has gone; it was in the state ``left``."""

    def serve(self, receive: Receive, now: float) -> None:
        """Hand messages to ``receive``, the next one first, while it takes some and there are any."""

    def receivable(self) -> int:
        """For how many receives in a row there is something; 0 only if there is nothing for the next one."""
        ...
