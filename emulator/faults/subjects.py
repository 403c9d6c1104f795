"""What requests are about: which actions a rule can mean, and which queue or topic a request is for."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any

from api_shapes import sns, sqs
from api_shapes.operation import Operation, Service, Shape
from emulator.aws.arns import Arn, arn
from emulator.sqs.queue_urls import parse_queue_url

AnyOperation = Operation[Any, Any]
Names = tuple[str, ...]  # of one queue or topic: its name and its ARN

OPERATIONS: Mapping[Service, Mapping[str, AnyOperation]] = {"sqs": sqs.OPERATIONS, "sns": sns.OPERATIONS}

_USER = re.compile(r"^([A-Za-z]+://)[^/?#]*@")  # in a URL
_BATCHES = ("entries", "publish_batch_request_entries")
_NEW_TOPICS = sns.CREATE_TOPIC.request


def operations_of(service: Service | None, action: str | None) -> list[AnyOperation]:
    """The operations of one service, or of both, whose names match."""
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
    """Whether its requests say which queue or topic they are for."""
    fields = operation.request.__struct_fields__
    return operation.request is _NEW_TOPICS or any(field in _READERS for field in fields)


def names_of(request: Shape, account: str, region: str) -> Names:
    """Names and ARNs of the queue or topic that an account's request is for."""
    return tuple(_names_of(request, account, region))


def names_in_arn(text: str) -> Names:
    """The ARN of a topic or a queue, also out of a subscription's, and the name in it."""
    parsed = Arn.parse(text)
    if parsed is None:
        return (text,)
    name = parsed.resource.partition(":")[0]
    return name, str(parsed._replace(resource=name))


def names_of_endpoint(endpoint: str) -> Names:
    """What a rule may call a subscriber; a URL also without its user."""
    return names_in_arn(endpoint) if endpoint.startswith("arn:") else (endpoint, _USER.sub(r"\1", endpoint))


def _names_of(request: Shape, account: str, region: str) -> Iterator[str]:
    if isinstance(request, _NEW_TOPICS):
        yield from (request.name, arn("sns", region, account, request.name))
        return
    for field in request.__struct_fields__:
        read = _READERS.get(field)
        value = getattr(request, field) if read is not None else None
        if read is not None and value is not None:
            yield from read(value, account, region)


def _in_url(url: str, account: str, region: str) -> Names:
    address = parse_queue_url(url)
    return address.name, arn("sqs", region, address.account or account, address.name)


def _in_arn(text: str, _: str, __: str) -> Names:
    return names_in_arn(text)


# By the field of a request, the names in it; given the account and the region of the caller.
_READERS: Mapping[str, Callable[[str, str, str], Names]] = {
    "queue_url": _in_url,
    "queue_name": _in_url,
    "source_arn": _in_arn,
    "topic_arn": _in_arn,
    "target_arn": _in_arn,
    "resource_arn": _in_arn,
    "subscription_arn": _in_arn,
}
