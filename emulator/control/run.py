"""What the control interface shows and moves of the process, beside the emulated world."""

from collections.abc import Callable, Coroutine
from typing import Any, Protocol

from msgspec import Struct

from emulator.configuration.settings import Settings
from emulator.observation.recent_requests import RecentRequests
from emulator.observation.request_counts import Requests
from emulator.serving.stages import Stages
from emulator.wire.http import HttpRequest, HttpResponse, Unanswered

# Answers an AWS request, or gives a coroutine of the answer where the action has to wait.
Answer = Callable[[HttpRequest], HttpResponse | Coroutine[Any, Any, HttpResponse | Unanswered]]


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
    recent: RecentRequests
    answer: Answer  # of the gateway
    session_id: str  # a UUID that no other run has
    started_at: float  # seconds since the epoch, by everyone's clock
