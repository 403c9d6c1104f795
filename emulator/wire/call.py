"""What a request is: which service and action, by which protocol, and who calls.

The service follows from X-Amz-Target (unless the body is a form), the credential scope, Version, Action, the host
name or the path, in this order of trust. Account and region follow from the access key and the credential scope.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Literal
from urllib.parse import unquote

from msgspec import Struct

from api_shapes import sns, sqs
from api_shapes.operation import Operation, Service
from emulator.aws.errors import InvalidAction, MissingAction, NoOperation, UnknownOperation
from emulator.wire.http import Headers, HttpRequest
from emulator.wire.query import parse_form, refuse_another_value

Protocol = Literal["json", "query"]

OPERATIONS: Mapping[Service, Mapping[str, Operation[Any, Any]]] = {"sqs": sqs.OPERATIONS, "sns": sns.OPERATIONS}

_TARGETS = {f"{sqs.TARGET_PREFIX}.{action}".encode(): action for action in sqs.OPERATIONS}
_VERSIONS: Mapping[str, Service] = {sqs.API_VERSION: "sqs", sns.API_VERSION: "sns"}
_CREDENTIAL = re.compile(r"Credential=([^,\s]+)")
_ACCOUNT = re.compile(r"\d{12}")
_QUEUE_PATH = re.compile(r"(?:/[^/]+)*/\d{12}/[^/]+/?")
_HOST_REGION = re.compile(r"(?:^|\.)([a-z]{2,3}(?:-[a-z]+)+-\d)\.")
_HOST_SERVICE = re.compile(r"(?:^|\.)(sqs|sns|queue)[.-]")
_CACHED_BYTES = 256
_NO_PARAMS: Mapping[str, str] = {}
_FORM = b"application/x-www-form-urlencoded"
_AMAZON_JSON = b"application/x-amz-json-"


class Credentials(Struct, frozen=True):
    """The credential scope of a signed request. Signatures are not verified."""

    account: str | None  # an access key of 12 digits is an account's id
    region: str
    service: str


class Caller(Struct, frozen=True):
    account: str
    region: str
    signed: bool = False


class Call(Struct):
    """A request, as far as it can be understood without knowing its action."""

    protocol: Protocol
    service: Service | None  # None where nothing tells
    action: str | None
    caller: Caller
    on_queue: bool  # whether it came to a queue's path
    params: Mapping[str, str]  # of the query protocol; else empty


def protocol_of(request: HttpRequest) -> Protocol:
    """The protocol in which the caller expects its answer, also where the request makes no sense.

    A form is a form although X-Amz-Target may stand beside it, as some clients send it.
    """
    media_type = _media_type(request.headers.get(b"content-type", b""))
    if media_type != _FORM and (b"x-amz-target" in request.headers or media_type.startswith(_AMAZON_JSON)):
        return "json"
    return "query"


@lru_cache(maxsize=256)
def _media_type(header: bytes) -> bytes:
    """The media type in a Content-Type header, in lower case: https://www.rfc-editor.org/rfc/rfc9110#section-8.3.1."""
    return header.partition(b";")[0].strip().lower()


def read_call(request: HttpRequest, protocol: Protocol, default: Caller) -> Call:
    """What ``request`` says of itself; MalformedQueryString where its parameters cannot be read."""
    on_queue = request.path != "/" and _QUEUE_PATH.fullmatch(request.path) is not None
    if protocol == "json":
        service, action = _target(request.headers.get(b"x-amz-target", b""))
        caller = _caller(request, _credentials(request.headers, _NO_PARAMS), default)
        return Call("json", service, action, caller, on_queue, _NO_PARAMS)
    params = _params(request)
    if on_queue:
        params.setdefault("QueueUrl", request.path)
    credentials = _credentials(request.headers, params)
    caller = _caller(request, credentials, default)
    return Call("query", _service(request, params, credentials), params.get("Action"), caller, on_queue, params)


def _target(header: bytes) -> tuple[Service | None, str | None]:
    """Service and action in X-Amz-Target."""
    known = _TARGETS.get(header)
    if known is not None:
        return "sqs", known
    prefix, _, action = header.decode("latin-1").partition(".")
    return "sqs" if prefix == sqs.TARGET_PREFIX else None, action or None


