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
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from emulator.aws.errors import InvalidParameterValue, ServiceError
from emulator.aws.limits import MOVE_TASK_SECONDS_MAX
from emulator.aws.sqs_errors import QueueDoesNotExist
from emulator.foundation.changes import Ledger
from emulator.foundation.ids import Ids
from emulator.sqs.catching_up import Budget
from emulator.sqs.changes import MoveTaskEnded, MoveTaskProgressed, TaskStatus
from emulator.sqs.content_text import size_of
from emulator.sqs.events import Moved
from emulator.sqs.message import Message, MessageState, Shared
from emulator.sqs.queue import Queue
from emulator.sqs.sending import check_content
from emulator.timing.turns import emptied, free

# Why a task has failed: two codes from AWS's troubleshooting guide, and one of our own.
NO_QUEUE = QueueDoesNotExist.code
NO_SOURCE = "CouldNotDetermineMessageSource"
TOO_LONG = "MessageMoveTaskTimedOut"


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

    messages: Iterable[Message]  # that have not had their turn; a deque is taken over
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
        self._behind = False  # whether the budget ended while messages that have gone were passed over

    def resume(self, moved: int, destinations: Iterable[str]) -> None:
        """Restore the progress: ``moved`` messages were moved, and ``destinations`` are the ARNs."""
        self.moved = moved
        self.destinations.update(destinations)

    def go(self, remaining: RemainingMoves) -> None:
        """Start to move the ``remaining`` messages, each at its turn."""
        messages = remaining.messages
        self._left = messages if isinstance(messages, deque) else deque(messages)
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
        messages = (message for message in self.left if not self._has_gone(message))
        return RemainingMoves(messages, destinations, frozenset(self._blocked_groups))

    @property
    def left(self) -> tuple[Message, ...]:
        """The messages that have not had their turn; some may have gone by themselves."""
        return tuple(self._left)

    def next_due(self) -> float:
        """The time of the next message's turn, in seconds since the epoch."""
        return self.started_at + (self.moved / self.rate if self.rate else 0.0)

    def catch_up(self, now: float, budget: Budget) -> None:
        """Handle all messages whose turn is due at ``now``, as far as the budget allows."""
        if self._moving:  # called by a queue during a move
            return
        self._moving = True
        if self._behind and self._drop_gone(budget) and self.status == "RUNNING" and not self._left:
            self._end("COMPLETED")
        while self.status == "RUNNING" and (at := self.next_due()) <= now:
            if not self._source.catch_up(at, budget) or not budget.spend() or not self._move_one(at, budget):
                break
        self._moving = False

    def cancel(self) -> None:
        """Stop the task. Messages that have not had their turn stay in the source."""
        self._end("CANCELLED")

    def _move_one(self, at: float, budget: Budget) -> bool:
        """Handle the next message. Returns False if its destination must catch up first, in another turn."""
        ready = True
        if self._source.deleted:
            self._fail(NO_QUEUE)
        elif at >= self.started_at + MOVE_TASK_SECONDS_MAX:
            self._fail(TOO_LONG)
        else:
            blocked = list[str]()
            turns, message = self._next(blocked, budget)
            if message is not None:
                destination = self._destinations[message.dead_letter_source]
                ready = destination is None or destination.catch_up(at, budget)
                if ready:
                    turns += self._move(message, destination, at)
                else:
                    self._left.appendleft(message)
            self._drop_gone(budget)
            if turns and self.status == "RUNNING":
                self._record_progress(blocked)
        self._drop_gone(budget)
        if self.status == "RUNNING" and not self._left:
            self._end("COMPLETED")
        return ready

    def _drop_gone(self, budget: Budget) -> bool:
        """Pass over messages that have gone. Returns False if the budget does not allow all of that."""
        self._behind = False
        while self._left and self._has_gone(self._left[0]):
            if not budget.spend():
                self._behind = True
                return False
            self._left.popleft()
        return True

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

    def _move(self, message: Message, destination: Queue | None, at: float) -> bool:
        """Move ``message``. Returns False if the task failed."""
        if destination is None or destination.deleted:
            of_no_queue = self.destination_arn is None and message.dead_letter_source is None
            self._fail(NO_SOURCE if of_no_queue else NO_QUEUE)
            return False
        copy = self._copy(message)
        try:
            check_content(destination, message.content, size_of(message.content))
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
        if self._ledger.kept and not self._source.deleted:  # with the queue its tasks were deleted
            self._ledger.record(MoveTaskEnded(self._source.arn, self.handle.task_id, status, failure_reason))

    def end(self, status: TaskStatus, failure_reason: str | None) -> None:
        """End the task, with its final status."""
        self.status = status
        self.failure_reason = failure_reason
        for queue in self._queues():
            queue.detach(self)
        free(emptied(self._left))
        self._left = deque()
        self._destinations.clear()
        self._blocked_groups.clear()

    def replay_progress(self, change: MoveTaskProgressed) -> None:
        """Apply a recorded change."""
        self.moved = change.moved
        self._blocked_groups.update(change.blocked_groups)
        while self._left and self._left[0].sequence != change.next:
            self._left.popleft()

    def _queues(self) -> set[Queue]:
        return {self._source, *(queue for queue in self._destinations.values() if queue is not None)}
