"""Batches: the single action applied to each entry, and what is refused as a whole.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-batch-api-actions.html
"""

import re
from collections.abc import Callable, Sequence
from typing import Final, Protocol, TypeVar

from api_shapes import sqs
from emulator.aws.errors import ServiceError
from emulator.aws.limits import BATCH_ENTRIES_MAX, BATCH_ENTRY_ID_LENGTH
from emulator.aws.sqs_errors import (
    BatchEntryIdsNotDistinct,
    EmptyBatchRequest,
    InvalidBatchEntryId,
    TooManyEntriesInBatchRequest,
)
from emulator.sqs.actions.addressing import SqsContext


class Entry(Protocol):
    @property
    def id(self) -> str: ...


AnyEntry = TypeVar("AnyEntry", bound=Entry)
ResultEntry = TypeVar("ResultEntry")

_ID: Final = re.compile(rf"[A-Za-z0-9_-]{{1,{BATCH_ENTRY_ID_LENGTH}}}")


def check_entries(entries: Sequence[Entry], kind: str) -> None:
    """Refuse a batch that is empty, too long, or whose ids are illegal or repeat. ``kind`` names an entry's type."""
    if not entries:
        raise EmptyBatchRequest(f"There should be at least one {kind} in the request.")
    if len(entries) > BATCH_ENTRIES_MAX:
        raise TooManyEntriesInBatchRequest(
            f"Maximum number of entries per request are {BATCH_ENTRIES_MAX}. You have sent {len(entries)}."
        )
    ids = [entry.id for entry in entries]
    if not all(map(_ID.fullmatch, ids)):
        raise InvalidBatchEntryId
    if len(set(ids)) < len(ids):
        repeated = [id for number, id in enumerate(ids) if id in ids[:number]]
        raise BatchEntryIdsNotDistinct(f"Id {repeated[0]} repeated.")


def apply_to_each(
    ctx: SqsContext, entries: Sequence[AnyEntry], perform: Callable[[AnyEntry], ResultEntry]
) -> tuple[list[ResultEntry] | None, list[sqs.BatchResultErrorEntry] | None]:
    """The answers to the entries that succeeded and to those that failed; None where there are none."""
    failures = ctx.entry_failures or {}
    successful: list[ResultEntry] = []
    failed: list[sqs.BatchResultErrorEntry] = []
    for entry in entries:
        try:
            if entry.id in failures:
                raise failures[entry.id]
            successful.append(perform(entry))
        except ServiceError as error:
            failed.append(
                sqs.BatchResultErrorEntry(
                    id=entry.id,
                    sender_fault=error.fault == "Sender",
                    code=error.batch_code,
                    message=error.batch_message,
                )
            )
    return successful or None, failed or None
