"""What the control interface shows and moves of the process, beside the emulated world."""

from typing import Protocol

from msgspec import Struct

from emulator.requests import Requests
from emulator.settings import Settings
from emulator.stages import Stages


class Process(Protocol):
    """The process that serves the emulator."""

    def restart(self) -> None:
        """Drop everything, and run the init scripts again."""

    def end(self) -> None: ...


class Run(Struct, frozen=True):
    """One run of the emulator, for the handlers of control routes that ask for it."""

    settings: Settings
    stages: Stages
    process: Process | None  # None: it is the user's own
    requests: Requests
    session_id: str  # a UUID that no other run has
    started_at: float  # seconds since the epoch, by everyone's clock
