"""The route that calls an AWS action, as any SDK does: through the gateway, with faults, policies and the log."""

from collections.abc import Mapping
from inspect import isawaitable
from time import perf_counter
from typing import Annotated, Any
from urllib.parse import urlsplit

import msgspec
from starlette.requests import Request

from api_shapes import sns, sqs
from api_shapes.operation import Operation, Service, Shape
from emulator.control.aws_address import aws_url
from emulator.control.equivalents import Equivalents, equivalents
from emulator.control.parameters import Account
from emulator.control.refusals import BadRequestError
from emulator.control.routing import Nothing
from emulator.control.run import Run
from emulator.serving.asgi import unless_gone
from emulator.wire.caller import Caller
from emulator.wire.form_writer import write_form
from emulator.wire.http import HttpRequest, HttpResponse
from emulator.wire.members import ListForm, MapForm, members
from emulator.world.world import World

_OPERATIONS: Mapping[str, Mapping[str, Operation[Any, Any]]] = {"sqs": sqs.OPERATIONS, "sns": sns.OPERATIONS}
_USER_AGENT = b"sqs-sns-emulator-control"

Region = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9-]{1,64}$", max_length=64)]


class ActionCall(msgspec.Struct, forbid_unknown_fields=True):
    """An action with its parameters as boto3 takes them, binary values in base64; and who calls it, and where.

    ``perform`` set to false asks for the equivalents alone, and nothing is done.
    """

    service: Service
    action: str
    parameters: dict[str, object] = {}
    account: Account | None = None
    region: Region | None = None
    perform: bool = True


class AwsError(msgspec.Struct):
    """An error of AWS, as its SDKs report it."""

    code: str
    message: str


class CalledAction(msgspec.Struct):
    """What AWS's interface answers: ``answer`` is what boto3 would return, binary values in base64; or ``error``.

    ``status`` is null if a fault dropped the answer. All but ``equivalents`` is null if nothing was performed.
    """

    status: int | None
    request_id: str | None
    milliseconds: float | None
    answer: dict[str, object] | None
    error: AwsError | None
    equivalents: Equivalents


async def call_action(world: World, run: Run, query: Nothing, body: ActionCall, request: Request) -> CalledAction:
    """Call an AWS action as an SDK does; the answer has the same call as code for boto3, the AWS CLI and Node.js.

    A long poll waits as it does for an SDK.
    """
    del world, query
    operation = _OPERATIONS[body.service].get(body.action)
    if operation is None:
        raise BadRequestError(f"action: {body.service} has no action `{body.action}`.")
    settings, url = run.settings, aws_url(run.settings, request)
    caller = Caller(body.account or settings.account_id, body.region or settings.region, signed=True)
    shape = _typed(operation, body.parameters)
    code = equivalents(operation, shape, caller, url)
    if not body.perform:
        return CalledAction(None, None, None, None, None, code)
    since = perf_counter()
    outcome = run.answer(_http_request(operation, shape, caller, url, request))
    response = await unless_gone(outcome, request.receive) if isawaitable(outcome) else outcome
    milliseconds = round((perf_counter() - since) * 1000, 2)
    if not isinstance(response, HttpResponse):
        return CalledAction(None, None, milliseconds, None, AwsError("Unanswered", "There was no answer."), code)
    headers = dict(response.headers)
    request_id = headers[b"x-amzn-requestid"].decode()
    content = msgspec.json.decode(response.body or b"{}")
    if response.status == 200:
        return CalledAction(200, request_id, milliseconds, _answer(operation, content), None, code)
    error = _error(content, headers)
    return CalledAction(response.status, request_id, milliseconds, None, error, code)


def _typed(operation: Operation[Any, Any], parameters: dict[str, object]) -> Shape:
    """The request with these parameters; BadRequestError where an SDK would not send it."""
    _refuse_unknown(operation.request, parameters, "$")
    try:
        shape: Shape = msgspec.convert(parameters, operation.request)
    except msgspec.ValidationError as error:
        raise BadRequestError(f"parameters: {error}") from None
    return shape


def _refuse_unknown(shape: type[Shape], value: object, path: str) -> None:
    """BadRequestError if there is a member that the shape does not have. Values of a wrong type are left alone."""
    if not isinstance(value, dict):
        return
    known = {member.name: member for member in members(shape)}
    for name, each in value.items():
        if name not in known:
            raise BadRequestError(f"parameters: unknown parameter `{name}` - at `{path}`; known: {', '.join(known)}")
        member = known[name]
        if not issubclass(member.type, Shape):
            continue
        for place, element in _elements(member.form, each):
            _refuse_unknown(member.type, element, f"{path}.{name}{place}")


def _elements(form: ListForm | MapForm | None, value: object) -> list[tuple[str, object]]:
    """The structures in a member, and where in it each is."""
    if form is None:
        return [("", value)]
    if isinstance(form, ListForm):
        return [(f"[{number}]", each) for number, each in enumerate(value)] if isinstance(value, list) else []
    return [(f".{key}", each) for key, each in value.items()] if isinstance(value, dict) else []


def _http_request(
    operation: Operation[Any, Any], shape: Shape, caller: Caller, url: str, request: Request
) -> HttpRequest:
    """The call as an SDK sends it, without a signature."""
    address = urlsplit(url)
    scope = f"{caller.account}/20000101/{caller.region}/{operation.service}/aws4_request"
    headers = {
        b"host": address.netloc.encode(),
        b"user-agent": _USER_AGENT,
        b"authorization": f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0".encode(),
    }
    if operation.service == "sqs":
        body = msgspec.json.encode(shape)
        headers[b"content-type"] = b"application/x-amz-json-1.0"
        headers[b"x-amz-target"] = f"{sqs.TARGET_PREFIX}.{operation.name}".encode()
    else:
        body = write_form(operation, shape)
        headers[b"content-type"] = b"application/x-www-form-urlencoded"
        headers[b"accept"] = b"application/json"
    client = request.scope.get("client")
    return HttpRequest("POST", address.scheme, "/", b"", headers, body, client=client, is_trusted=True)


def _answer(operation: Operation[Any, Any], content: dict[str, Any]) -> dict[str, object]:
    """The result, without the envelope of the query protocol and without what is absent."""
    if operation.service == "sqs":
        return content
    result: dict[str, object] = content[f"{operation.name}Response"].get(f"{operation.name}Result", {})
    return {name: _present(value) for name, value in result.items() if value is not None}


def _present(value: object) -> object:
    match value:
        case dict():
            return {name: _present(each) for name, each in value.items() if each is not None}
        case list():
            return [_present(each) for each in value]
    return value


def _error(content: dict[str, Any], headers: Mapping[bytes, bytes]) -> AwsError:
    if "Error" in content:
        return AwsError(content["Error"]["Code"], content["Error"]["Message"])
    code = headers[b"x-amzn-query-error"].decode().partition(";")[0]
    return AwsError(code, content["message"])
