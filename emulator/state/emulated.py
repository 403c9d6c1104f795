"""What is exported and restored."""

from typing import Protocol

from emulator.clock import Clocks
from emulator.ids import Ids
from emulator.sns.delivery.dispatch import Dispatch
from emulator.sns.service import SnsService
from emulator.sqs.move_tasks import MoveTasks
from emulator.sqs.queues import Queues


class Emulated(Protocol):
    """The parts of an emulator that have a state."""

    @property
    def clocks(self) -> Clocks: ...

    @property
    def ids(self) -> Ids: ...

    @property
    def queues(self) -> Queues: ...

    @property
    def move_tasks(self) -> MoveTasks: ...

    @property
    def sns(self) -> SnsService: ...

    @property
    def dispatch(self) -> Dispatch: ...

    def empty(self, account: str | None) -> None:
        """Drop all that there is, or all of one account."""
