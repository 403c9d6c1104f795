"""What the control interface shows and moves."""

from typing import Protocol

from msgspec import Struct

from api_shapes.operation import Service
from emulator.clock import Clocks
from emulator.events import Observer
from emulator.faults.faults import Faults
from emulator.ids import Ids
from emulator.jump import Jumper
from emulator.requests import Requests
from emulator.settings import Settings
from emulator.sns.delivery.dispatch import Dispatch
from emulator.sns.service import SnsService
from emulator.sqs.move_tasks import MoveTasks
from emulator.sqs.queues import Queues
from emulator.sqs.waiting import Waiting
from emulator.stages import Stages
from emulator.trace import Trace


class ResetPart(Protocol):
    """Empties an account, a region, a service, what lies in all of those that are given, or else everything."""

    def __call__(
        self, account: str | None = None, region: str | None = None, service: Service | None = None
    ) -> None: ...


class Process(Protocol):
    """The process that serves the emulator."""

    def restart(self) -> None:
        """Drop everything, and run the init scripts again."""

    def end(self) -> None: ...


class World(Struct, frozen=True):
    """The parts of an emulator, as the handlers of control routes get them."""

    settings: Settings
    clocks: Clocks
    jumper: Jumper
    queues: Queues
    waiting: Waiting
    move_tasks: MoveTasks
    sns: SnsService
    dispatch: Dispatch
    trace: Trace
    faults: Faults
    observer: Observer
    requests: Requests
    ids: Ids
    reset: ResetPart
    stages: Stages
    process: Process | None  # None: it is the user's own
    session_id: str  # a UUID that no other run has
    started_at: float  # seconds since the epoch, by everyone's clock

    def empty(self, account: str | None) -> None:
        """Drop all that there is, or all of one account."""
        self.reset(account)