def operation_of(call: Call) -> Operation[Any, Any]:
    """The operation ``call`` asks for, or the error that says there is none."""
    operation = OPERATIONS[call.service].get(call.action) if call.service and call.action else None
    if call.protocol == "json":
        if operation is None:
            raise UnknownOperation
        return operation
    if call.action is None:
        raise NoOperation if call.on_queue else MissingAction
    if operation is None or (call.on_queue and operation.service == "sqs" and not _works_on_a_queue(operation)):
        raise InvalidAction.of(call.action)
    return operation


def service_of(request: HttpRequest) -> Service | None:
    """The service a query request means whose parameters cannot be read, as far as anything tells."""
    return _service(request, _NO_PARAMS, _credentials(request.headers, _NO_PARAMS))


def _service(request: HttpRequest, params: Mapping[str, str], credentials: Credentials | None) -> Service | None:
    if credentials is not None and credentials.service in OPERATIONS:
        return "sqs" if credentials.service == "sqs" else "sns"
    by_version = _VERSIONS.get(params.get("Version", ""))
    if by_version is not None:
        return by_version
    owners: list[Service] = [
        service for service, operations in OPERATIONS.items() if params.get("Action") in operations
    ]
    if len(owners) == 1:
        return owners[0]
    host = _HOST_SERVICE.search(_host(request.headers))
    if host is not None:
        return "sns" if host[1] == "sns" else "sqs"
    return "sqs" if _QUEUE_PATH.fullmatch(request.path) else None


def _caller(request: HttpRequest, credentials: Credentials | None, default: Caller) -> Caller:
    """A 12-digit access key is an account id; who does not sign is found by the host's region."""
    if credentials is not None:
        return _signer(credentials, default)  # of whom there are few, who call again and again
    host_region = _HOST_REGION.search(_host(request.headers))
    return Caller(default.account, host_region[1] if host_region else default.region)


@lru_cache(maxsize=1024)
def _signer(credentials: Credentials, default: Caller) -> Caller:
    return Caller(credentials.account or default.account, credentials.region or default.region, signed=True)


def endpoint_of(request: HttpRequest) -> str:
    """Scheme, host and port by which the caller reached us."""
    return _endpoint(request.scheme, request.headers.get(b"host", b"localhost"))


@lru_cache(maxsize=1024)
def _endpoint(scheme: str, host: bytes) -> str:
    return f"{scheme}://{host.decode('latin-1')}"


def _works_on_a_queue(operation: Operation[Any, Any]) -> bool:
    return "queue_url" in operation.request.__struct_fields__ or operation is sqs.GET_QUEUE_URL


def _params(request: HttpRequest) -> dict[str, str]:
    """The parameters of the query string and, in a POST, of the form; MalformedInput where they contradict."""
    in_url = parse_form(request.query) if request.query else {}
    if request.method != "POST" or _media_type(request.headers.get(b"content-type", _FORM)) != _FORM:
        return in_url
    params = parse_form(request.body)
    for name, value in in_url.items():
        refuse_another_value(params, name, value)
    return in_url | params if in_url else params


def _credentials(headers: Headers, params: Mapping[str, str]) -> Credentials | None:
    """Of the Authorization header or a presigned URL."""
    authorization = headers.get(b"authorization")
    if authorization is None:
        return _scope(params["X-Amz-Credential"]) if "X-Amz-Credential" in params else None
    # SDKs begin with the credential: what a client sends in all of a day's requests, however they are signed.
    beginning = authorization.partition(b",")[0]
    credentials = _often_authorized(beginning) if len(beginning) < _CACHED_BYTES else None
    return credentials or _authorized(authorization)


@lru_cache(maxsize=4096)
def _often_authorized(beginning: bytes) -> Credentials | None:
    return _authorized(beginning)


def _authorized(header: bytes) -> Credentials | None:
    found = _CREDENTIAL.search(header.decode("latin-1"))
    return _scope(found[1]) if found else None


def _scope(scope: str) -> Credentials | None:
    """``{key}/{date}/{region}/{service}/aws4_request``."""
    parts = unquote(scope).split("/")
    if len(parts) < 5:
        return None
    return Credentials(parts[0] if _ACCOUNT.fullmatch(parts[0]) else None, parts[2], parts[3])


def _host(headers: Headers) -> str:
    return headers.get(b"host", b"").decode("latin-1").lower()
