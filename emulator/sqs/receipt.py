"""What a receipt handle stands for."""

from msgspec import Struct

from emulator.aws.limits import VISIBILITY_TIMEOUT_MAX
from emulator.aws.sqs_errors import RefusedByQueue


class Receipt(Struct, frozen=True):
    """One receive: the message's sequence number, its receive count after it, and when it was."""

    sequence: int
    receive_number: int
    received_at: float  # seconds since the epoch

    def check_extension(self, timeout: int, now: float) -> None:
        """RefusedByQueue where a visibility timeout from ``now`` would end twelve hours after the receive, or later."""
        if now + timeout >= self.received_at + VISIBILITY_TIMEOUT_MAX:
            raise RefusedByQueue.of(
                "VisibilityTimeout",
                timeout,
                f"Total VisibilityTimeout for the message is beyond the limit [{VISIBILITY_TIMEOUT_MAX} seconds].",
            )
