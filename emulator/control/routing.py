"""Routes control requests to their handlers, and makes answers of what the handlers return.

A handler is a function of the World and of parts of the request. Its parameters name these parts, ``path``, ``query``
and ``body``, and their types are msgspec structs; ``request`` is Starlette's request itself, and ``run`` is the process
that the emulator runs in. A handler returns a struct, which is sent as JSON, or None, which is sent as 204, or a
Response. It refuses by raising a Refusal.

A request with a query or a body is refused if its handler takes none. A handler that takes ``request`` reads what it
wants.
"""

from collections.abc import Awaitable, Callable, Iterable, Iterator
from functools import partial
from http import HTTPStatus
from inspect import isawaitable
from typing import Any, get_type_hints
from urllib.parse import parse_qsl

import msgspec
from msgspec import Struct
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route as StarletteRoute

from emulator.control.long_json import has_long_list, json_portions
from emulator.control.refusals import BadRequestError, ErrorAnswer, Refusal, TooLargeError, convert, decode
from emulator.control.run import Run
from emulator.world.world import World

Handler = Callable[..., object]
Encode = Callable[[object], bytes]
_Read = Callable[[Request], Awaitable[object]]
_Endpoint = Callable[[Request], Awaitable[Response]]

JSON = "application/json"

# The accepted content types of a body. The second one is the default of curl and urllib for any body.
_BODY_TYPES = ("", JSON, "application/x-www-form-urlencoded")


class Nothing(msgspec.Struct, forbid_unknown_fields=True):
    """The type of a part that a handler does not take."""


class LongBody:
    """The type of a body that the handler decodes itself, in portions. An empty body counts as an empty object."""

    def __init__(self, text: bytearray) -> None:
        self.text = text


class Route(Struct, frozen=True):
    """One method of one path.

    ``refusals`` are those that ``handler`` may raise besides BadRequestError. ``media_types`` are those of its answer;
    they must be given if it returns a Response that is not JSON.
    """

    method: str
    path: str  # parameters in braces
    handler: Handler
    refusals: tuple[type[Refusal], ...] = ()
    media_types: tuple[str, ...] = (JSON,)

    @property
    def types(self) -> dict[str, Any]:
        """The types of the parts that the handler takes and, under "return", of what it returns."""
        return {name: kind for name, kind in get_type_hints(self.handler).items() if kind not in (World, Run)}

    @property
    def wants_run(self) -> bool:
        """Whether the handler takes the process that the emulator runs in."""
        return "run" in get_type_hints(self.handler)


def starlette_routes(
    routes: Iterable[Route], world: World, run: Run, encode: Encode = msgspec.json.encode
) -> Iterator[StarletteRoute]:
    """``routes`` as Starlette's: one for each path, so that a 405 lists all methods of the path.

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


def _body(kind: type[object]) -> _Read:
    async def read(request: Request) -> object:
        """The body, parsed. An empty body counts as an empty object."""
        text = bytearray()
        async for part in request.stream():
            text += part
        media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if text and media_type not in _BODY_TYPES:
            raise BadRequestError(f"Content-Type: a body must be {JSON}, not {media_type}.")
        text = text or bytearray(b"{}")
        return LongBody(text) if kind is LongBody else decode(text, kind)

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
        raise BadRequestError(f"The query string is not UTF-8: {error}") from None
    parameters: dict[str, str] = {}
    for name, value in pairs:
        if name in parameters:
            raise BadRequestError(f"The parameter `{name}` is given twice.")
        parameters[name] = value
    return parameters


def _response(outcome: object, encode: Encode) -> Response:
    if isinstance(outcome, Response):
        return outcome
    if outcome is None:
        return Response(status_code=204)
    if isinstance(outcome, Struct) and has_long_list(outcome):
        return StreamingResponse(json_portions(outcome, encode), media_type=JSON)
    return json_response(outcome, encode=encode)


def json_response(answer: object, status: int = 200, encode: Encode = msgspec.json.encode) -> Response:
    return Response(encode(answer), status, media_type=JSON)


async def refused(_: Request, error: Exception) -> Response:
    """The answer for a Refusal."""
    assert isinstance(error, Refusal)
    response = json_response(error.answer, error.status)
    if isinstance(error, TooLargeError):
        response.headers["connection"] = "close"  # the rest of the body is not wanted
    return response


async def hung_up(_: Request, __: Exception) -> Response:
    """The answer if a client hangs up before its request is complete. It is never read."""
    return Response(status_code=400)


async def http_error(request: Request, error: Exception) -> Response:
    """The answer for an unknown path, or for a method that the path does not have."""
    assert isinstance(error, HTTPException)
    path, headers = request.url.path, error.headers or {}
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        methods = sorted(set(headers["Allow"].split(", ")) - {"HEAD"})
        text = f"{path} has no {request.method}, only {' and '.join(methods)}."
    else:
        text = f"There is no {path}; GET /_emulator lists the paths of the control interface."
    response = json_response(ErrorAnswer(text), error.status_code)
    response.headers.update(headers)
    return response
