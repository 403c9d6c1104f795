"""What callers of the control routes send."""

from typing import Annotated

import msgspec

Account = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{12}$")]
_CENTURY_SECONDS = 3_155_760_000.0


class Reset(msgspec.Struct, forbid_unknown_fields=True):
    """What to empty: everything, or one account's."""

    account: Account | None = None


class ClockMove(msgspec.Struct, forbid_unknown_fields=True):
    """How to move time, for everyone or in one account; first the stop or start, then the jump."""

    advance: Annotated[float, msgspec.Meta(ge=0, le=_CENTURY_SECONDS)] | None = None  # seconds
    freeze: bool | None = None
    account: Account | None = None
