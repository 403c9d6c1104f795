"""Which account a call belongs to: that of the resource which it addresses, else that of its caller."""

from collections.abc import Callable, Mapping
from functools import cache

from api_shapes.operation import Shape
from emulator.aws.arns import Arn
from emulator.aws.errors import ServiceError
from emulator.sqs.move_task import TaskHandle
from emulator.sqs.queue_urls import parse_queue_url
from emulator.wire.call import Call

ReadsAccount = Callable[[str], str | None]


def account_of(call: Call) -> str | None:
    """The account that ``call`` belongs to; None where it cannot be read, so that no state decides its answer."""
    shape = call.shape
    if shape is None:
        return None
    for field, read in _addresses_in(type(shape)):
        value = getattr(shape, field)
        if value is not None:
            return read(value) or call.caller.account
    return call.caller.account


def account_in_arn(text: str) -> str | None:
    """The account in an ARN; None where there is none."""
    arn = Arn.parse(text)
    return None if arn is None else _account(arn.account)


def _account_in_url(url: str) -> str | None:
    return _account(parse_queue_url(url).account)


def _account_in_handle(text: str) -> str | None:
    try:
        return account_in_arn(TaskHandle.parse(text).source_arn)
    except ServiceError:
        return None


def _account(text: str | None) -> str | None:
    return text if text is not None and len(text) == 12 and text.isascii() and text.isdigit() else None


# By field of a request that addresses a resource: what reads the account in it. The first one that is given counts.
ADDRESSES: Mapping[str, ReadsAccount] = {
    "queue_url": _account_in_url,
    "queue_owner_aws_account_id": _account,
    "source_arn": account_in_arn,
    "task_handle": _account_in_handle,
    "topic_arn": account_in_arn,
    "target_arn": account_in_arn,
    "resource_arn": account_in_arn,
    "subscription_arn": account_in_arn,
    "platform_application_arn": account_in_arn,
    "endpoint_arn": account_in_arn,
}


@cache
def _addresses_in(kind: type[Shape]) -> tuple[tuple[str, ReadsAccount], ...]:
    """The fields of a type of requests that address a resource."""
    fields = kind.__struct_fields__
    return tuple((field, read) for field, read in ADDRESSES.items() if field in fields)
