"""The registry of actions: one function per AWS operation, registered where it is written."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from api_shapes.operation import Operation, Shape
from emulator.clock import Clocks
from emulator.ids import Ids

State = TypeVar("State")
Req = TypeVar("Req", bound=Shape)
Res = TypeVar("Res", bound=Shape | None)


@dataclass(slots=True)
class ActionContext(Generic[State]):
    """What an action knows besides its request: who calls, by which address, and the service's state."""

    state: State
    clocks: Clocks
    ids: Ids
    account: str
    region: str
    endpoint: str  # scheme, host and port by which the caller reached us, e.g. http://localhost:4566
    trace_header: str | None = None  # X-Amzn-Trace-Id of the HTTP request


# An action that can answer at once returns its result; one that has to wait returns a coroutine of it.
ActionFunction = Callable[[ActionContext[State], Req], Res | Coroutine[Any, Any, Res]]

REGISTRY: dict[tuple[str, str], ActionFunction[Any, Any, Any]] = {}  # by service and operation name


def action(
    operation: Operation[Req, Res],
) -> Callable[[ActionFunction[State, Req, Res]], ActionFunction[State, Req, Res]]:
    """Register the decorated function as the action of ``operation``."""

    def register(function: ActionFunction[State, Req, Res]) -> ActionFunction[State, Req, Res]:
        REGISTRY[operation.service, operation.name] = function
        return function

    return register
