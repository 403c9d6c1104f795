"""The registry of actions: one function per AWS operation, registered where it is written."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from typing import Any, Generic, TypeVar, overload

from msgspec import Struct

from api_shapes.operation import Operation, Shape
from emulator.actions.context import ActionContext, State

Req = TypeVar("Req", bound=Shape)
Res = TypeVar("Res", bound=Shape | None)

AtOnce = Callable[[ActionContext[State], Req], Res]
# An action that can answer at once returns its result; one that has to wait returns a coroutine of it.
ActionFunction = Callable[[ActionContext[State], Req], Res | Coroutine[Any, Any, Res]]

REGISTRY: dict[tuple[str, str], ActionFunction[Any, Any, Any]] = {}  # by service and operation name


class NotYetError(Exception):
    """What an action raises to be called again after a turn of the event loop. It has done nothing so far."""


def perform(
    function: ActionFunction[State, Req, Res], context: ActionContext[State], request: Req
) -> Res | Coroutine[Any, Any, Res]:
    """The result of the action ``function``, or a coroutine of it where it has to wait."""
    try:
        return function(context, request)
    except NotYetError:
        return perform_later(function, context, request)


async def perform_later(function: ActionFunction[State, Req, Res], context: ActionContext[State], request: Req) -> Res:
    """As ``perform``, of an action that has raised NotYetError."""
    while True:
        await asyncio.sleep(0)
        try:
            outcome = function(context, request)
        except NotYetError:
            continue
        return await outcome if isinstance(outcome, Coroutine) else outcome


class Traits(Struct, frozen=True):
    """What is known about an action before it is called. The defaults grant the least."""

    reads: bool = False  # it changes nothing that lasts
    owner_only: bool = True  # no policy lets other accounts call it
    about: tuple[str, ...] = ()  # fields of its request, each of which can name the queue or topic it is for


TRAITS: dict[tuple[str, str], Traits] = {}  # by service and operation name
ABOUT: dict[type[Shape], tuple[str, ...]] = {}  # ``about`` by the type of the request

# Called for a request that lacks a required parameter, with the operation, the parameters and the region. Raises the
# errors that AWS reports before a missing parameter.
EarlyCheck = Callable[[Operation[Any, Any], Mapping[str, str], str], None]

EARLY_CHECKS: dict[str, EarlyCheck] = {}  # by service


class Registration(Generic[Req, Res]):
    """Registers a function as the action of one operation, and leaves its type as it is."""

    def __init__(self, operation: Operation[Req, Res], traits: Traits) -> None:
        self._operation = operation
        self._traits = traits

    @overload
    def __call__(self, function: AtOnce[State, Req, Res]) -> AtOnce[State, Req, Res]: ...
    @overload
    def __call__(self, function: ActionFunction[State, Req, Res]) -> ActionFunction[State, Req, Res]: ...
    def __call__(self, function: ActionFunction[State, Req, Res]) -> ActionFunction[State, Req, Res]:
        operation = self._operation
        REGISTRY[operation.service, operation.name] = function
        TRAITS[operation.service, operation.name] = self._traits
        ABOUT[operation.request] = self._traits.about
        return function


def action(
    operation: Operation[Req, Res], *, reads: bool = False, owner_only: bool = True, about: str | tuple[str, ...] = ()
) -> Registration[Req, Res]:
    """The decorator of the function that is the action of ``operation``; ``Traits`` explains the arguments."""
    return Registration(operation, Traits(reads, owner_only, (about,) if isinstance(about, str) else about))
