"""Those who listen to a queue: a waiting room, and the event source mappings of Lambda.

One listener is called by the queue itself, so that a send costs no more than the look at an attribute.
"""

from collections.abc import Callable
from typing import Protocol

Listener = Callable[[], None]


class Heard(Protocol):
    """What can be listened to. ``on_change`` is called when messages or due times may have changed."""

    on_change: Listener | None


class Listeners:
    """Several listeners, which are called in the order in which they came."""

    def __init__(self, *listeners: Listener) -> None:
        self.listeners = listeners

    def __call__(self) -> None:
        for listener in self.listeners:
            listener()


def listen(queue: Heard, listener: Listener) -> None:
    """Call ``listener`` from now on. It must not change the queue."""
    _set(queue, (*_listeners(queue), listener))


def forget(queue: Heard, listener: Listener) -> None:
    """Call ``listener`` no more."""
    _set(queue, tuple(other for other in _listeners(queue) if other != listener))


def _listeners(queue: Heard) -> tuple[Listener, ...]:
    present = queue.on_change
    if isinstance(present, Listeners):
        return present.listeners
    return () if present is None else (present,)


def _set(queue: Heard, listeners: tuple[Listener, ...]) -> None:
    queue.on_change = Listeners(*listeners) if len(listeners) > 1 else listeners[0] if listeners else None
