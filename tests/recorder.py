"""A watcher that keeps what it hears."""

from emulator.events import Event


class Recorder:
    def __init__(self, heard: list[Event]) -> None:
        self.heard = heard
        self.ended = False

    def hear(self, event: Event) -> None:
        self.heard.append(event)

    def end(self) -> None:
        self.ended = True
