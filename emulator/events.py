"""What happened: the one narrow interface by which the domains tell it.

A domain that was given an observer tells it an event for whatever becomes of messages; without one an event costs the
look at an attribute. Who listens, the domain does not know. Each domain has its own events, in its
``events.py``. They hold what they are about, not copies of it: a listener reads, and changes nothing.

Some things only a watcher wants to know, and watchers are seldom there. Of these a domain tells by ``detail``, and
only while the observer is ``watched``: otherwise the event is not even made. What becomes of a message that came from
no topic is such a thing too, and need not be told then.
"""

from collections.abc import Callable, Sequence
from typing import Protocol

from msgspec import Struct


class Event(Struct, gc=False):
    """What happened, and when. The garbage collector need not look at events: nothing that one knows knows it."""

    at: float  # seconds since the epoch, by the clock of the account that owns the topic or the queue


class Reset(Event):
    """What was in an account, a region and of a service was dropped; None stands for all of them."""

    account: str | None
    region: str | None = None
    service: str | None = None


Listener = Callable[[Event], None]
ListenerToMany = Callable[[Sequence[Event]], None]
Alarm = Callable[[Sequence[Event]], None]


class Watcher(Protocol):
    """Hears everything, from when it begins to watch until it ends or is told to."""

    def hear(self, event: Event) -> None: ...

    def end(self) -> None:
        """Nothing more will happen."""
        ...


def _ignore(_: Event) -> None:
    """Before anything is published there is nothing to trace."""


def _ignore_all(_: Sequence[Event]) -> None:
    """Where there is no log nobody is warned."""


class Observer:
    """Whom the domains tell: one listener, once there is somebody to listen, and the watchers that come and go."""

    __slots__ = ("_ended", "_listener", "_listener_to_many", "_watchers", "tell", "warn", "watched")

    def __init__(self, listener: Listener = _ignore, alarm: Alarm = _ignore_all) -> None:
        self.warn = alarm  # is called, besides ``tell``, with what a person should know of
        self._listener = listener
        self._listener_to_many: ListenerToMany | None = None
        self._ended = False
        self._set(())

    def listen(self, listener: Listener, to_many: ListenerToMany) -> None:
        """From now on ``listener`` hears what becomes of messages; ``to_many`` is how it hears much at once."""
        self._listener = listener
        self._listener_to_many = to_many
        self._set(self._watchers)

    def tell_all(self, events: Sequence[Event]) -> None:
        """Tell what became of one message, in this order."""
        if self._listener_to_many is None or self.watched:
            for event in events:
                self.tell(event)
        else:
            self._listener_to_many(events)

    def detail(self, event: Event) -> None:
        """Tell the watchers alone."""
        for watcher in self._watchers:
            watcher.hear(event)

    def watch(self, watcher: Watcher) -> None:
        """From now on ``watcher`` hears everything, unless the end has come already."""
        if self._ended:
            watcher.end()
        else:
            self._set((*self._watchers, watcher))

    def leave(self, watcher: Watcher) -> None:
        self._set(tuple(other for other in self._watchers if other is not watcher))

    def end(self) -> None:
        """Nothing more will happen: whoever watches, and whoever comes later, is told so."""
        self._ended = True
        for watcher in self._watchers:
            watcher.end()

    def _set(self, watchers: tuple[Watcher, ...]) -> None:
        self._watchers = watchers
        self.watched = bool(watchers)
        # Tells what became of a message. While nobody watches, the listener is called with nothing in between.
        self.tell: Listener = self._tell_all if watchers else self._listener

    def _tell_all(self, event: Event) -> None:
        self._listener(event)
        self.detail(event)
