"""How control requests reach their handlers, and how answers leave.

A handler is a function of the World and of what it wants of a request: its parameters say so by their names,
``path``, ``query`` and ``body``, and by their types, msgspec structs; ``request`` is Starlette's request itself. What
it returns is a struct, sent as JSON, or None, sent as 204, or a Response of its own. It refuses by raising a Refusal.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from inspect import isawaitable
from typing import Any, get_type_hints

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route as StarletteRoute

from emulator.control.refusals import Complaint, Refusal, convert, decode
from emulator.control.world import World

Handler = Callable[..., object]
_Read = Callable[[Request], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Route:
    """One method of one path. ``refusals`` are those that ``handler`` may raise besides BadRequestError."""

    method: str
    path: str  # parameters in braces
    handler: Handler
    refusals: tuple[type[Refusal], ...] = ()

    @property
    def types(self) -> dict[str, Any]:
        """What the handler takes of a request, and under "return" what it gives."""
        return {name: kind for name, kind in get_type_hints(self.handler).items() if kind is not World}


def starlette_route(route: Route, world: World) -> StarletteRoute:
    """``route`` as Starlette knows it."""
    handler = route.handler
    reads = {name: _reader(name, kind) for name, kind in route.types.items() if name != "return"}

    async def answer(request: Request) -> Response:
        outcome = handler(world, **{name: await read(request) for name, read in reads.items()})
        return _response(await outcome if isawaitable(outcome) else outcome)

    return StarletteRoute(route.path, answer, methods=[route.method])


def _reader(name: str, kind: type[object]) -> _Read:
    async def path(request: Request) -> object:
        return convert(request.path_params, kind)

    async def query(request: Request) -> object:
        return convert(dict(request.query_params), kind)

    async def body(request: Request) -> object:
        """An empty one counts as an empty object."""
        return decode(await request.body() or b"{}", kind)

    async def itself(request: Request) -> object:
        return request

    return {"path": path, "query": query, "body": body, "request": itself}[name]


def _response(outcome: object) -> Response:
    if isinstance(outcome, Response):
        return outcome
    return Response(status_code=204) if outcome is None else json_response(outcome)


def json_response(answer: object, status: int = 200) -> Response:
    return Response(msgspec.json.encode(answer), status, media_type="application/json")


async def refused(_: Request, error: Exception) -> Response:
    """The answer to a Refusal."""
    assert isinstance(error, Refusal)
    return json_response(error.answer, error.status)


async def http_error(_: Request, error: Exception) -> Response:
    """The answer to an unknown path, or to a method it does not have."""
    assert isinstance(error, HTTPException)
    response = json_response(Complaint(error.detail), error.status_code)
    response.headers.update(error.headers or {})
    return response
