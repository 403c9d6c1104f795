"""The deduplication ids that FIFO queues and topics remember, in a state document."""

from typing import Annotated

from msgspec import Meta

from emulator.aws.accepted import Accepted
from emulator.aws.deduplication import DIGEST_BYTES, DeduplicationWindow, hex_digest
from emulator.state.part import NO_TIME, Part, Time, checking_unique
from emulator.timing.turns import Work, portions


class UsedId(Part, kw_only=True):
    """A deduplication id, as its digest, and the answer that its first sender got."""

    digest: Annotated[str, Meta(pattern=f"^[0-9a-f]{{{2 * DIGEST_BYTES}}}$")]
    used_at: Time = NO_TIME
    message_id: str = ""
    sequence_number: Annotated[str, Meta(pattern="^[0-9]+$")] | None = None


def used_id(entry: tuple[int, float, Accepted]) -> UsedId:
    """An entry of a deduplication window."""
    digest, used_at, told = entry
    return UsedId(
        digest=hex_digest(digest), used_at=used_at, message_id=told.message_id, sequence_number=told.sequence_number
    )


def restoring_window(window: DeduplicationWindow, used: list[UsedId]) -> Work[None]:
    """Fill a new window, in portions."""
    yield from checking_unique("deduplication id", (each.digest for each in used))
    for portion in portions(used):
        for each in portion:
            window.remember(int(each.digest, 16), Accepted(each.message_id, each.sequence_number), each.used_at)
        yield
