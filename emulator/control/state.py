"""The state as one document: export and restore. What reads and writes it is imported with the first request."""

import msgspec
from starlette.responses import Response, StreamingResponse

from emulator.control.parameters import AccountQuery
from emulator.control.refusals import BadRequestError, decode
from emulator.control.routing import JSON
from emulator.world import World


def show_state(world: World, query: AccountQuery) -> Response:
    """Everything that the emulator's behavior depends on, or one account's part of it, as a JSON document."""
    from emulator.state.streaming import stream

    return StreamingResponse(stream(world, query.account), media_type=JSON)


def restore_state(world: World, query: AccountQuery, body: msgspec.Raw) -> None:
    """Put such a document in the place of what there is; with an ``account``, of what that account has."""
    from emulator.state.document import State
    from emulator.state.part import DocumentError
    from emulator.state.restoring import restore

    try:
        restore(world, decode(bytes(body), State), query.account)
    except DocumentError as error:
        raise BadRequestError(str(error)) from None
