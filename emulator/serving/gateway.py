"""From an HTTP request to its answer: the one way into the actions.

A request is read by the wire, performed by its action, and answered by the protocol object that the wire chose. Here,
and nowhere else, a ServiceError becomes an answer. What can be answered at once is; a long poll gives an awaitable of
its answer.
"""

import logging
import time
from collections import ChainMap
from collections.abc import Callable, Coroutine, Mapping
from typing import TYPE_CHECKING, Any

from api_shapes.operation import AnyService, Operation, Shape
from emulator.actions.context import ActionContext
from emulator.actions.registry import EARLY_CHECKS, REGISTRY, ActionFunction, NotYetError, perform_later
from emulator.actions.subjects import Subject, subject_named, subject_of
from emulator.admission.admission import Admission
from emulator.aws.errors import InternalFailure, NotImplementedYet, ServiceError, ValidationError
from emulator.aws.identities import Identities
from emulator.configuration.settings import Settings
from emulator.foundation.ids import Ids
from emulator.foundation.lazy import Lazy
from emulator.observation.log import printable
from emulator.observation.recent_requests import RecentRequests
from emulator.observation.request_counts import Requests
from emulator.observation.request_log import RequestRecord, failed_entries, log_request
from emulator.observation.request_log import logger as request_logger
from emulator.timing.clock import Clocks
from emulator.wire.call import Call
from emulator.wire.call_reader import CallReader
from emulator.wire.caller import Caller
from emulator.wire.callers import Callers
from emulator.wire.headers import endpoint_of
from emulator.wire.http import HttpRequest, HttpResponse, Unanswered
from emulator.wire.services import RESULTS

if TYPE_CHECKING:
    from emulator.admission.authorization import Authorization

logger = logging.getLogger(__name__)

AnyAction = ActionFunction[Any, Any, Any]
Outcome = Shape | Coroutine[Any, Any, Shape | None] | None
# Performs an action in place of the gateway, as faults do. Its first argument is the id of the request.
Interference = Callable[[str, Operation[Any, Any], AnyAction, ActionContext[Any], Shape], Outcome]
# Called with each refusal: the error, the queue or topic that the request is about, and the caller.
OnRefusal = Callable[[ServiceError, Subject, Caller], None]
Answer = HttpResponse | Unanswered
# Returns a coroutine that gets the answer of a call from the process that performs it; None: this process does.
Route = Callable[[Call], Coroutine[Any, Any, Answer] | None]
# Returns a coroutine of the answer of a call that waits in this process.
Attend = Callable[[Call, Coroutine[Any, Any, Answer]], Coroutine[Any, Any, Answer]]

# What the actions of an operation need besides the request: the function and the state of its service.
Performer = tuple[AnyAction, object]


