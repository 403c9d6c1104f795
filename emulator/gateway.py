"""From an HTTP request to its answer: the one way into the actions.

Here, and nowhere else, a ServiceError becomes an answer. What can be answered at once is; a long poll
gives an awaitable of its answer.
"""

import logging
import time
from collections.abc import Callable, Coroutine, Mapping
from typing import Any

from msgspec import Struct

from api_shapes.operation import AnyService, Operation, Shape
from emulator.actions import EARLY_CHECKS, REGISTRY, ActionContext, ActionFunction
from emulator.aws.errors import (
    InternalFailure,
    NoOperation,
    NotImplementedYet,
    RequestEntityTooLarge,
    ServiceError,
    ValidationError,
)
from emulator.clock import Clocks
from emulator.ids import Ids
from emulator.log import printable
from emulator.request_log import RequestRecord, failed_entries, is_logged, log_request
from emulator.requests import Requests
from emulator.settings import Settings
from emulator.subjects import Subject, subject_named, subject_of
from emulator.wire import json10, query, query_json
from emulator.wire.call import Call, Caller, Protocol, endpoint_of, operation_of, protocol_of, read_call, service_of
from emulator.wire.http import HttpRequest, HttpResponse, Unanswered

logger = logging.getLogger(__name__)

AnyAction = ActionFunction[Any, Any, Any]
Outcome = Shape | Coroutine[Any, Any, Shape | None] | None
# Performs an action in its own way; it gets the id of the request too.
Interference = Callable[[str, Operation[Any, Any], AnyAction, ActionContext[Any], Shape], Outcome]
# Hears of each refusal what was refused, which queue or topic it was about, and who asked.
OnRefusal = Callable[[ServiceError, Subject, Caller], None]

_JSON10 = b"application/x-amz-json-1.0"
_JSON = b"application/json"
_XML = b"text/xml"
_HEAD = b"x-amzn-requestid: %b\r\ncontent-type: %b\r\ncontent-length: %d\r\n"


class Gateway:
    """Answers requests for AWS actions, on the states of the services."""

    def __init__(self, states: Mapping[AnyService, object], clocks: Clocks, ids: Ids, settings: Settings) -> None:
        self._states = states
        self._clocks = clocks
        self._ids = ids
        self.requests = Requests()
        self._external_url = settings.external_url
        self._enforce_policies = settings.enforce_policies
        self._default_caller = Caller(settings.account_id, settings.region)
        self.interference: Interference | None = None
        self.on_refusal: OnRefusal | None = None

    def answer(self, request: HttpRequest) -> HttpResponse | Coroutine[Any, Any, HttpResponse | Unanswered]:
        """The answer to ``request``, or a coroutine of it where the action has to wait."""
        reply = Reply(request, self.requests, self.on_refusal, time.perf_counter(), protocol_of(request))
        try:
            call = reply.call = read_call(request, reply.protocol, self._default_caller)
            reply.request_id = self._ids.of_requests(call.caller.account).uuid()
            if request.too_large and not call.is_elsewhere:
                raise RequestEntityTooLarge
            operation = reply.operation = operation_of(call)
            outcome = self._perform(reply, call, operation)
        except Exception as error:  # noqa: BLE001 - a fault of ours is AWS's InternalFailure, and logged
            if reply.call is None:
                reply.request_id = self._ids.of_requests(self._default_caller.account).uuid()
            return reply.refusal(error)
        if outcome is None or isinstance(outcome, Shape):
            return reply.success(outcome)
        return _answer_later(reply, outcome)

    def _perform(self, reply: "Reply", call: Call, operation: Operation[Any, Any]) -> Outcome:
        request = reply.request
        state = self._states[operation.service]
        action = REGISTRY.get((operation.service, operation.name))
        if action is None:
            raise NotImplementedYet(f"The action {operation.name} of {operation.service} is not emulated.")
        if call.protocol == "json":
            shape = json10.decode_request(operation, request.body)
        else:
            shape = _decode_form(operation, call)
        reply.shape = shape
        trace_header = request.headers.get(b"x-amzn-trace-id")
        caller = call.caller
        context: ActionContext[Any] = ActionContext(
            state,
            self._clocks,
            self._ids.of(caller.account),
            caller.account,
            caller.region,
            self._external_url or endpoint_of(request),
            caller.signed,
            operation.name,
            trace_header.decode("latin-1") if trace_header else None,
            self._enforce_policies,
        )
        if self.interference is not None:
            return self.interference(reply.request_id, operation, action, context, shape)
        return action(context, shape)


def _decode_form(operation: Operation[Any, Any], call: Call) -> Shape:
    try:
        request: Shape = query.decode_request(operation, call.params)
    except ValidationError:
        if operation.service in EARLY_CHECKS:
            EARLY_CHECKS[operation.service](operation, call.params, call.caller.region)
        raise
    return request


