"""What the control interface shows and moves."""

from dataclasses import dataclass
from typing import Protocol

from api_shapes.operation import Service
from emulator.clock import Clocks
from emulator.ids import Ids
from emulator.sns.delivery.dispatch import Dispatch
from emulator.sns.topics import Topics
from emulator.sqs.move_tasks import MoveTasks
from emulator.sqs.queues import Queues
from emulator.trace import Trace


class ResetPart(Protocol):
    """Empties an account, a region, a service, what lies in all of those that are given, or else everything."""

    def __call__(
        self, account: str | None = None, region: str | None = None, service: Service | None = None
    ) -> None: ...


@dataclass(frozen=True, slots=True)
class World:
    """The parts of an emulator, as the handlers of control routes get them."""

    clocks: Clocks
    ids: Ids
    queues: Queues
    move_tasks: MoveTasks
    topics: Topics
    dispatch: Dispatch
    trace: Trace
    reset: ResetPart

    def empty(self, account: str | None) -> None:
        """Drop all that there is, or all of one account."""
        self.reset(account)
