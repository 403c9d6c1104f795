"""A watcher that keeps what it hears."""

from emulator.events import Event, Listener


def into(events: list[Event]) -> Listener:
    """A listener that adds what it gets to ``events``."""
    return lambda *new: events.extend(new)


class Recorder:
    def __init__(self, heard: list[Event]) -> None:
        self.heard = heard
        self.ended = False

    def observe(self, event: Event) -> None:
        self.heard.append(event)

    def end(self) -> None:
        self.ended = True
