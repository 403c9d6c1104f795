"""How control requests reach their handlers, and how answers leave.

A handler is a function of the World and of what it wants of a request: its parameters say so by their names,
``path``, ``query`` and ``body``, and by their types, msgspec structs; ``request`` is Starlette's request itself, and
``run`` what there is of the process. What
it returns is a struct, sent as JSON, or None, sent as 204, or a Response of its own. It refuses by raising a Refusal.

A handler without ``query`` or ``body`` takes none, and a request that has one is refused; but who takes the whole
``request`` reads it as it likes.
"""

from collections.abc import Awaitable, Callable, Iterable, Iterator
from functools import partial
from inspect import isawaitable
from typing import Any, get_type_hints
from urllib.parse import parse_qsl

import msgspec
from msgspec import Struct
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route as StarletteRoute

from emulator.control.refusals import BadRequestError, Complaint, Refusal, convert, decode
from emulator.control.run import Run
from emulator.world import World

Handler = Callable[..., object]
Encode = Callable[[object], bytes]
_Read = Callable[[Request], Awaitable[object]]
_Endpoint = Callable[[Request], Awaitable[Response]]

JSON = "application/json"

# What a body may say it is. The second is what curl and urllib say of any body unless they are told otherwise.
_BODY_TYPES = ("", JSON, "application/x-www-form-urlencoded")


class Nothing(msgspec.Struct, forbid_unknown_fields=True):
    """What a handler takes that does not say what."""


class Route(Struct, frozen=True):
    """One method of one path.

    ``refusals`` are those that ``handler`` may raise besides BadRequestError, and ``media_types`` those of its answer:
    the types of a Response that is no JSON stand here, as nothing else tells them.
    """

    method: str
    path: str  # parameters in braces
    handler: Handler
    refusals: tuple[type[Refusal], ...] = ()
    media_types: tuple[str, ...] = (JSON,)

    @property
    def types(self) -> dict[str, Any]:
        """What the handler takes of a request, and under "return" what it gives."""
        return {name: kind for name, kind in get_type_hints(self.handler).items() if kind not in (World, Run)}

    @property
    def wants_run(self) -> bool:
        """Whether the handler looks at the process, too."""
        return "run" in get_type_hints(self.handler)


def starlette_routes(
    routes: Iterable[Route], world: World, run: Run, encode: Encode = msgspec.json.encode
) -> Iterator[StarletteRoute]:
    """``routes`` as Starlette knows them: one for each path, so that 405 tells of all the methods a path has.

    ``encode`` makes JSON of what the handlers return.
    """
    by_path: dict[str, dict[str, _Endpoint]] = {}
    for route in routes:
        by_path.setdefault(route.path, {})[route.method] = _endpoint(route, world, run, encode)
    for path, endpoints in by_path.items():
        yield StarletteRoute(path, _by_method(endpoints), methods=list(endpoints))


def _by_method(endpoints: dict[str, _Endpoint]) -> _Endpoint:
    async def answer(request: Request) -> Response:
        return await endpoints["GET" if request.method == "HEAD" else request.method](request)

    return answer


def _endpoint(route: Route, world: World, run: Run, encode: Encode) -> _Endpoint:
    handler, types = (partial(route.handler, run=run) if route.wants_run else route.handler), route.types
    reads = {name: _READERS[name](kind) for name, kind in types.items() if name != "return"}
    checks = [_READERS[name](Nothing) for name in ("query", "body") if name not in types and "request" not in types]

    async def answer(request: Request) -> Response:
        for check in checks:
            await check(request)
        outcome = handler(world, **{name: await read(request) for name, read in reads.items()})
        return _response(await outcome if isawaitable(outcome) else outcome, encode)

    return answer


def _path(kind: type[msgspec.Struct]) -> _Read:
    async def read(request: Request) -> object:
        return convert(request.path_params, kind)

    return read


def _query(kind: type[msgspec.Struct]) -> _Read:
    async def read(request: Request) -> object:
        return convert(_parameters(request.scope["query_string"]), kind)

    return read


def _body(kind: type[msgspec.Struct]) -> _Read:
    async def read(request: Request) -> object:
        """An empty one counts as an empty object."""
        text = await request.body()
        media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if text and media_type not in _BODY_TYPES:
            raise BadRequestError(f"Content-Type: a body is {JSON} here, not {media_type}.")
        return decode(text or b"{}", kind)

    return read


def _itself(_: type[object]) -> _Read:
    async def read(request: Request) -> object:
        return request

    return read


_READERS: dict[str, Callable[[Any], _Read]] = {"path": _path, "query": _query, "body": _body, "request": _itself}


def _parameters(query_string: bytes) -> dict[str, str]:
    try:
        pairs = parse_qsl(query_string.decode(), keep_blank_values=True, errors="strict")
    except UnicodeDecodeError as error:
        raise BadRequestError(f"The query string is no UTF-8: {error}") from None
    parameters: dict[str, str] = {}
    for name, value in pairs:
        if name in parameters:
            raise BadRequestError(f"The parameter `{name}` is given twice.")
        parameters[name] = value
    return parameters


def _response(outcome: object, encode: Encode) -> Response:
    if isinstance(outcome, Response):
        return outcome
    return Response(status_code=204) if outcome is None else json_response(outcome, encode=encode)


def json_response(answer: object, status: int = 200, encode: Encode = msgspec.json.encode) -> Response:
    return Response(encode(answer), status, media_type=JSON)


async def refused(_: Request, error: Exception) -> Response:
    """The answer to a Refusal."""
    assert isinstance(error, Refusal)
    return json_response(error.answer, error.status)


async def hung_up(_: Request, __: Exception) -> Response:
    """The answer to a client that is gone before its request is complete: nobody reads it."""
    return Response(status_code=400)


async def http_error(_: Request, error: Exception) -> Response:
    """The answer to an unknown path, or to a method it does not have."""
    assert isinstance(error, HTTPException)
    response = json_response(Complaint(error.detail), error.status_code)
    response.headers.update(error.headers or {})
    return response
