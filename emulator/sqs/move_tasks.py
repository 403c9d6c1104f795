"""Message move tasks, which move messages out of a dead-letter queue.

    start ──> RUNNING ──every message had its turn──> COMPLETED
                 ├──cancel──> CANCELLED
                 └──a message cannot be moved, or it takes too long──> FAILED

Canceling takes effect at once, so no caller ever sees CANCELLING.

Laws:

- Each message that is in the source when the task starts gets one turn, in order. Messages that come later wait for
  another task; so a task ends, even if its messages fail again and come back.
- At its turn a visible message leaves the source and arrives at its destination, as a new message. A message that is
  delayed or in flight stays; in a FIFO queue the later messages of its group stay too.
- The first move is at the start and each further one 1/rate seconds later; without a rate all are at the start.
- A message that cannot be moved stays in the source, and so do all messages after it.
- A task ends when no message is left that has not had its turn.

Nothing runs in the background. A running task is attached to its source and to every queue that it will move messages
to. Each of these queues lets the task catch up before anything else happens there, and includes the next move in its
next due time. So every caller sees all moves that are due, and a receive parked at a destination is woken when the next
message arrives.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-configure-dead-letter-queue-redrive.html
"""

import base64
import binascii
import json
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from operator import attrgetter
from typing import NamedTuple

from emulator.aws.errors import InvalidParameterValue, ServiceError
from emulator.aws.limits import MOVE_TASK_SECONDS_MAX, MOVE_TASKS_LISTED_MAX, MOVE_TASKS_MAX
from emulator.aws.sqs_errors import OverLimit, QueueDoesNotExist, ResourceNotFound, UnsupportedOperation
from emulator.changes import Ledger
from emulator.ids import Ids
from emulator.sqs.catching_up import Budget
from emulator.sqs.changes import MoveTaskEnded, MoveTaskProgressed, MoveTaskStarted, TaskStatus
from emulator.sqs.events import Moved
from emulator.sqs.message import Message, MessageState, Shared
from emulator.sqs.queue import Queue
from emulator.sqs.queues import Queues
from emulator.sqs.sending import check_content

# Why a task has failed: two codes from AWS's troubleshooting guide, and one of our own.
NO_QUEUE = QueueDoesNotExist.code
NO_SOURCE = "CouldNotDetermineMessageSource"
TOO_LONG = "MessageMoveTaskTimedOut"


_MOVES_AT_START = 50  # moves that StartMessageMoveTask makes itself

_origin_of = attrgetter("dead_letter_source")


class TaskHandle(NamedTuple):
    """The handle by which a caller cancels a task."""

    task_id: str
    source_arn: str

    def __str__(self) -> str:
        return base64.b64encode(json.dumps({"taskId": self.task_id, "sourceArn": self.source_arn}).encode()).decode()

    @classmethod
    def parse(cls, text: str) -> "TaskHandle":
        """The handle in ``text``. Raises InvalidParameterValue if the text is not a handle."""
        try:
            fields = json.loads(base64.b64decode(text, validate=True))
        except (binascii.Error, ValueError, RecursionError):
            fields = None
        match fields:
            case {"taskId": str(task_id), "sourceArn": str(source_arn)}:
                return cls(task_id, source_arn)
        raise InvalidParameterValue("Value for parameter TaskHandle is invalid.")


class TaskSettings(NamedTuple):
    """The parameters with which a task was started."""

    task_id: str
    destination_arn: str | None  # as the caller gave it
    rate: int | None  # messages per second; None: no limit
    started_at: float
    to_move: int  # messages, at the start


class RemainingMoves(NamedTuple):
    """What a task has not done yet."""

    messages: Iterable[Message]  # that have not had their turn
    destinations: Mapping[str | None, Queue | None]  # by DeadLetterQueueSourceArn
    blocked_groups: frozenset[str] = frozenset()  # groups of which a message has stayed in the source


