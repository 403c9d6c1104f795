"""The properties of requests and endpoints that rules match: operations, batch entries, names."""

import re
from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any

from api_shapes import sns, sqs
from api_shapes.operation import Operation, Service, Shape
from emulator.actions.subjects import Names, has_subject, names_in_arn

AnyOperation = Operation[Any, Any]

OPERATIONS: Mapping[Service, Mapping[str, AnyOperation]] = {"sqs": sqs.OPERATIONS, "sns": sns.OPERATIONS}

_USER = re.compile(r"^([A-Za-z]+://)[^/?#]*@")  # in a URL
_BATCHES = ("entries", "publish_batch_request_entries")


def operations_of(service: Service | None, action: str | None) -> list[AnyOperation]:
    """The operations, of one service or of both, whose names match."""
    return [
        operation
        for name, operations in OPERATIONS.items()
        if service in (None, name)
        for operation in operations.values()
        if action is None or fnmatchcase(operation.name, action)
    ]


def is_batch(operation: AnyOperation) -> bool:
    return any(field in _BATCHES for field in operation.request.__struct_fields__)


def entry_ids(request: Shape) -> list[str]:
    """The ids of a batch's entries."""
    entries: Sequence[Any] = next(getattr(request, field) for field in _BATCHES if hasattr(request, field))
    return [entry.id for entry in entries]


def has_resource(operation: AnyOperation) -> bool:
    """Whether requests of this operation name a queue or topic."""
    return has_subject(operation.request)


def names_of_endpoint(endpoint: str) -> Names:
    """The names that a rule may use for a subscriber; for a URL also the URL without its user."""
    return names_in_arn(endpoint) if endpoint.startswith("arn:") else (endpoint, _USER.sub(r"\1", endpoint))
