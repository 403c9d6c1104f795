"""What callers of the control routes send."""

from typing import Annotated, Literal

import msgspec

Account = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{12}$")]
_CENTURY_SECONDS = 3_155_760_000.0


class Reset(msgspec.Struct, forbid_unknown_fields=True):
    """What to empty: everything, or one account's."""

    account: Account | None = None


class TraceQuery(msgspec.Struct, forbid_unknown_fields=True):
    """Which publishes to tell of: the newest of one topic or account, or of all."""

    topic: str | None = None  # ARN
    account: Account | None = None
    limit: Annotated[int, msgspec.Meta(ge=1, le=1_000)] = 100


class QueuesQuery(msgspec.Struct, forbid_unknown_fields=True):
    """Which queues to list."""

    account: Account | None = None
    region: str | None = None


class QueueQuery(msgspec.Struct, forbid_unknown_fields=True):
    """How many messages of a queue to show."""

    limit: Annotated[int, msgspec.Meta(ge=0, le=10_000)] = 1_000


class Chaos(msgspec.Struct, forbid_unknown_fields=True):
    """The chaos of a standard queue: its seed, or null for none."""

    seed: int | None


class OutboxQuery(msgspec.Struct, forbid_unknown_fields=True):
    """Which entries of the outbox to tell of: the newest of those that agree with what is given."""

    protocol: Literal["sms", "email", "email-json", "application", "lambda", "firehose"] | None = None
    topic: str | None = None  # ARN
    endpoint: str | None = None
    message_id: str | None = None
    account: Account | None = None
    limit: Annotated[int, msgspec.Meta(ge=1, le=1_000)] = 100


class OutboxToClear(msgspec.Struct, forbid_unknown_fields=True):
    """Whose entries to forget: one account's, or all."""

    account: Account | None = None


class Settle(msgspec.Struct, forbid_unknown_fields=True):
    """How long to wait for deliveries, and for whose."""

    timeout: Annotated[float, msgspec.Meta(ge=0, le=3_600)] = 10.0  # seconds, of real time
    account: Account | None = None


class PendingQuery(msgspec.Struct, forbid_unknown_fields=True):
    """Whose pending subscriptions to list: those to one account's topics, or all."""

    account: Account | None = None


class ClockMove(msgspec.Struct, forbid_unknown_fields=True):
    """How to move time, for everyone or in one account; first the stop or start, then the jump."""

    advance: Annotated[float, msgspec.Meta(ge=0, le=_CENTURY_SECONDS)] | None = None  # seconds
    freeze: bool | None = None
    account: Account | None = None
