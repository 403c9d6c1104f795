"""What happened: the one narrow interface by which the domains tell it.

A domain that was given an observer calls it with an event for whatever happens; without one an event costs the
look at an attribute. Who listens, the domain does not know. Each domain has its own events, in its ``events.py``.
They hold what they are about, not copies of it: a listener reads, and changes nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(slots=True)
class Event:
    at: float  # seconds since the epoch, by the clock of the account that owns the topic or the queue


Observer = Callable[[Event], None]