class Gateway:
    """Answers requests for AWS actions, on the states of the services."""

    def __init__(
        self,
        states: Mapping[AnyService, Lazy[object]],
        clocks: Clocks,
        ids: Ids,
        settings: Settings,
        identities: Identities,
    ) -> None:
        self._states = states
        self._clocks = clocks
        self._ids = ids
        self.requests = Requests()
        self.recent = RecentRequests()
        self._external_url = settings.external_url
        self._authorization: Authorization | None = None
        if settings.enforce_policies:
            from emulator.admission.authorization import Authorization as Made

            self._authorization = Made(settings, identities)
        default = Caller(settings.account_id, settings.region)
        self._admission = Admission(settings)
        if settings.verify_signatures:
            from emulator.authentication.admission import VerifiedAdmission

            self._admission = VerifiedAdmission(settings, identities.issued, default, clocks.now_of)
        accounts = ChainMap(identities.accounts, dict(settings.access_keys))
        self._reader = CallReader(Callers(default, accounts, signed=not settings.verify_signatures))
        self._performers: dict[Operation[Any, Any], Performer] = {}  # of the operations that have been called
        self.interference: Interference | None = None
        self.on_refusal: OnRefusal | None = None
        self.route: Route | None = None
        self.attend: Attend | None = None

    def answer(self, request: HttpRequest) -> HttpResponse | Coroutine[Any, Any, Answer]:
        """The answer to ``request``, or a coroutine of it where the action has to wait."""
        since = time.perf_counter()
        call = self._reader.read(request)
        if self.route is not None and (elsewhere := self.route(call)) is not None:
            return elsewhere
        call.request_id = self._ids.of_requests(call.caller.account).uuid()
        try:
            outcome = self._perform(call)
            # The type itself is looked at first: ``isinstance`` takes ten times as long for a base class.
            if outcome is None or type(outcome) in RESULTS or isinstance(outcome, Shape):
                return self._succeed(call, since, outcome)  # type: ignore[arg-type]
        except Exception as error:  # noqa: BLE001 - a fault of ours is AWS's InternalFailure, and logged
            return self._refuse(call, since, error)
        later = self._answer_later(call, since, outcome)
        return later if self.attend is None else self.attend(call, later)

    async def _answer_later(self, call: Call, since: float, outcome: Coroutine[Any, Any, Shape | None]) -> Answer:
        try:
            return self._succeed(call, since, await outcome)
        except Unanswered as unanswered:
            self._note(call, since, None)
            return unanswered
        except Exception as error:  # noqa: BLE001 - as in ``answer``
            return self._refuse(call, since, error)

    def _perform(self, call: Call) -> Outcome:
        request, caller, operation = call.request, call.caller, call.operation
        if not caller.signed or request.method != "POST":
            self._admission.check(call)
            caller = call.caller
        account = caller.account
        if operation is None:
            raise call.take_error()
        action, state = self._performers.get(operation) or self._performer_of(operation)
        shape = call.shape
        if shape is None:
            raise _why_unreadable(call, operation)
        trace_header = request.headers.get(b"x-amzn-trace-id")
        context: ActionContext[Any] = ActionContext(
            state,
            self._clocks,
            self._ids.of(account),
            account,
            caller.region,
            self._external_url or endpoint_of(request),
            caller.signed,
            operation.name,
            trace_header.decode("latin-1") if trace_header else None,
            self._authorization is not None,
        )
        if self._authorization is not None:
            context.access = self._authorization.access_of(call)
            self._authorization.check(context, operation, shape)
        if self.interference is not None:
            return self.interference(call.request_id, operation, action, context, shape)
        try:  # as ``perform``, without a call
            return action(context, shape)
        except NotYetError:
            return perform_later(action, context, shape)

    def _performer_of(self, operation: Operation[Any, Any]) -> Performer:
        """The action of an operation, and the state of its service, which is made first: that registers its actions."""
        state = self._states[operation.service].get()
        action = REGISTRY.get((operation.service, operation.name))
        if action is None:
            raise NotImplementedYet(f"The action {operation.name} of {operation.service} is not emulated.")
        performer = self._performers[operation] = action, state
        return performer

    def _succeed(self, call: Call, since: float, result: Shape | None) -> HttpResponse:
        operation = call.operation
        assert operation is not None, "an action has answered"
        response = call.protocol.write_result(operation, call, result)
        self.requests.count(operation, time.perf_counter() - since)
        if self.recent.wants_all or request_logger.isEnabledFor(logging.INFO):
            self._note(call, since, 200, result=result)
        return response

    def _refuse(self, call: Call, since: float, error: Exception) -> HttpResponse:
        if not isinstance(error, ServiceError):
            logger.error("%s %s failed", call.request.method, printable(call.request.path), exc_info=error)
            error = InternalFailure()
        self.requests.count(call.operation or _other_service(call), time.perf_counter() - since, error)
        self._note(call, since, error.status, error)
        if self.on_refusal is not None and not call.is_elsewhere and (subject := _subject(call)) is not None:
            self.on_refusal(error, subject, call.caller)
        return call.protocol.write_error(call, error)

    def _note(
        self,
        call: Call,
        since: float,
        status: int | None,
        error: ServiceError | None = None,
        result: Shape | None = None,
    ) -> None:
        """Log a request, and add it to the recent ones, if that is wanted. ``status`` is None if it gets no answer."""
        record = RequestRecord(
            action=f"{call.service or '-'}.{call.action or '-'}",
            status=status,
            milliseconds=round((time.perf_counter() - since) * 1000, 2),
            account=call.caller.account,
            region=call.caller.region,
            request_id=call.request_id,
            protocol=call.protocol.name,
            subject=_subject(call),
        )
        if error is not None:
            record.error_code = error.code
            record.error_message = error.log_message or call.protocol.message_of(error)
        elif failed := failed_entries(result):
            record.failed_entries = len(failed)
            record.error_code, record.error_message = failed[0]
        if request_logger.isEnabledFor(logging.INFO):
            log_request(record)
        if error is not None or status is None or self.recent.wants_all:
            at = self._clocks.now_of(call.caller.account)
            self.recent.add(record, call.request.headers.get(b"user-agent", b""), at)


def _why_unreadable(call: Call, operation: Operation[Any, Any]) -> Exception:
    """The error with which a request for ``operation`` could not be read; an early check of the service may raise
    another one.
    """
    error = call.take_error()
    if isinstance(error, ValidationError) and operation.service in EARLY_CHECKS:
        EARLY_CHECKS[operation.service](operation, call.params, call.caller.region)
    return error


def _subject(call: Call) -> Subject | None:
    """The queue or topic that a request is about, also if the request could not be read; None if it names none."""
    account, region = call.caller.account, call.caller.region
    if call.shape is not None:
        return subject_of(call.shape, account, region)
    return subject_named(call.protocol.members_of(call), account, region)


def _other_service(call: Call) -> str | None:
    """The service of a call; None if that is SQS or SNS."""
    return call.service if call.service not in ("sqs", "sns") else None
