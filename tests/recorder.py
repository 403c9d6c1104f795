"""A watcher that keeps what it hears."""

from emulator.foundation.events import Event, Listener
from emulator.sns.events import each


def into(events: list[Event]) -> Listener:
    """A listener that adds what it gets to ``events``, each by itself."""
    return lambda *new: events.extend(event for together in new for event in each(together))


class Recorder:
    def __init__(self, heard: list[Event]) -> None:
        self.heard = heard
        self.ended = False

    def observe(self, event: Event) -> None:
        self.heard.append(event)

    def end(self) -> None:
        self.ended = True
