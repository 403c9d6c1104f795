"""What the control interface shows and moves."""

from collections.abc import Callable
from dataclasses import dataclass

from emulator.clock import Clocks
from emulator.events import Observer
from emulator.faults.faults import Faults
from emulator.ids import Ids
from emulator.jump import Jumper
from emulator.requests import Requests
from emulator.settings import Settings
from emulator.sns.delivery.dispatch import Dispatch
from emulator.sns.topics import Topics
from emulator.sqs.move_tasks import MoveTasks
from emulator.sqs.queues import Queues
from emulator.sqs.waiting import Waiting
from emulator.trace import Trace


@dataclass(frozen=True, slots=True)
class World:
    """The parts of an emulator, as the handlers of control routes get them."""

    settings: Settings
    clocks: Clocks
    jumper: Jumper
    queues: Queues
    waiting: Waiting
    move_tasks: MoveTasks
    topics: Topics
    dispatch: Dispatch
    trace: Trace
    faults: Faults
    observer: Observer
    requests: Requests
    ids: Ids
    reset: Callable[[str | None], None]  # empties one account, or everything
