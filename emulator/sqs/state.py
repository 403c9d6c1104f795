"""What SQS actions work on."""

from msgspec import Struct

from emulator.sqs.move_tasks import MoveTasks
from emulator.sqs.queues import Queues
from emulator.sqs.waiting import Waiting


class SqsState(Struct, frozen=True):
    queues: Queues
    waiting: Waiting
    move_tasks: MoveTasks
    strict_timing: bool = False  # whether PurgeQueue is refused within a minute of the last one
