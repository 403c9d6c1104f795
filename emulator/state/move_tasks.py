"""Message move tasks in a state document."""

from collections import deque
from collections.abc import Mapping
from typing import Annotated, Literal

import msgspec

from emulator.aws.limits import MOVE_RATE_MAX
from emulator.sqs.message import Message
from emulator.sqs.move_task import MoveTask, RemainingMoves, TaskSettings
from emulator.sqs.move_tasks import MoveTasks
from emulator.sqs.queue import Queue
from emulator.state.part import NO_TIME, Count, DocumentError, Part, Time, owner_of
from emulator.state.renaming import Renaming
from emulator.structures.parted import PartedSet
from emulator.timing.turns import Work, emptied, portions

_Rate = Annotated[int, msgspec.Meta(ge=1, le=MOVE_RATE_MAX)]


class StoredDestination(Part):
    """The queue to which messages from ``origin`` go. ``origin`` is null if it is unknown, ``queue`` if it does not
    exist.
    """

    origin: str | None = None
    queue: str | None = None


class StoredMoveTask(Part, kw_only=True):
    """A task. ``goes_to`` are ARNs of queues. ``left`` has the sequence numbers that are still to be moved."""

    id: str = ""
    source: str
    started_at: Time = NO_TIME
    to_move: Count = 0
    status: Literal["RUNNING", "COMPLETED", "CANCELLED", "FAILED"]
    destination: str | None = None
    rate: _Rate | None = None
    moved: Count = 0
    failure_reason: str | None = None
    goes_to: list[str] = []
    left: list[Count] = []
    destinations: list[StoredDestination] = []
    blocked_groups: list[str] = []

    @property
    def owners(self) -> tuple[str, ...]:
        return (owner_of(self.source),)

    def rename(self, renaming: Renaming) -> None:
        self.source = renaming.text(self.source)
        self.destination = renaming.optional(self.destination)
        self.goes_to = [renaming.text(arn) for arn in self.goes_to]
        for destination in self.destinations:
            destination.origin = renaming.optional(destination.origin)
            destination.queue = renaming.optional(destination.queue)


def stored_move_task(task: MoveTask) -> StoredMoveTask:
    """The task with the messages that are left."""
    stored = task_without_messages(task)
    stored.left = [message.sequence for message in task.remaining.messages]
    return stored


def task_without_messages(task: MoveTask) -> StoredMoveTask:
    """The task without the messages that are left."""
    remaining = task.remaining
    return StoredMoveTask(
        id=task.handle.task_id,
        source=task.handle.source_arn,
        destination=task.destination_arn,
        rate=task.rate,
        started_at=task.started_at,
        to_move=task.to_move,
        moved=task.moved,
        status=task.status,
        failure_reason=task.failure_reason,
        goes_to=sorted(task.destinations),
        destinations=[
            StoredDestination(origin=origin, queue=None if queue is None else queue.arn)
            for origin, queue in remaining.destinations.items()
        ],
        blocked_groups=sorted(remaining.blocked_groups),
    )


def rebuilding_move_task(
    tasks: MoveTasks, stored: StoredMoveTask, queues: Mapping[str, Queue]
) -> Work[tuple[Queue, MoveTask]]:
    """The task and its source, one of ``queues``, made in portions; the task is not entered in ``tasks`` yet."""
    source = _queue(queues, stored.source, ".source")
    settings = TaskSettings(stored.id, stored.destination, stored.rate, stored.started_at, stored.to_move)
    task = tasks.task(source, settings)
    task.resume(stored.moved, stored.goes_to)
    if stored.status == "RUNNING":
        task.go((yield from _remaining(stored, source, queues)))
    elif stored.left or stored.destinations or stored.blocked_groups:
        raise DocumentError("Only a running task has messages left, destinations and blocked groups")
    else:
        task.end(stored.status, stored.failure_reason)
    return source, task


def _remaining(stored: StoredMoveTask, source: Queue, queues: Mapping[str, Queue]) -> Work[RemainingMoves]:
    messages, origins = yield from _left(stored, source)
    destinations = {
        destination.origin: None
        if destination.queue is None
        else _queue(queues, destination.queue, f".destinations[{number}].queue")
        for number, destination in enumerate(stored.destinations)
    }
    unknown = origins - destinations.keys()
    if unknown or len(destinations) < len(stored.destinations):
        raise DocumentError(
            "Each origin of the messages that are left must have exactly one destination", ".destinations"
        )
    for queue in destinations.values():
        if queue is not None and (queue is source or queue.fifo != source.fifo):
            raise DocumentError(
                "A destination must be another queue than the source, of the same type", ".destinations"
            )
    return RemainingMoves(messages, destinations, frozenset(stored.blocked_groups))


def _left(stored: StoredMoveTask, source: Queue) -> Work[tuple[deque[Message], set[str | None]]]:
    """The messages that are left, and the queues that they came from."""
    messages, seen = deque[Message](), PartedSet[int]()
    origins = set[str | None]()
    for portion in portions(stored.left):
        for sequence in portion:
            message = source.contents.messages.get(sequence)
            if message is None or not seen.add(sequence):
                raise DocumentError("The messages that are left must be the source's, each once", ".left")
            messages.append(message)
            origins.add(message.dead_letter_source)
        yield
    yield from emptied(*seen.containers)
    return messages, origins


def _queue(queues: Mapping[str, Queue], arn: str, path: str) -> Queue:
    queue = queues.get(arn)
    if queue is None:
        raise DocumentError(f"There is no queue {arn} in this document", path)
    return queue
