"""Exactly-once processing, which FIFO queues add to their order.

A message whose deduplication id was used within the last five minutes is accepted and not delivered. A receive can be
repeated under its attempt id (``attempts``). A receipt handle works only while the visibility timeout of its receive
runs.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-exactly-once-processing.html
"""

from hashlib import sha256
from itertools import chain
from typing import Final

from emulator.aws.accepted import Accepted
from emulator.aws.deduplication import DeduplicationWindow, digest_of, hex_digest
from emulator.aws.sqs_errors import ReceiptHandleExpired
from emulator.foundation.changes import Ledger
from emulator.sqs.attempts import ReceiveAttempts
from emulator.sqs.catching_up import Budget
from emulator.sqs.changes import DeduplicationIdsForgotten, DeduplicationIdUsed
from emulator.sqs.message import Message, MessageState
from emulator.sqs.receipt import Receipt
from emulator.timing.turns import free

_FIRST_SEQUENCE_NUMBER: Final = 18_849_496_460_467_696_128  # twenty digits, as AWS's have
_SEQUENCE_STEP: Final = 256
_IN_FLIGHT: Final = MessageState.IN_FLIGHT
_STEPS_TO_FORGET: Final = 100  # of a budget, for the ids and attempts that are dropped at once


class ExactlyOnce:
    """The deduplication ids and receive attempts of one FIFO queue."""

    def __init__(self, queue_arn: str, ledger: Ledger) -> None:
        self._queue_arn = queue_arn
        self._ledger = ledger
        self.window = DeduplicationWindow()
        self.attempts = ReceiveAttempts(queue_arn, ledger)

    def clear(self) -> None:
        """Forget all ids."""
        free(chain(self.window.emptied(), self.attempts.emptied()))
        self.window = DeduplicationWindow()
        self.attempts = ReceiveAttempts(self._queue_arn, self._ledger)

    @property
    def empty(self) -> bool:
        return not self.window and not self.attempts

    def accept(self, message: Message, digest: int, now: float) -> Accepted:
        """Remember that ``message`` was accepted under the id with this digest."""
        accepted = Accepted(message.id, sequence_number(message.sequence))
        self.window.remember(digest, accepted, now)
        if self._ledger.kept:
            self._ledger.record(
                DeduplicationIdUsed(
                    self._queue_arn, hex_digest(digest), now, accepted.message_id, accepted.sequence_number
                )
            )
        return accepted

    def forget(self, now: float) -> None:
        """Drop ids and attempts that are older than five minutes, some with each call."""
        digests = self.window.forget(now)
        if digests is not None and self._ledger.kept:
            self._ledger.record(DeduplicationIdsForgotten(self._queue_arn, list(map(hex_digest, digests))))
        self.attempts.forget(now)

    def forget_all(self, now: float, budget: Budget) -> bool:
        """As ``forget``, for all of them, within the budget. Returns False if some are left."""
        while self.window.may_forget(now) or self.attempts.may_forget(now):
            if not budget.spend(_STEPS_TO_FORGET):
                return False
            self.forget(now)
        return True

    def check_handle(self, message: Message, receipt: Receipt, handle: str) -> None:
        """ReceiptHandleExpired unless ``handle`` is of the last receive, whose visibility timeout runs."""
        if message.state != _IN_FLIGHT or message.receive_count != receipt.receive_number:
            raise ReceiptHandleExpired.of_handle(handle)


def digest_of_id(message: Message, *, by_group: bool) -> int:
    """The digest of the deduplication id of ``message``. Sets the id, to the SHA-256 of the body, if there is none."""
    if message.deduplication_id is None:
        message.deduplication_id = sha256(message.body.encode()).hexdigest()
    return digest_of((message.group_id if by_group else None, message.deduplication_id))


def sequence_number(sequence: int) -> str:
    """The SequenceNumber of a FIFO message that has this number in its queue's order."""
    return str(_FIRST_SEQUENCE_NUMBER + sequence * _SEQUENCE_STEP)