class MoveTask:
    """One task. It has nothing to move until ``go`` is called."""

    def __init__(self, source: Queue, settings: TaskSettings, ids: Ids, ledger: Ledger) -> None:
        task_id, self.destination_arn, self.rate, self.started_at, self.to_move = settings
        self.handle = TaskHandle(task_id, source.arn)
        self.moved = 0
        self.status: TaskStatus = "RUNNING"
        self.failure_reason: str | None = None
        # ARNs of the queues that messages are moved to, also after the task has ended. Without a destination these are
        # the source queues of the messages, as far as they exist.
        self.destinations: set[str] = set() if self.destination_arn is None else {self.destination_arn}
        self._ids = ids
        self._ledger = ledger
        self._source = source
        self._left: deque[Message] = deque()  # whose turn is to come
        self._destinations: dict[str | None, Queue | None] = {}
        self._blocked_groups: set[str] = set()
        self._moving = False

    def resume(self, moved: int, destinations: Iterable[str]) -> None:
        """Restore the progress: ``moved`` messages were moved, and ``destinations`` are the ARNs."""
        self.moved = moved
        self.destinations.update(destinations)

    def go(self, remaining: RemainingMoves) -> None:
        """Start to move the ``remaining`` messages, each at its turn."""
        self._left.extend(remaining.messages)
        self._destinations.update(remaining.destinations)
        self.destinations.update(queue.arn for queue in remaining.destinations.values() if queue is not None)
        self._blocked_groups.update(remaining.blocked_groups)
        self._moving = True
        for queue in self._queues():
            queue.attach(self)
        self._moving = False

    @property
    def remaining(self) -> RemainingMoves:
        """What is left to move. A destination that was deleted is None."""
        destinations = {
            origin: None if queue is None or queue.deleted else queue for origin, queue in self._destinations.items()
        }
        messages = [message for message in self._left if not self._has_gone(message)]
        return RemainingMoves(messages, destinations, frozenset(self._blocked_groups))

    def next_due(self) -> float:
        """The time of the next message's turn, in seconds since the epoch."""
        return self.started_at + (self.moved / self.rate if self.rate else 0.0)

    def catch_up(self, now: float, budget: Budget) -> None:
        """Handle all messages whose turn is due at ``now``, as far as the budget allows."""
        if self._moving:  # called by a queue during a move
            return
        self._moving = True
        while self.status == "RUNNING" and (at := self.next_due()) <= now:
            if not all(queue.catch_up(at, budget) for queue in self._queues()) or not budget.spend():
                break
            self._move_one(at, budget)
        self._moving = False

    def cancel(self) -> None:
        """Stop the task. Messages that have not had their turn stay in the source."""
        self._end("CANCELLED")

    def _move_one(self, at: float, budget: Budget) -> None:
        if self._source.deleted:
            self._fail(NO_QUEUE)
        elif at >= self.started_at + MOVE_TASK_SECONDS_MAX:
            self._fail(TOO_LONG)
        else:
            blocked = list[str]()
            turns, message = self._next(blocked, budget)
            if message is not None:
                turns += self._move(message, at)
            self._drop_gone()
            if turns and self.status == "RUNNING":
                self._record_progress(blocked)
        self._drop_gone()
        if self.status == "RUNNING" and not self._left:
            self._end("COMPLETED")

    def _drop_gone(self) -> None:
        while self._left and self._has_gone(self._left[0]):
            self._left.popleft()

    def _has_gone(self, message: Message) -> bool:
        return self._source.state_of(message) == MessageState.GONE

    def _next(self, blocked: list[str], budget: Budget) -> tuple[int, Message | None]:
        """The next message that can be moved, and the number of messages before it that stay.

        Adds the groups that those messages block to ``blocked``.
        """
        stayed = 0
        while self._left:
            message = self._left.popleft()
            state = self._source.state_of(message)
            if state == MessageState.VISIBLE and message.group_id not in self._blocked_groups:
                return stayed, message
            if state != MessageState.GONE:
                stayed += 1
                group = message.group_id
                if self._source.fifo and group is not None and group not in self._blocked_groups:
                    self._blocked_groups.add(group)
                    blocked.append(group)
            if not budget.spend():
                break
        return stayed, None

    def _move(self, message: Message, at: float) -> bool:
        """Move ``message``. Returns False if the task failed."""
        origin = message.dead_letter_source
        destination = self._destinations[origin]
        if destination is None or destination.deleted:
            self._fail(NO_SOURCE if self.destination_arn is None and origin is None else NO_QUEUE)
            return False
        copy = self._copy(message)
        try:
            check_content(destination, message.content, message.content.size)
        except ServiceError as refusal:
            self._fail(refusal.code)
            return False
        self.moved += 1
        source = self._source
        source.reports.happened(Moved(at, source.arn, message.id, destination.arn, copy.id, origin=message.origin))
        destination.send(copy, at, shared=Shared(source.arn, message))
        source.withdraw(message)
        return True

    def _copy(self, message: Message) -> Message:
        """A new message with the same content.

        In a FIFO queue its deduplication id is the id of the old message, as when that came into the dead-letter queue.
        """
        deduplication_id = message.id if self._source.fifo else None
        return Message(self._ids.uuid(), message.content, message.group_id, deduplication_id)

    def _record_progress(self, blocked: list[str]) -> None:
        if self._ledger.kept:
            following = self._left[0].sequence if self._left else None
            self._ledger.record(
                MoveTaskProgressed(self._source.arn, self.handle.task_id, self.moved, following, tuple(blocked))
            )

    def _fail(self, reason: str) -> None:
        self._end("FAILED", reason)

    def _end(self, status: TaskStatus, failure_reason: str | None = None) -> None:
        self.end(status, failure_reason)
        if self._ledger.kept:
            self._ledger.record(MoveTaskEnded(self._source.arn, self.handle.task_id, status, failure_reason))

    def end(self, status: TaskStatus, failure_reason: str | None) -> None:
        """End the task, with its final status."""
        self.status = status
        self.failure_reason = failure_reason
        for queue in self._queues():
            queue.detach(self)
        self._left.clear()
        self._destinations.clear()
        self._blocked_groups.clear()

    def replay_progress(self, change: MoveTaskProgressed) -> None:
        self.moved = change.moved
        self._blocked_groups.update(change.blocked_groups)
        while self._left and self._left[0].sequence != change.next:
            self._left.popleft()

    def _queues(self) -> set[Queue]:
        return {self._source, *(queue for queue in self._destinations.values() if queue is not None)}


