"""Faults of requests: they act between a request and its action.

The faults are checked in the order in which they were added. A latency lets the request go on to the next fault; any
other effect decides the request, and later faults are not checked. So two faults that fire once each hit the first and
the second attempt of a client that retries.
"""

from collections.abc import Callable, Coroutine, Iterable, Mapping
from contextlib import suppress
from typing import Any

from msgspec import Struct

from api_shapes.operation import Shape
from emulator.actions.context import ActionContext
from emulator.actions.registry import ActionFunction, perform
from emulator.actions.subjects import Names, names_of
from emulator.aws.error_names import ERRORS
from emulator.aws.errors import ServiceError
from emulator.faults.fault import Fault, Firing
from emulator.faults.rule import BatchFailures
from emulator.faults.subjects import AnyOperation, entry_ids
from emulator.wire.http import Unanswered

Outcome = Shape | Coroutine[Any, Any, Shape | None] | None


class Request(Struct):
    """A request, and the action it is for."""

    id: str
    operation: AnyOperation
    action: ActionFunction[Any, Any, Any]
    context: ActionContext[Any]
    shape: Shape
    names: Names

    def perform(self) -> Outcome:
        outcome: Outcome = perform(self.action, self.context, self.shape)
        return outcome


class RequestFaults:
    """Performs actions with the faults in force. A stalled answer is held back for ``stall_seconds``."""

    def __init__(self, faults: Iterable[Fault], stall_seconds: float) -> None:
        self._faults = tuple(faults)
        self._stall_seconds = stall_seconds

    def perform(
        self,
        request_id: str,
        operation: AnyOperation,
        action: ActionFunction[Any, Any, Any],
        context: ActionContext[Any],
        shape: Shape,
    ) -> Outcome:
        request = Request(
            request_id, operation, action, context, shape, names_of(shape, context.account, context.region)
        )
        latencies: list[tuple[Fault, float]] = []
        decisive: Fault | None = None
        for fault in self._faults:
            if _hits(fault, request):
                if fault.effect != "latency":
                    decisive = fault
                    break
                latencies.append((fault, fault.draw_latency()))
        if latencies:
            return self._perform_later(latencies, decisive, request)
        return self._perform(decisive, request)

    def _perform(self, fault: Fault | None, request: Request) -> Outcome:
        return request.perform() if fault is None else _EFFECTS[fault.effect](fault, request, self._stall_seconds)

    async def _perform_later(
        self, latencies: list[tuple[Fault, float]], decisive: Fault | None, request: Request
    ) -> Shape | None:
        for fault, seconds in latencies:
            await fault.pauses.pause(seconds)
        return await _result(self._perform(decisive, request))


def _hits(fault: Fault, request: Request) -> bool:
    """Whether the fault matches the request and fires. If it does, the firing is recorded."""
    context = request.context
    if not fault.matches_request(request.operation, context.account, request.names):
        return False
    failures = fault.rule.batch_failures
    if failures is not None and not _failing_ids(failures, request.shape):
        return False
    if not fault.takes_effect():
        return False
    resource = next((name for name in request.names if name.startswith("arn:")), None)
    now = context.clocks.of(context.account).now()
    fault.note(Firing(now, context.account, resource, action=request.operation.name, request_id=request.id))
    return True


async def _result(outcome: Outcome) -> Shape | None:
    return await outcome if isinstance(outcome, Coroutine) else outcome


def _refuse(fault: Fault, request: Request, _: float) -> Outcome:
    assert fault.rule.error is not None, "the effect of this fault"
    raise _error(fault, request, fault.rule.error, fault.rule.message)


def _fail_entries(fault: Fault, request: Request, _: float) -> Outcome:
    failures = fault.rule.batch_failures
    assert failures is not None, "the effect of this fault"
    error = _error(fault, request, failures.error, failures.message)
    request.context.entry_failures = dict.fromkeys(_failing_ids(failures, request.shape), error)
    return request.perform()


async def _cut(fault: Fault, request: Request, _: float) -> Shape | None:
    if fault.rule.cut == "after":
        await _lose_answer(request)
    raise Unanswered


async def _stall(fault: Fault, request: Request, seconds: float) -> Shape | None:
    if fault.rule.stall == "after":
        await _lose_answer(request)
    await fault.pauses.pause(seconds)
    raise Unanswered(stalled=True)


async def _lose_answer(request: Request) -> None:
    """Perform the action, and return no answer, whether it succeeds or fails."""
    with suppress(ServiceError):
        await _result(request.perform())


# effect -> (fault, request, seconds for which an answer is held back) -> the result
_EFFECTS: Mapping[str, Callable[[Fault, Request, float], Outcome]] = {
    "error": _refuse,
    "batch_failures": _fail_entries,
    "cut": _cut,
    "stall": _stall,
}


def _failing_ids(failures: BatchFailures, shape: Shape) -> list[str]:
    ids = entry_ids(shape)
    if isinstance(failures.entries, int):
        return ids[: failures.entries]
    return [entry_id for entry_id in ids if entry_id in failures.entries]


def _error(fault: Fault, request: Request, name: str, message: str | None) -> ServiceError:
    """An error. If AWS's documents give it no text, the text says that it comes from a fault."""
    kind = ERRORS[request.operation.service][name]
    return kind(message or kind.default_message or f"Asked for by {fault.id}.")
