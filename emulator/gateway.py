"""From an HTTP request to its answer: the one way into the actions.

Here, and nowhere else, a ServiceError becomes an answer. What can be answered at once is; a long poll
gives an awaitable of its answer.
"""

import logging
import time
from collections.abc import Callable, Coroutine, Mapping
from typing import Any

from msgspec import Struct

from api_shapes.operation import Operation, Service, Shape
from emulator.actions import REGISTRY, ActionContext, ActionFunction
from emulator.aws.errors import InternalFailure, NoOperation, NotImplementedYet, RequestEntityTooLarge, ServiceError
from emulator.clock import Clocks
from emulator.ids import Ids
from emulator.requests import Requests
from emulator.settings import Settings
from emulator.wire import json10, query, query_json
from emulator.wire.call import Call, Caller, Protocol, endpoint_of, operation_of, protocol_of, read_call, service_of
from emulator.wire.http import HttpRequest, HttpResponse, Unanswered

logger = logging.getLogger(__name__)

AnyAction = ActionFunction[Any, Any, Any]
Outcome = Shape | Coroutine[Any, Any, Shape | None] | None
# Performs an action in its own way; it gets the id of the request too.
Interference = Callable[[str, Operation[Any, Any], AnyAction, ActionContext[Any], Shape], Outcome]

_JSON10 = b"application/x-amz-json-1.0"
_JSON = b"application/json"
_XML = b"text/xml"
_HEAD = b"x-amzn-requestid: %b\r\ncontent-type: %b\r\ncontent-length: %d\r\n"


class Gateway:
    """Answers requests for AWS actions, on the states of both services."""

    def __init__(self, states: Mapping[Service, object], clocks: Clocks, ids: Ids, settings: Settings) -> None:
        self._states = states
        self._clocks = clocks
        self._ids = ids
        self.requests = Requests()
        self._external_url = settings.external_url
        self._enforce_policies = settings.enforce_policies
        self._default_caller = Caller(settings.account_id, settings.region)
        self.interference: Interference | None = None

    def answer(self, request: HttpRequest) -> HttpResponse | Coroutine[Any, Any, HttpResponse | Unanswered]:
        """The answer to ``request``, or a coroutine of it where the action has to wait."""
        reply = Reply(request, self.requests, time.perf_counter(), protocol_of(request))
        try:
            call = reply.call = read_call(request, reply.protocol, self._default_caller)
            reply.request_id = self._ids.of_requests(call.caller.account).uuid()
            if request.too_large:
                raise RequestEntityTooLarge
            operation = reply.operation = operation_of(call)
            outcome = self._perform(request, reply.request_id, call, operation)
        except Exception as error:  # noqa: BLE001 - a fault of ours is AWS's InternalFailure, and logged
            if reply.call is None:
                reply.request_id = self._ids.of_requests(self._default_caller.account).uuid()
            return reply.refusal(error)
        if outcome is None or isinstance(outcome, Shape):
            return reply.success(outcome)
        return _answer_later(reply, outcome)

    def _perform(self, request: HttpRequest, request_id: str, call: Call, operation: Operation[Any, Any]) -> Outcome:
        state = self._states[operation.service]
        action = REGISTRY.get((operation.service, operation.name))
        if action is None:
            raise NotImplementedYet(f"The action {operation.name} of {operation.service} is not emulated.")
        if call.protocol == "json":
            shape = json10.decode_request(operation, request.body)
        else:
            shape = query.decode_request(operation, call.params)
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
            return self.interference(request_id, operation, action, context, shape)
        return action(context, shape)


async def _answer_later(reply: "Reply", outcome: Coroutine[Any, Any, Shape | None]) -> HttpResponse | Unanswered:
    try:
        return reply.success(await outcome)
    except Unanswered as unanswered:
        return unanswered
    except Exception as error:  # noqa: BLE001 - as in Gateway.answer
        return reply.refusal(error)


class Reply(Struct, eq=False):
    """The answer to one request, in the protocol in which it came."""

    request: HttpRequest
    requests: Requests  # where it is counted
    since: float  # when it came, by the counter of performance
    protocol: Protocol
    call: Call | None = None
    operation: Operation[Any, Any] | None = None
    request_id: str = ""

    def success(self, result: Shape | None) -> HttpResponse:
        operation = self.operation
        assert operation is not None, "an action has answered"
        self.requests.count(operation, time.perf_counter() - self.since)
        if self.protocol == "json":
            return self._response(200, _JSON10, json10.encode_result(result))
        if self._wants_json:
            return self._response(200, _JSON, query_json.encode_result(operation, result, self.request_id))
        return self._response(200, _XML, query.encode_result(operation, result, self.request_id))

    def refusal(self, error: Exception) -> HttpResponse:
        if not isinstance(error, ServiceError):
            logger.error("%s %s failed", self.request.method, self.request.path, exc_info=error)
            error = InternalFailure()
        self.requests.count(self.operation, time.perf_counter() - self.since, error)
        if self.protocol == "json":
            response = self._response(error.status, _JSON10, json10.encode_error(error))
            response.head += f"x-amzn-query-error: {error.code};{error.fault}\r\n".encode()
            return response
        if isinstance(error, NoOperation):
            return self._response(error.status, _XML, f"<{error.shape}/>".encode())
        if self._wants_json:
            return self._response(error.status, _JSON, query_json.encode_error(error, self.request_id))
        service = self.call.service if self.call is not None else service_of(self.request)
        return self._response(error.status, _XML, query.encode_error(service or "sns", error, self.request_id))

    @property
    def _wants_json(self) -> bool:
        """Whether a query request asks for its answer as JSON, by the header Accept or the older ContentType."""
        if self.request.headers.get(b"accept", b"").lower().startswith(_JSON):
            return True
        return self.call is not None and self.call.params.get("ContentType", "").upper() == "JSON"

    def _response(self, status: int, content_type: bytes, body: bytes) -> HttpResponse:
        if logger.isEnabledFor(logging.INFO):
            self._log(status)
        return HttpResponse(status, _HEAD % (self.request_id.encode(), content_type, len(body)), body)

    def _log(self, status: int) -> None:
        call = self.call
        action = f"{call.service or '-'}.{call.action or '-'}" if call is not None else "-"
        milliseconds = round((time.perf_counter() - self.since) * 1000, 2)
        logger.info(
            "%s %s %.2f ms",
            action,
            status,
            milliseconds,
            extra={
                "action": action,
                "status": status,
                "duration_ms": milliseconds,
                "account": call.caller.account if call is not None else None,
                "region": call.caller.region if call is not None else None,
                "request_id": self.request_id,
            },
        )