class MoveTasks:
    """The last tasks of each source queue."""

    def __init__(self, queues: Queues, ids: Ids, ledger: Ledger | None = None) -> None:
        self._queues = queues
        self._ids = ids
        self._ledger = ledger or Ledger()
        self._by_source: dict[Queue, deque[MoveTask]] = {}  # the newest first

    def start(self, source: Queue, destination: Queue | None, rate: int | None, now: float) -> MoveTask:
        """Move the messages of ``source`` to ``destination``, or each to the queue from which it came.

        ``rate`` is in messages per second, None without a limit. Raises InvalidParameterValue if ``destination`` does
        not fit ``source`` or a task of ``source`` is running, OverLimit if too many tasks run in the account.
        """
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
        task_id = self._ids.of(source.identity.account).uuid()
        destination_arn = None if destination is None else destination.arn
        task = self.task(source, TaskSettings(task_id, destination_arn, rate, now, source.counts(now).visible))
        origins = dict.fromkeys(map(_origin_of, source))
        destinations = {origin: destination or self.origin(origin) for origin in origins}
        task.go(RemainingMoves(source, destinations))
        self.enter(source, task)
        if self._ledger.kept:
            self._ledger.record(_started(source, task, destinations))
        task.catch_up(now, Budget(_MOVES_AT_START))  # the rest is due at once
        return task

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
