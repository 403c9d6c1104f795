"""Events: how the domains report what happened to messages.

A domain reports each event to its ``Observer`` and does not know who listens. Each domain has its own events, in its
``events.py``. An event refers to the objects that it is about, and does not copy them: a listener must not change them.

There are three readers of events, and a verb for each: ``report`` is for the trace and the event stream, ``stream`` for
the event stream alone, and ``warn`` for the log. A domain calls ``stream`` only while the observer is ``watched``;
otherwise it does not even make the event. Events about messages that came from no topic are reported only then, too.
"""

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


class Listener(Protocol):
    """Gets one event, or several about one message in their order."""

    def __call__(self, *events: Event) -> None: ...


class Watcher(Protocol):
    """A reader of the event stream: gets all events from ``Observer.watch`` until ``Observer.leave`` or ``end``."""

    def observe(self, event: Event) -> None: ...

    def end(self) -> None:
        """Nothing more will happen."""
        ...


def _ignore(*_: Event) -> None:
    """In place of the trace before anything is published, and of the log where there is none."""


class Observer:
    """Passes events on to one listener, which is set once, and to watchers, which come and go."""

    __slots__ = ("_ended", "_listener", "_watchers", "report", "warn", "watched")

    def __init__(self, listener: Listener = _ignore, alarm: Listener = _ignore) -> None:
        self.warn = alarm  # for events that may deserve a warning in the log
        self._listener = listener
        self._ended = False
        self._set(())

    def listen(self, listener: Listener) -> None:
        """Set the listener."""
        self._listener = listener
        self._set(self._watchers)

    def report_and_warn(self, *events: Event) -> None:
        """As ``report``, of events that may also deserve a warning in the log."""
        self.report(*events)
        self.warn(*events)

    def stream(self, event: Event) -> None:
        """Pass an event on to the watchers only."""
        for watcher in self._watchers:
            watcher.observe(event)

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
        # Passes events on to the listener and the watchers. Without watchers it is the listener, which saves a call.
        self.report: Listener = self._report_to_all if watchers else self._listener

    def _report_to_all(self, *events: Event) -> None:
        for event in events:
            self._listener(event)
            self.stream(event)
