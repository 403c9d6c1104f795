"""What SQS actions work on."""

from dataclasses import dataclass

from emulator.sqs.move_tasks import MoveTasks
from emulator.sqs.queues import Queues
from emulator.sqs.waiting import Waiting


@dataclass(slots=True, frozen=True)
class SqsState:
    queues: Queues
    waiting: Waiting
    move_tasks: MoveTasks
    strict_timing: bool = False  # whether PurgeQueue is refused within a minute of the last one
