"""What callers of the control routes send, and what they are told when it is wrong."""

from typing import Annotated, TypeVar

import msgspec
from starlette.requests import Request

Body = TypeVar("Body", bound=msgspec.Struct)

Account = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{12}$")]
_CENTURY_SECONDS = 3_155_760_000.0


class BadRequestError(Exception):
    """A control request that makes no sense; the text says what is wrong, and where."""


class Reset(msgspec.Struct, forbid_unknown_fields=True):
    """What to empty: everything, or one account's."""

    account: Account | None = None


class ClockMove(msgspec.Struct, forbid_unknown_fields=True):
    """How to move time, for everyone or in one account; first the stop or start, then the jump."""

    advance: Annotated[float, msgspec.Meta(ge=0, le=_CENTURY_SECONDS)] | None = None  # seconds
    freeze: bool | None = None
    account: Account | None = None


async def read_body(request: Request, kind: type[Body]) -> Body:
    """The JSON body as ``kind``; an empty one counts as an empty object. BadRequestError if it does not fit."""
    try:
        return msgspec.json.decode(await request.body() or b"{}", type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise BadRequestError(str(error)) from None
