"""The deduplication ids that FIFO queues and topics remember, in a state document."""

from collections.abc import Iterable
from typing import Annotated

from msgspec import Meta

from emulator.aws.accepted import Accepted
from emulator.aws.deduplication import DIGEST_BYTES, DeduplicationWindow, hex_digest
from emulator.state.part import Part, Time, check_unique


class UsedId(Part):
    """A deduplication id, as its digest, and the answer that its first sender got."""

    digest: Annotated[str, Meta(pattern=f"^[0-9a-f]{{{2 * DIGEST_BYTES}}}$")]
    used_at: Time
    message_id: str
    sequence_number: Annotated[str, Meta(pattern="^[0-9]+$")] | None = None


def used_id(entry: tuple[int, float, Accepted]) -> UsedId:
    """An entry of a deduplication window."""
    digest, used_at, told = entry
    return UsedId(
        digest=hex_digest(digest), used_at=used_at, message_id=told.message_id, sequence_number=told.sequence_number
    )


def restore_window(window: DeduplicationWindow, used: Iterable[UsedId]) -> None:
    """Fill a new window."""
    used = list(used)
    check_unique("deduplication id", (each.digest for each in used))
    for each in used:
        window.remember(int(each.digest, 16), Accepted(each.message_id, each.sequence_number), each.used_at)
