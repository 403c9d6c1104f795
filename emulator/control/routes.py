"""The emulator's own interface, under ``/_emulator/``: one table of routes."""

from collections.abc import Callable
from typing import TypeVar

import msgspec
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from emulator import __version__
from emulator.clock import Clocks
from emulator.control.bad_request import BadRequestError, decode
from emulator.control.bodies import ClockMove, Reset
from emulator.control.clock import clock_state, move_clock
from emulator.control.explanation import Question, explain

_SERVICES = ("sqs", "sns")

Empty = Callable[[str | None], None]  # empties one account, or everything
Body = TypeVar("Body", bound=msgspec.Struct)


class Control:
    """Each method answers one route."""

    def __init__(self, clocks: Clocks, empty: Empty) -> None:
        self._clocks = clocks
        self._empty = empty

    async def health(self, _: Request) -> Response:
        services = dict.fromkeys(_SERVICES, "running")
        return JSONResponse({"status": "ok", "version": __version__, "services": services})

    async def localstack_health(self, _: Request) -> Response:
        """In LocalStack's form, for tools that wait for that."""
        services = dict.fromkeys(_SERVICES, "running")
        return JSONResponse({"services": services, "edition": "community", "version": __version__})

    async def reset(self, request: Request) -> Response:
        self._empty((await _read(request, Reset)).account)
        return Response(status_code=204)

    async def tell_clock(self, request: Request) -> Response:
        return JSONResponse(clock_state(self._clocks, request.query_params.get("account")))

    async def move_clock(self, request: Request) -> Response:
        move = await _read(request, ClockMove)
        move_clock(self._clocks, move)
        return JSONResponse(clock_state(self._clocks, move.account))

    async def explain_filter_policy(self, request: Request) -> Response:
        answer = explain(await _read(request, Question))
        return Response(msgspec.json.encode(answer), media_type="application/json")


def control_app(clocks: Clocks, empty: Empty) -> Starlette:
    """The ASGI application of the control routes."""
    control = Control(clocks, empty)
    return Starlette(
        routes=[
            Route("/_emulator/health", control.health, methods=["GET"]),
            Route("/_emulator/reset", control.reset, methods=["POST"]),
            Route("/_emulator/clock", control.tell_clock, methods=["GET"]),
            Route("/_emulator/clock", control.move_clock, methods=["POST"]),
            Route("/_emulator/filter-policy/explain", control.explain_filter_policy, methods=["POST"]),
            Route("/_localstack/health", control.localstack_health, methods=["GET"]),
        ],
        exception_handlers={BadRequestError: _bad_request, HTTPException: _http_error},
    )


async def _read(request: Request, kind: type[Body]) -> Body:
    """The JSON body as ``kind``; an empty one counts as an empty object."""
    return decode(await request.body() or b"{}", kind)


async def _bad_request(_: Request, error: Exception) -> Response:
    return JSONResponse({"error": str(error)}, status_code=400)


async def _http_error(_: Request, error: Exception) -> Response:
    """An unknown path, or a method it does not have."""
    assert isinstance(error, HTTPException)
    return JSONResponse({"error": error.detail}, status_code=error.status_code, headers=error.headers)
