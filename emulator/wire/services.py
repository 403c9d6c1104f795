"""Which service and operation a request is for.

The service follows from X-Amz-Target (unless the body is a form), the credential scope, Version, Action, the host
name or the path, in this order of trust; a credential scope of a service that is not emulated counts after Version.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from api_shapes import sns, sqs, sts
from api_shapes.operation import AnyService, Operation, Shape
from emulator.wire.headers import host_of
from emulator.wire.http import HttpRequest

AnyOperation = Operation[Any, Any]


class _LaterOperations(Mapping[str, AnyOperation]):
    """The operations of a rarely used service, whose shapes are imported with the first request for one of them."""

    def __init__(self, load: Callable[[], Mapping[str, AnyOperation]], names: frozenset[str]) -> None:
        self._load = load
        self._names = names

    def __getitem__(self, name: str) -> AnyOperation:
        if name not in self._names:
            raise KeyError(name)
        return self._load()[name]

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def _operations_of_cloudformation() -> Mapping[str, AnyOperation]:
    from api_shapes import cloudformation

    return cloudformation.OPERATIONS


_CLOUDFORMATION = _LaterOperations(
    _operations_of_cloudformation,
    frozenset(
        (
            "CreateChangeSet",
            "CreateStack",
            "DeleteChangeSet",
            "DeleteStack",
            "DescribeChangeSet",
            "DescribeStackEvents",
            "DescribeStackResource",
            "DescribeStackResources",
            "DescribeStacks",
            "ExecuteChangeSet",
            "GetTemplate",
            "GetTemplateSummary",
            "ListExports",
            "ListStackResources",
            "ListStacks",
            "UpdateStack",
            "ValidateTemplate",
        )
    ),
)


def _operations_of_lambda() -> Mapping[str, AnyOperation]:
    from api_shapes import aws_lambda

    return aws_lambda.OPERATIONS


_LAMBDA = _LaterOperations(
    _operations_of_lambda,
    frozenset(
        (
            "CreateEventSourceMapping",
            "DeleteEventSourceMapping",
            "GetEventSourceMapping",
            "ListEventSourceMappings",
            "ListTags",
            "TagResource",
            "UntagResource",
            "UpdateEventSourceMapping",
        )
    ),
)
_USUAL: Mapping[str, Mapping[str, AnyOperation]] = {
    "sqs": sqs.OPERATIONS,
    "sns": sns.OPERATIONS,
    "sts": sts.OPERATIONS,
}
OPERATIONS: Mapping[str, Mapping[str, AnyOperation]] = {
    **_USUAL,
    "cloudformation": _CLOUDFORMATION,
    "lambda": _LAMBDA,
}
# Operations by X-Amz-Target header. SQS is the only emulated service that has targets.
TARGETS: Final[dict[bytes, AnyOperation]] = {
    f"{sqs.TARGET_PREFIX}.{name}".encode(): operation for name, operation in sqs.OPERATIONS.items()
}
# Operations by the service in the credential scope and the action of the query protocol, of the services that most use.
SCOPED: Final[dict[tuple[str, str | None], AnyOperation]] = {
    (service, name): operation for service, operations in _USUAL.items() for name, operation in operations.items()
}
# The types of their results.
RESULTS: Final[frozenset[type[Shape]]] = frozenset(
    operation.result for operation in SCOPED.values() if operation.result is not None
)

_LAMBDA_PATHS = ("/2015-03-31/event-source-mappings", "/2017-03-31/tags/")
_NO_OPERATIONS: Mapping[str, AnyOperation] = {}
_OWN_TARGET_PREFIXES = (sqs.TARGET_PREFIX, "AmazonSNS")
_TARGET = re.compile(r"(\w{1,64})\.\w+")
_VERSIONS: Mapping[str, AnyService] = {
    sqs.API_VERSION: "sqs",
    sns.API_VERSION: "sns",
    sts.API_VERSION: "sts",
    "2010-05-15": "cloudformation",
}
_QUEUE_PATH = re.compile(r"(?:/[^/]+)*/\d{12}/[^/]+/?")
_HOST_SERVICE = re.compile(r"(?:^|\.)(sqs|sns|sts|cloudformation|queue)[.-]")
_SERVICE_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,63}")  # in a credential scope
_RPC_PATH = re.compile(r"/service/(\w{1,64})/operation/(\w+)")  # of Smithy RPC v2
_S3_SIGNATURE = frozenset(("AWSAccessKeyId", "Signature", "Expires"))  # version 2, in a presigned URL


def operation_named(service: str | None, action: str | None) -> AnyOperation | None:
    return OPERATIONS.get(service or "", _NO_OPERATIONS).get(action or "")


def is_on_queue(path: str) -> bool:
    """Whether ``path`` is the path of a queue URL."""
    return path != "/" and _QUEUE_PATH.fullmatch(path) is not None


def works_on_a_queue(operation: AnyOperation) -> bool:
    """Whether ``operation`` can be called at the path of a queue URL."""
    return "queue_url" in operation.request.__struct_fields__ or operation is sqs.GET_QUEUE_URL


def service_and_action_of_target(header: bytes, scope: str | None) -> tuple[str | None, str | None]:
    """The service and operation in an X-Amz-Target header. ``scope`` is the service in the credential scope."""
    target = header.decode("latin-1")
    prefix, _, action = target.partition(".")
    if prefix == sqs.TARGET_PREFIX:
        return "sqs", action or None
    if scope is not None:
        other = scope if _is_other_name(scope) else None
    else:
        other = prefix if _TARGET.fullmatch(target) and prefix not in _OWN_TARGET_PREFIXES else None
    return other, action or None


def service_of_query(request: HttpRequest, params: Mapping[str, str], scope: str | None) -> str | None:
    """The service of a request of the query protocol; None if nothing in the request tells."""
    if scope is not None and scope in OPERATIONS:
        return scope
    by_version = _VERSIONS.get(params.get("Version", ""))
    if by_version is not None:
        return by_version
    if scope is not None and _is_other_name(scope):
        return scope
    owners = [service for service, operations in OPERATIONS.items() if params.get("Action") in operations]
    if len(owners) == 1:
        return owners[0]
    other = _unscoped_service(request, params)
    if other is not None:
        return other
    host = _HOST_SERVICE.search(host_of(request.headers))
    if host is not None:
        return "sqs" if host[1] == "queue" else host[1]
    if request.path.startswith(_LAMBDA_PATHS):
        return "lambda"
    return "sqs" if _QUEUE_PATH.fullmatch(request.path) else None


def _is_other_name(name: str) -> bool:
    """Whether ``name``, from a credential scope, is the name of a service that is not emulated."""
    return name not in ("sqs", "sns") and _SERVICE_NAME.fullmatch(name) is not None


def _unscoped_service(request: HttpRequest, params: Mapping[str, str]) -> str | None:
    """The service of a request without a credential scope, if its form belongs to one service that is not emulated."""
    if b"smithy-protocol" in request.headers:
        rpc = _RPC_PATH.fullmatch(request.path)
        return rpc[1] if rpc else None
    if request.headers.get(b"authorization", b"").startswith(b"AWS "):
        return "s3"
    return "s3" if params.keys() >= _S3_SIGNATURE and "Action" not in params else None
