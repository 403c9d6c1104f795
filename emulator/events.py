"""Events: how the domains report what happened to messages.

A domain reports each event to its ``Observer`` and does not know who listens. Each domain has its own events, in its
``events.py``. An event refers to the objects that it is about, and does not copy them: a listener must not change them.

Details are events that only watchers want. A domain reports them with ``detail``, and only while the observer is
``watched``; otherwise it does not even make the event. Events about messages that came from no topic are details too.
"""

from collections.abc import Callable, Sequence
from typing import Protocol

from msgspec import Struct


class Event(Struct, gc=False):
    """What happened, and when. The garbage collector skips events, as nothing that they refer to refers to them."""

    at: float  # seconds since the epoch, by the clock of the account that owns the topic or the queue


class Reset(Event):
    """The state of an account, a region and a service was dropped. None stands for all of them."""

    account: str | None
    region: str | None = None
    service: str | None = None


Listener = Callable[[Event], None]
ListenerToMany = Callable[[Sequence[Event]], None]
Alarm = Callable[[Sequence[Event]], None]


class Watcher(Protocol):
    """Gets all events and details, from ``Observer.watch`` until ``Observer.leave`` or ``end``."""

    def hear(self, event: Event) -> None: ...

    def end(self) -> None:
        """Nothing more will happen."""
        ...


def _ignore(_: Event) -> None:
    """The listener until the first one is set: before anything is published there is nothing to trace."""


def _ignore_all(_: Sequence[Event]) -> None:
    """The alarm where there is no log."""


class Observer:
    """Passes events on to one listener, which is set once, and to watchers, which come and go."""

    __slots__ = ("_ended", "_listener", "_listener_to_many", "_watchers", "tell", "warn", "watched")

    def __init__(self, listener: Listener = _ignore, alarm: Alarm = _ignore_all) -> None:
        self.warn = alarm  # called, besides ``tell``, with events that deserve a warning
        self._listener = listener
        self._listener_to_many: ListenerToMany | None = None
        self._ended = False
        self._set(())

    def listen(self, listener: Listener, to_many: ListenerToMany) -> None:
        """Set the listener: ``listener`` is called with one event, ``to_many`` with several about one message."""
        self._listener = listener
        self._listener_to_many = to_many
        self._set(self._watchers)

    def tell_all(self, events: Sequence[Event]) -> None:
        """Report several events about one message, in this order."""
        if self._listener_to_many is None or self.watched:
            for event in events:
                self.tell(event)
        else:
            self._listener_to_many(events)

    def detail(self, event: Event) -> None:
        """Report an event to the watchers only."""
        for watcher in self._watchers:
            watcher.hear(event)

    def watch(self, watcher: Watcher) -> None:
        """Add a watcher. After ``end`` it is ended at once."""
        if self._ended:
            watcher.end()
        else:
            self._set((*self._watchers, watcher))

    def leave(self, watcher: Watcher) -> None:
        self._set(tuple(other for other in self._watchers if other is not watcher))

    def end(self) -> None:
        """End all watchers, and each one that is added later. For the end of the process."""
        self._ended = True
        for watcher in self._watchers:
            watcher.end()

    def _set(self, watchers: tuple[Watcher, ...]) -> None:
        self._watchers = watchers
        self.watched = bool(watchers)
        # Reports one event. Without watchers this is the listener itself, which saves a call.
        self.tell: Listener = self._tell_all if watchers else self._listener

    def _tell_all(self, event: Event) -> None:
        self._listener(event)
        self.detail(event)
