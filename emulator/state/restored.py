"""Queues, names and move tasks that came from a document, as changes: each in full, as a thing that begins.

A change holds what the document held, and it is made by what reads documents.
"""

from collections.abc import Callable, Mapping
from typing import Any

from emulator.aws.arns import Arn, account_in
from emulator.foundation.changes import Change, Ledger
from emulator.foundation.part import Part
from emulator.sqs.identity import QueueIdentity, identity_of
from emulator.sqs.service import SqsService
from emulator.state.document import State
from emulator.state.move_tasks import StoredMoveTask, rebuilding_move_task
from emulator.state.part import read_arn
from emulator.state.queues import RestingName, StoredQueue, empty_queue, filling
from emulator.timing.turns import at_once


class QueueRestored(Change, frozen=True):
    """A queue with all that is in it."""

    stored: StoredQueue

    @property
    def account(self) -> str:
        return account_in(self.stored.arn)


class NameReserved(Change, frozen=True):
    """The name of a queue that was deleted cannot be used for a minute."""

    stored: RestingName

    @property
    def account(self) -> str:
        return account_in(self.stored.arn)


class MoveTaskRestored(Change, frozen=True):
    stored: StoredMoveTask

    @property
    def account(self) -> str:
        return account_in(self.stored.source)


def record_restored(ledger: Ledger, state: State) -> None:
    """Record what a document has of SQS, after it has been entered."""
    if not ledger.kept:
        return
    for queue in state.queues:
        ledger.record(QueueRestored(queue))
    for name in state.resting_names:
        ledger.record(NameReserved(name))
    for task in state.move_tasks:
        ledger.record(MoveTaskRestored(task))


def rebuilt_name(stored: RestingName) -> tuple[QueueIdentity, float]:
    """The name that is reserved, and since when; DocumentError where it is no queue's."""
    arn: Arn = read_arn(stored.arn, "sqs")
    return identity_of(arn.resource, arn.account, arn.region), stored.deleted_at


class RestoredQueues(Part):
    """Makes these changes on the queues of a world."""

    def __init__(self, sqs: SqsService) -> None:
        self._sqs = sqs
        self._appliers: Mapping[type[Change], Callable[[Any], None]] = {
            QueueRestored: self._restore_queue,
            NameReserved: self._reserve_name,
            MoveTaskRestored: self._restore_move_task,
        }

    changes = (QueueRestored, NameReserved, MoveTaskRestored)

    def apply(self, change: Change) -> None:
        """Enter what a document had."""
        self._appliers[type(change)](change)

    def _restore_queue(self, change: QueueRestored) -> None:
        queue = empty_queue(self._sqs.queues, change.stored)
        at_once(filling(queue, change.stored))
        self._sqs.queues.enter(queue)

    def _reserve_name(self, change: NameReserved) -> None:
        self._sqs.queues.reserve_name(*rebuilt_name(change.stored))

    def _restore_move_task(self, change: MoveTaskRestored) -> None:
        queues = {queue.arn: queue for queue in self._sqs.queues}
        self._sqs.move_tasks.enter(*at_once(rebuilding_move_task(self._sqs.move_tasks, change.stored, queues)))
