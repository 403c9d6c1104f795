"""All message move tasks: how they are started, found and canceled."""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping

from emulator.aws.errors import InvalidParameterValue
from emulator.aws.limits import MOVE_TASKS_LISTED_MAX, MOVE_TASKS_MAX
from emulator.aws.sqs_errors import OverLimit, ResourceNotFound, UnsupportedOperation
from emulator.foundation.changes import Ledger
from emulator.foundation.ids import Ids
from emulator.sqs.catching_up import Budget
from emulator.sqs.changes import MoveTaskStarted
from emulator.sqs.inventory import Inventory
from emulator.sqs.move_task import MoveTask, RemainingMoves, TaskSettings
from emulator.sqs.queue import Queue
from emulator.sqs.queues import Queues
from emulator.timing.turns import at_once

_MOVES_AT_START = 50  # moves that StartMessageMoveTask makes itself


class MoveTasks:
    """The last tasks of each source queue."""

    def __init__(self, queues: Queues, ids: Ids, ledger: Ledger | None = None) -> None:
        self._queues = queues
        self._ids = ids
        self._ledger = ledger or Ledger()
        self._by_source: dict[Queue, deque[MoveTask]] = {}  # the newest first

    def start(
        self,
        source: Queue,
        destination: Queue | None,
        rate: int | None,
        now: float,
        inventory: Inventory | None = None,
    ) -> MoveTask:
        """Move the messages of ``source`` to ``destination``, or each to the queue from which it came.

        ``rate`` is in messages per second, None without a limit. What is not in the ``inventory`` is looked at now; all
        messages are if it is not of ``source`` as that is now. Raises InvalidParameterValue if ``destination`` does not
        fit ``source`` or a task of ``source`` is running, OverLimit if too many tasks run in the account.
        """
        self.check_start(source, destination, now)
        if inventory is None or not inventory.is_of(source):
            inventory = Inventory(source)
        at_once(inventory.work())
        task_id = self._ids.of(source.identity.account).uuid()
        destination_arn = None if destination is None else destination.arn
        task = self.task(source, TaskSettings(task_id, destination_arn, rate, now, source.counts(now).visible))
        destinations = {origin: destination or self.origin(origin) for origin in inventory.origins}
        task.go(RemainingMoves(inventory.messages, destinations))
        self.enter(source, task)
        if self._ledger.kept:
            self._ledger.record(_started(source, task, destinations))
        task.catch_up(now, Budget(_MOVES_AT_START))  # the rest is due at once
        return task

    def check_start(self, source: Queue, destination: Queue | None, now: float) -> None:
        """Raise the error of ``start`` if no task can be started."""
        if not self._queues.dead_letter_sources(source):
            raise InvalidParameterValue("Source queue must be configured as a Dead Letter Queue.")
        if destination is not None:
            _check_destination(source, destination)
        self._forget_deleted()
        running = self._running(source.identity.account, now)
        if source in running:
            raise InvalidParameterValue(
                "There is already a task running. Only one active task is allowed for a source queue arn at a given "
                "time."
            )
        if len(running) >= MOVE_TASKS_MAX:
            raise OverLimit(f"Too many message move tasks are running: the limit of {MOVE_TASKS_MAX} is reached.")

    def recent(self, source: Queue, now: float) -> list[MoveTask]:
        """The last tasks of ``source``, the newest first."""
        source.advance(now)
        return self.known(source)

    def __iter__(self) -> Iterator[MoveTask]:
        """The tasks of all queues, without catching up first."""
        for tasks in self._by_source.values():
            yield from tasks

    def cancel(self, source: Queue, task_id: str, now: float) -> MoveTask:
        """Cancel a task and return it. Raises ResourceNotFound, or UnsupportedOperation if it had ended before."""
        for task in self.recent(source, now):
            if task.handle.task_id == task_id:
                break
        else:
            raise ResourceNotFound("Task does not exist.")
        if task.status != "RUNNING":
            raise UnsupportedOperation(f"Only a running message move task can be cancelled. This one is {task.status}.")
        task.cancel()
        return task

    def task(self, source: Queue, settings: TaskSettings) -> MoveTask:
        """A new task that has not started, and is not in this collection until ``enter`` is called."""
        return MoveTask(source, settings, self._ids.of(source.identity.account), self._ledger)

    def enter(self, source: Queue, task: MoveTask) -> None:
        """Add ``task`` as the newest of ``source``."""
        self._by_source.setdefault(source, deque(maxlen=MOVE_TASKS_LISTED_MAX)).appendleft(task)

    def known(self, source: Queue) -> list[MoveTask]:
        """As ``recent``, without catching up first."""
        return list(self._by_source.get(source, ()))

    def sources_among(self, queues: Iterable[Queue]) -> list[Queue]:
        """Those of ``queues`` that have tasks."""
        return [queue for queue in queues if queue in self._by_source]

    def origin(self, arn: str | None) -> Queue | None:
        """The queue from which a dead letter came; None if that is unknown or the queue was deleted."""
        return None if arn is None else self._queues.find(arn)

    def running_sources(self, account: str) -> list[Queue]:
        """The queues of ``account`` whose last task is running, without catching up first."""
        sources = [source for source in self._by_source if source.identity.account == account]
        return [source for source in sources if self.known(source)[0].status == "RUNNING"]

    def _running(self, account: str, now: float) -> set[Queue]:
        """The queues of ``account`` from which messages are being moved."""
        sources = self.running_sources(account)
        return {source for source in sources if self.recent(source, now)[0].status == "RUNNING"}

    def _forget_deleted(self) -> None:
        for source in [source for source in self._by_source if source.deleted]:
            del self._by_source[source]


def _started(source: Queue, task: MoveTask, destinations: Mapping[str | None, Queue | None]) -> MoveTaskStarted:
    arns = [(origin, None if queue is None else queue.arn) for origin, queue in destinations.items()]
    return MoveTaskStarted(
        source.arn, task.handle.task_id, task.started_at, task.to_move, task.destination_arn, task.rate, arns
    )


def no_such_resource(parameter: str) -> ResourceNotFound:
    return ResourceNotFound(f"The resource that you specified for the {parameter} parameter doesn't exist.")


def _check_destination(source: Queue, destination: Queue) -> None:
    """The destination must be another queue of the same account, region and type."""
    here, there = source.identity, destination.identity
    if (here.account, here.region) != (there.account, there.region):
        raise no_such_resource("DestinationArn")
    if destination is source:
        reason = "The destination queue must be another queue than the source."
    elif destination.fifo != source.fifo:
        reason = "The destination queue must be of the same type as the source queue."
    else:
        return
    raise InvalidParameterValue.of("DestinationArn", destination.arn, reason)
