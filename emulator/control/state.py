"""The state as one document: export and restore. What reads and writes it is imported with the first request."""

import msgspec
from starlette.responses import Response, StreamingResponse

from emulator.control.allowed_values import with_allowed_values
from emulator.control.parameters import AccountQuery
from emulator.control.refusals import BadRequestError
from emulator.control.routing import JSON, LongBody
from emulator.timing.turns import Work, in_turns
from emulator.world.world import World


def show_state(world: World, query: AccountQuery) -> Response:
    """Everything that the emulator's behavior depends on, or one account's part of it, as a JSON document."""
    from emulator.state.streaming import stream

    return StreamingResponse(stream(world, query.account), media_type=JSON)


async def restore_state(world: World, query: AccountQuery, body: LongBody) -> None:
    """Put such a document in the place of what there is; with an ``account``, of what that account has."""
    await in_turns(restoring_state(world, query.account, body.text))


def restoring_state(world: World, account: str | None, text: bytes | bytearray) -> Work[None]:
    """Put the document in the place of what there is, in portions. BadRequestError if it cannot be."""
    from emulator.state.document import State
    from emulator.state.part import DocumentError
    from emulator.state.restoring import restoring_text

    try:
        yield from restoring_text(world, text, account)
    except (DocumentError, msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise BadRequestError(with_allowed_values(str(error), State)) from None
