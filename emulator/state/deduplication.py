"""What FIFO queues and topics remember of the ids that were used within the last five minutes."""

from collections.abc import Iterable
from typing import TypeVar

from emulator.aws.deduplication import DeduplicationWindow
from emulator.sns.topic import Receipt
from emulator.sqs.message import Accepted
from emulator.state.part import Part, Time, check_unique


class UsedId(Part):
    """A deduplication id, in ``group_id`` where ids count within their group, and what its first sender was told."""

    deduplication_id: str
    used_at: Time
    message_id: str
    group_id: str | None = None
    sequence_number: str | None = None


Told = TypeVar("Told", Accepted, Receipt)


def used_ids(window: DeduplicationWindow[Told]) -> list[UsedId]:
    return [
        UsedId(
            deduplication_id=deduplication_id,
            group_id=group_id,
            used_at=used_at,
            message_id=told.message_id,
            sequence_number=told.sequence_number,
        )
        for (group_id, deduplication_id), used_at, told in window.entries()
    ]


def restore_window(window: DeduplicationWindow[Told], used: Iterable[UsedId], told: type[Told]) -> None:
    """Fill a new window."""
    used = list(used)
    check_unique("deduplication id", ((each.group_id, each.deduplication_id) for each in used))
    for each in used:
        key = each.group_id, each.deduplication_id
        window.remember(key, told(each.message_id, each.sequence_number), each.used_at)
