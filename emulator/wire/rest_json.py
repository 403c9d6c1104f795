"""REST with JSON, the protocol of Lambda. Imported with the first request for it.

https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html
"""

from typing import Any
from urllib.parse import parse_qsl, unquote

import msgspec

from api_shapes.aws_lambda import OPERATIONS, ROUTES, Route
from api_shapes.operation import Operation, Shape
from emulator.aws.errors import NotImplementedYet, ServiceError
from emulator.aws.lambda_errors import InvalidRequestContent, PathNotFound
from emulator.wire import json10
from emulator.wire.call import Call, WireProtocol, response
from emulator.wire.http import HttpRequest, HttpResponse

_JSON = b"application/json"


class RestJson(WireProtocol):
    """Lambda's protocol: members are in the path, in the query string and in a body of JSON."""

    name = "rest-json"

    def read(self, operation: Operation[Any, Any], call: Call) -> Shape:
        request = call.request
        members = _members_in_query(request, operation)
        if request.body:
            try:
                body = msgspec.json.decode(request.body)
            except (msgspec.DecodeError, RecursionError):
                raise InvalidRequestContent("Could not parse request body into json") from None
            if not isinstance(body, dict):
                raise InvalidRequestContent("Could not parse request body into json: an object is wanted")
            members |= body
        in_path = _members_in_path(ROUTES[operation.name], request.path)
        assert in_path is not None, "the operation was found by the path"
        members |= in_path
        strict = not request.query
        try:
            shape: Shape = msgspec.convert(members, operation.request, strict=strict)
        except msgspec.ValidationError as error:
            raise InvalidRequestContent(f"Could not parse request body into json: {error}") from None
        return shape

    def no_operation(self, call: Call) -> ServiceError:
        if call.request.path.startswith("/2015-03-31/functions"):
            return NotImplementedYet.of_action("lambda", f"{call.request.method} {call.request.path}")
        return PathNotFound(f"Unable to determine service/operation name to be authorized: {call.request.path}")

    def write_result(self, operation: Operation[Any, Any], call: Call, result: Shape | None) -> HttpResponse:
        status = ROUTES[operation.name].status
        return response(call, status, _JSON, json10.encode_result(result))

    def write_error(self, call: Call, error: ServiceError) -> HttpResponse:
        head = f"x-amzn-errortype: {error.shape}\r\n".encode()
        kind = "User" if error.fault == "Sender" else "Service"
        body = {"Type": kind, getattr(error, "member", "message"): error.message}
        return response(call, error.status, _JSON, json10.encode_result(body), head)


REST_JSON = RestJson()


def operation_of(request: HttpRequest) -> Operation[Any, Any] | None:
    """The operation of a request; None if there is none at its path."""
    path = request.path.rstrip("/")
    for name, route in ROUTES.items():
        if request.method == route.method and _members_in_path(route, path) is not None:
            return OPERATIONS[name]
    return None


def _members_in_path(route: Route, path: str) -> dict[str, str] | None:
    """The members in a path; None if the path is not one of ``route``."""
    begin, _, member = route.path.partition("{")
    path = path.rstrip("/")
    if not member:
        return {} if path == route.path else None
    value = path.removeprefix(begin)
    return {member[:-1]: unquote(value)} if value and value != path and "/" not in value else None


def _members_in_query(request: HttpRequest, operation: Operation[Any, Any]) -> dict[str, Any]:
    """The members in the query string: texts, and for UntagResource the list of each name's values."""
    members: dict[str, Any] = {}
    for name, value in parse_qsl(request.query.decode("latin-1"), keep_blank_values=True):
        if operation.name == "UntagResource":
            members.setdefault(name, []).append(value)
        else:
            members[name] = value
    return members
