"""From a request to its Call: in which protocol it came, who calls, which operation is meant, and the typed request."""

from collections.abc import Mapping
from typing import Final

from emulator.aws.errors import (
    MalformedInput,
    MalformedQueryString,
    NotImplementedYet,
    RequestEntityTooLarge,
    ServiceError,
)
from emulator.wire.call import Call, WireProtocol
from emulator.wire.caller import Caller
from emulator.wire.callers import Callers
from emulator.wire.form import parse_form, refuse_another_value
from emulator.wire.headers import media_type_of
from emulator.wire.http import HttpRequest
from emulator.wire.protocols import JSON10, QUERY_JSON, QUERY_XML, QueryJson
from emulator.wire.services import (
    SCOPED,
    TARGETS,
    is_on_queue,
    operation_named,
    service_and_action_of_target,
    service_of_query,
    works_on_a_queue,
)

_NO_PARAMS: Final[Mapping[str, str]] = {}
_FORM: Final = b"application/x-www-form-urlencoded"
_AMAZON_JSON: Final = b"application/x-amz-json-"


class CallReader:
    """Reads requests. ``query_json`` writes the answers of the query protocol where JSON is asked for."""

    def __init__(self, callers: Callers, query_json: QueryJson = QUERY_JSON) -> None:
        self._callers = callers
        self._query_json = query_json

    def read(self, request: HttpRequest) -> Call:
        """The call in ``request``, with the typed request or the error why there is none. Raises nothing."""
        try:
            call = self.identify(request)
        except Exception as error:  # noqa: BLE001 - a fault of ours, which the gateway logs
            return Call(request, QUERY_XML, None, None, self._callers.default, _NO_PARAMS, error=error)
        if call.error is None:
            try:
                if request.too_large and not call.is_elsewhere:
                    call.operation = None
                    raise RequestEntityTooLarge
                operation = call.operation
                if operation is None:
                    raise _why_no_operation(call)
                call.shape = call.protocol.read(operation, call)
            except Exception as error:  # noqa: BLE001 - as above, where it is no ServiceError
                call.error = error
        return call

    def identify(self, request: HttpRequest) -> Call:
        """The call in ``request``, without the typed request, and with an error only where it cannot be taken apart.

        A form is a form although X-Amz-Target may stand beside it, as some clients send it.
        """
        headers = request.headers
        media_type = media_type_of(headers.get(b"content-type", b""))
        if media_type != _FORM and (b"x-amz-target" in headers or media_type.startswith(_AMAZON_JSON)):
            return self._json_call(request)
        return self._query_call(request, media_type)

    def _json_call(self, request: HttpRequest) -> Call:
        headers = request.headers
        signer = self._callers.signer_of(headers, _NO_PARAMS)
        caller = self._callers.unsigned(headers) if signer is None else signer.caller
        target = headers.get(b"x-amz-target", b"")
        operation = TARGETS.get(target)
        if operation is not None:
            return Call(request, JSON10, "sqs", operation.name, caller, _NO_PARAMS, operation)
        service, action = service_and_action_of_target(target, None if signer is None else signer.service)
        operation = operation_named(service, action)
        call = Call(request, JSON10, service, action, caller, _NO_PARAMS, operation)
        if call.is_elsewhere:
            from emulator.wire.other_services import JSON

            call.protocol = JSON
        return call

    def _query_call(self, request: HttpRequest, media_type: bytes) -> Call:
        headers = request.headers
        unparsed: ServiceError | None = None
        try:
            usual = media_type == _FORM and not request.query and request.method == "POST"
            params = parse_form(request.body) if usual else _params(request, media_type)
        except (MalformedQueryString, MalformedInput) as error:
            params, unparsed = {}, error  # the bodies and queries of other services need not be forms
        on_queue = request.path != "/" and is_on_queue(request.path)
        if on_queue:
            params.setdefault("QueueUrl", request.path)
        signer = self._callers.signer_of(headers, params)
        caller = self._callers.unsigned(headers) if signer is None else signer.caller
        action = params.get("Action")
        # The usual operation is found by one look-up, with the result of the following functions.
        operation = None if signer is None else SCOPED.get((signer.service, action))
        if operation is not None:
            service: str | None = operation.service
        else:
            service = service_of_query(request, params, None if signer is None else signer.service)
            operation = operation_named(service, action)
        if on_queue and operation is not None and operation.service == "sqs" and not works_on_a_queue(operation):
            operation = None
        if service == "lambda":
            return _rest_call(request, caller)
        call = Call(request, self._answers_in(request, params), service, action, caller, params, operation)
        if unparsed is not None:
            call.error, unparsed = unparsed, None  # as in ``Call.take_error``
        if operation is None and call.is_elsewhere:
            from emulator.wire.other_services import protocol_of

            call.protocol, call.error = protocol_of(request, service, action), None
        return call

    def _answers_in(self, request: HttpRequest, params: Mapping[str, str]) -> WireProtocol:
        """The protocol of the answer to a query request."""
        headers = request.headers
        if b"accept" not in headers and "ContentType" not in params:  # the usual case
            return QUERY_XML
        return self._query_json if self._query_json.is_asked_for(headers, params) else QUERY_XML


def _rest_call(request: HttpRequest, caller: Caller) -> Call:
    """A call of Lambda, whose operation is said by the method and the path."""
    from emulator.wire.rest_json import REST_JSON, operation_of

    operation = operation_of(request)
    action = None if operation is None else operation.name
    return Call(request, REST_JSON, "lambda", action, caller, _NO_PARAMS, operation)


def _params(request: HttpRequest, media_type: bytes) -> dict[str, str]:
    """The parameters of the query string and, in a POST, of the form; MalformedInput where they contradict."""
    in_url = parse_form(request.query) if request.query else {}
    is_form = media_type == _FORM or b"content-type" not in request.headers
    if request.method != "POST" or not is_form:
        return in_url
    params = parse_form(request.body)
    for name, value in in_url.items():
        refuse_another_value(params, name, value)
    return in_url | params if in_url else params


def _why_no_operation(call: Call) -> ServiceError:
    if call.service in ("sts", "cloudformation") and call.action:
        return NotImplementedYet.of_action(call.service, call.action)
    return call.protocol.no_operation(call)