async def _answer_later(reply: "Reply", outcome: Coroutine[Any, Any, Shape | None]) -> HttpResponse | Unanswered:
    try:
        return reply.success(await outcome)
    except Unanswered as unanswered:
        reply.log(None)
        return unanswered
    except Exception as error:  # noqa: BLE001 - as in Gateway.answer
        return reply.refusal(error)


class Reply(Struct, eq=False):
    """The answer to one request, in the protocol in which it came."""

    request: HttpRequest
    requests: Requests  # where it is counted
    on_refusal: OnRefusal | None
    since: float  # when it came, by the counter of performance
    protocol: Protocol
    call: Call | None = None
    operation: Operation[Any, Any] | None = None
    shape: Shape | None = None  # the request, once it could be read
    request_id: str = ""

    def success(self, result: Shape | None) -> HttpResponse:
        operation = self.operation
        assert operation is not None, "an action has answered"
        self.requests.count(operation, time.perf_counter() - self.since)
        if self.protocol == "json":
            response = self._response(200, _JSON10, json10.encode_result(result))
        elif self._wants_json:
            response = self._response(200, _JSON, query_json.encode_result(operation, result, self.request_id))
        else:
            response = self._response(200, _XML, query.encode_result(operation, result, self.request_id))
        if is_logged():
            self.log(200, result=result)
        return response

    def refusal(self, error: Exception) -> HttpResponse:
        if not isinstance(error, ServiceError):
            logger.error("%s %s failed", self.request.method, printable(self.request.path), exc_info=error)
            error = InternalFailure()
        call = self.call
        self.requests.count(self.operation or _other_service(call), time.perf_counter() - self.since, error)
        self.log(error.status, error)
        if call is not None and call.is_elsewhere:
            return self._refusal_elsewhere(call, error)
        if self.on_refusal is not None and call is not None and (subject := self._subject()) is not None:
            self.on_refusal(error, subject, call.caller)
        if self.protocol == "json":
            response = self._response(error.status, _JSON10, json10.encode_error(error))
            response.head += f"x-amzn-query-error: {error.code};{error.fault}\r\n".encode()
            return response
        if isinstance(error, NoOperation):
            return self._response(error.status, _XML, f"<{error.shape}/>".encode())
        if self._wants_json:
            return self._response(error.status, _JSON, query_json.encode_error(error, self.request_id))
        service = call.service if call is not None else service_of(self.request)
        return self._response(error.status, _XML, query.encode_error(service or "sns", error, self.request_id))

    def _refusal_elsewhere(self, call: Call, error: ServiceError) -> HttpResponse:
        """The answer for a service that is not emulated, in the protocol of that service."""
        from emulator.wire.other_services import encode_error

        answer = encode_error(self.request, call, error, self.request_id)
        response = self._response(error.status, answer.content_type, answer.body)
        response.head += answer.head
        return response

    @property
    def _wants_json(self) -> bool:
        """Whether a query request asks for its answer as JSON, by the header Accept or the older ContentType."""
        accepted = self.request.headers.get(b"accept")
        if accepted is not None and accepted.lower().startswith(_JSON):
            return True
        form = None if self.call is None else self.call.params.get("ContentType")
        return form is not None and form.upper() == "JSON"

    def _response(self, status: int, content_type: bytes, body: bytes) -> HttpResponse:
        return HttpResponse(status, _HEAD % (self.request_id.encode(), content_type, len(body)), body)

    def log(self, status: int | None, error: ServiceError | None = None, result: Shape | None = None) -> None:
        """Write the line of this request; ``status`` is None where it gets no answer."""
        if not is_logged():
            return
        call = self.call
        record = RequestRecord(
            action="-" if call is None else f"{call.service or '-'}.{call.action or '-'}",
            status=status,
            milliseconds=round((time.perf_counter() - self.since) * 1000, 2),
            account=None if call is None else call.caller.account,
            region=None if call is None else call.caller.region,
            request_id=self.request_id,
            subject=self._subject(),
        )
        if error is not None:
            record.error_code = error.code
            record.error_message = error.message if self.protocol == "json" else error.query_message
        elif failed := failed_entries(result):
            record.failed_entries = len(failed)
            record.error_code, record.error_message = failed[0]
        log_request(record)

    def _subject(self) -> Subject | None:
        """The queue or topic that the request is about, also where it cannot be read."""
        if self.call is None:
            return None
        account, region = self.call.caller.account, self.call.caller.region
        if self.shape is not None:
            return subject_of(self.shape, account, region)
        members = json10.members(self.request.body) if self.protocol == "json" else self.call.params
        return subject_named(members, account, region)


def _other_service(call: Call | None) -> str | None:
    """The service of a call, where it is neither SQS nor SNS."""
    return call.service if call is not None and call.service not in ("sqs", "sns") else None
