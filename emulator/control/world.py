"""What the control interface shows and moves."""

from collections.abc import Callable
from dataclasses import dataclass

from emulator.clock import Clocks
from emulator.jump import Jumper
from emulator.sns.delivery.dispatch import Dispatch
from emulator.sns.topics import Topics
from emulator.sqs.queues import Queues
from emulator.trace import Trace


@dataclass(frozen=True, slots=True)
class World:
    """The parts of an emulator, as the handlers of control routes get them."""

    clocks: Clocks
    jumper: Jumper
    queues: Queues
    topics: Topics
    dispatch: Dispatch
    trace: Trace
    reset: Callable[[str | None], None]  # empties one account, or everything
