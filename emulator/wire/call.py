"""What a request is: which service and action, by which protocol, and who calls.

The service follows from X-Amz-Target (unless the body is a form), the credential scope, Version, Action, the host
name or the path, in this order of trust; a credential scope of a service that is not emulated counts after Version.
Account and region follow from the access key and the credential scope.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Literal
from urllib.parse import unquote

from msgspec import Struct

from api_shapes import sns, sqs, sts
from api_shapes.operation import AnyService, Operation
from emulator.aws.errors import (
    InvalidAction,
    MalformedQueryString,
    MissingAction,
    NoOperation,
    NotImplementedYet,
    ServiceError,
    UnknownOperation,
)
from emulator.wire.http import Headers, HttpRequest
from emulator.wire.query import parse_form, refuse_another_value

Protocol = Literal["json", "query"]

OPERATIONS: Mapping[str, Mapping[str, Operation[Any, Any]]] = {
    "sqs": sqs.OPERATIONS,
    "sns": sns.OPERATIONS,
    "sts": sts.OPERATIONS,
}

_NO_OPERATIONS: Mapping[str, Operation[Any, Any]] = {}
_TARGETS = {f"{sqs.TARGET_PREFIX}.{action}".encode(): action for action in sqs.OPERATIONS}
_OWN_TARGET_PREFIXES = (sqs.TARGET_PREFIX, "AmazonSNS")
_TARGET = re.compile(r"(\w{1,64})\.\w+")
_VERSIONS: Mapping[str, AnyService] = {sqs.API_VERSION: "sqs", sns.API_VERSION: "sns", sts.API_VERSION: "sts"}
_CREDENTIAL = re.compile(r"Credential=([^,\s]+)")
_ACCOUNT = re.compile(r"\d{12}")
_QUEUE_PATH = re.compile(r"(?:/[^/]+)*/\d{12}/[^/]+/?")
_HOST_REGION = re.compile(r"(?:^|\.)([a-z]{2,3}(?:-[a-z]+)+-\d)\.")
_HOST_SERVICE = re.compile(r"(?:^|\.)(sqs|sns|sts|queue)[.-]")
_SERVICE_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,63}")  # in a credential scope
_RPC_PATH = re.compile(r"/service/(\w{1,64})/operation/(\w+)")  # of Smithy RPC v2
_S3_SIGNATURE = frozenset(("AWSAccessKeyId", "Signature", "Expires"))  # version 2, in a presigned URL
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
    service: str | None  # as its credential scope or its target names it; None where nothing tells
    action: str | None
    caller: Caller
    on_queue: bool  # whether it came to a queue's path
    params: Mapping[str, str]  # of the query protocol; else empty

    @property
    def is_elsewhere(self) -> bool:
        """Whether it is for a service that is not emulated."""
        return self.service is not None and self.service not in OPERATIONS


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
        credentials = _credentials(request.headers, _NO_PARAMS)
        service, action = _target(request.headers.get(b"x-amz-target", b""), credentials)
        return Call("json", service, action, _caller(request, credentials, default), on_queue, _NO_PARAMS)
    try:
        params = _params(request)
    except MalformedQueryString:
        if service_of(request) in (None, *OPERATIONS):
            raise
        params = {}  # the bodies and queries of other services need not be forms
    if on_queue:
        params.setdefault("QueueUrl", request.path)
    credentials = _credentials(request.headers, params)
    caller = _caller(request, credentials, default)
    return Call("query", _service(request, params, credentials), params.get("Action"), caller, on_queue, params)


def _target(header: bytes, credentials: Credentials | None) -> tuple[str | None, str | None]:
    """Service and action of a JSON request by its X-Amz-Target. SQS is the only emulated service that has targets."""
    known = _TARGETS.get(header)
    if known is not None:
        return "sqs", known
    target = header.decode("latin-1")
    prefix, _, action = target.partition(".")
    if prefix == sqs.TARGET_PREFIX:
        return "sqs", action or None
    if credentials is not None:
        other = credentials.service if _is_other_name(credentials.service) else None
    else:
        other = prefix if _TARGET.fullmatch(target) and prefix not in _OWN_TARGET_PREFIXES else None
    return other, action or None


def _is_other_name(name: str) -> bool:
    """Whether ``name``, of a credential scope, is that of a service other than SQS and SNS."""
    return name not in ("sqs", "sns") and _SERVICE_NAME.fullmatch(name) is not None


def operation_of(call: Call) -> Operation[Any, Any]:
    """The operation ``call`` asks for, or the error that says there is none."""
    operation = OPERATIONS.get(call.service or "", _NO_OPERATIONS).get(call.action or "")
    if operation is None:
        raise _no_operation(call)
    if call.on_queue and call.protocol == "query" and operation.service == "sqs" and not _works_on_a_queue(operation):
        raise InvalidAction.of(operation.name)
    return operation


def _no_operation(call: Call) -> ServiceError:
    """The error for a call whose operation does not exist."""
    if call.is_elsewhere:
        return NotImplementedYet.of_service(call.service or "", call.action)
    if call.service == "sts" and call.action:
        return NotImplementedYet.of_sts(call.action)
    if call.protocol == "json":
        return UnknownOperation()
    if call.action is None:
        return NoOperation() if call.on_queue else MissingAction()
    return InvalidAction.of(call.action)


def service_of(request: HttpRequest) -> str | None:
    """The service a query request means whose parameters cannot be read, as far as anything tells."""
    return _service(request, _NO_PARAMS, _credentials(request.headers, _NO_PARAMS))


def _service(request: HttpRequest, params: Mapping[str, str], credentials: Credentials | None) -> str | None:
    if credentials is not None and credentials.service in OPERATIONS:
        return credentials.service
    by_version = _VERSIONS.get(params.get("Version", ""))
    if by_version is not None:
        return by_version
    if credentials is not None and _is_other_name(credentials.service):
        return credentials.service
    owners = [service for service, operations in OPERATIONS.items() if params.get("Action") in operations]
    if len(owners) == 1:
        return owners[0]
    other = _unscoped_service(request, params)
    if other is not None:
        return other
    host = _HOST_SERVICE.search(_host(request.headers))
    if host is not None:
        return "sqs" if host[1] == "queue" else host[1]
    return "sqs" if _QUEUE_PATH.fullmatch(request.path) else None


def _unscoped_service(request: HttpRequest, params: Mapping[str, str]) -> str | None:
    """A service that is not emulated, of a request without a credential scope but in a form that is its own."""
    if b"smithy-protocol" in request.headers:
        rpc = _RPC_PATH.fullmatch(request.path)
        return rpc[1] if rpc else None
    if request.headers.get(b"authorization", b"").startswith(b"AWS "):
        return "s3"
    return "s3" if params.keys() >= _S3_SIGNATURE and "Action" not in params else None


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
