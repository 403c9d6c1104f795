"""Routes about Lambda functions and event source mappings."""

from collections.abc import Iterator
from typing import Annotated
from urllib.parse import urlsplit

import msgspec

from emulator.aws.arns import arn
from emulator.control.parameters import Account, AccountQuery
from emulator.control.refusals import BadRequestError, NotFoundError
from emulator.functions.mapping import EventSourceMapping
from emulator.sns.notification import timestamp
from emulator.sns.protocols import without_password
from emulator.world.world import World

# No line feed may follow: in Python's regular expressions $ also matches before a final one.
_Name = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_-]{1,140}(:[A-Za-z0-9_$-]{1,128})?$(?!\n)")]
_Region = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9-]{1,64}$(?!\n)")]
_Url = Annotated[
    str, msgspec.Meta(pattern=r"^([Hh][Tt][Tt][Pp][Ss]?|handler)://[^/?#]", description="speaks Lambda's Invoke")
]


class FunctionPath(msgspec.Struct):
    """A function: its account, its region, and its name, which can have a version or an alias."""

    account: Account
    region: _Region
    name: _Name


class FunctionUrl(msgspec.Struct, forbid_unknown_fields=True):
    """Where a function is called."""

    url: _Url


class ShownMapping(msgspec.Struct):
    """An event source mapping, and how far it is."""

    uuid: str
    account: str
    region: str
    queue: str  # ARN
    function: str  # ARN
    url: str | None  # at which the function is called
    enabled: bool
    batch_size: int
    window_seconds: int
    filters: list[str]
    reports_failures: bool
    maximum_concurrency: int | None
    modified_at: str
    under_way: int  # batches that the function has now
    last_result: str
    obstacle: str | None  # why the function gets no messages


class ShownFunction(msgspec.Struct):
    """A function that was registered while the emulator runs."""

    function: str  # ARN
    url: str


class ShownMappings(msgspec.Struct):
    mappings: list[ShownMapping]
    functions: list[ShownFunction]


def list_functions(world: World, query: AccountQuery) -> ShownMappings:
    """The event source mappings, what hinders them, and the functions that were registered."""
    wanted = query.account
    return ShownMappings(
        [_shown(world, each) for each in world.mappings if wanted in (None, each.place[0])],
        [
            ShownFunction(function, without_password(url))
            for function, url in world.targets.registered()
            if wanted in (None, function.split(":")[4])
        ],
    )


def register_function(world: World, path: FunctionPath, body: FunctionUrl) -> ShownFunction:
    """Have a function called at a URL from now on, until its account is reset."""
    if not _is_url(body.url) or (body.url.startswith("handler:") and not world.calls_handlers):
        raise BadRequestError(f"`url`: a URL is wanted, such as http://localhost:9000/, not {body.url}.")
    function = _arn(path)
    world.targets.register(function, body.url)
    return ShownFunction(function, without_password(body.url))


def forget_function(world: World, path: FunctionPath) -> None:
    """Forget the URL of a function."""
    if not world.targets.forget(_arn(path)):
        raise NotFoundError(f"No function {path.name} was registered in region {path.region} of {path.account}.")


def _is_url(text: str) -> bool:
    """Whether the address in it can be read."""
    try:
        return bool(urlsplit(text).netloc)
    except ValueError:
        return False


def _arn(path: FunctionPath) -> str:
    return arn("lambda", path.region, path.account, f"function:{path.name}")


def _shown(world: World, mapping: EventSourceMapping) -> ShownMapping:
    account, region = mapping.place
    triggers = world.triggers
    trigger = None if triggers is None else triggers.find(mapping.uuid)
    url = world.targets.url_of(mapping.function_arn)
    return ShownMapping(
        uuid=mapping.uuid,
        account=account,
        region=region,
        queue=mapping.queue_arn,
        function=mapping.function_arn,
        url=None if url is None else without_password(url),
        enabled=mapping.enabled,
        batch_size=mapping.batch_size,
        window_seconds=mapping.window_seconds,
        filters=list(mapping.filters),
        reports_failures=mapping.reports_failures,
        maximum_concurrency=mapping.maximum_concurrency,
        modified_at=timestamp(mapping.modified_at),
        under_way=0 if trigger is None else trigger.consumer.under_way,
        last_result="No records processed" if trigger is None else trigger.consumer.last_result,
        obstacle=None if triggers is None else triggers.obstacle(mapping),
    )


def unfinished_invocations(world: World, account: str | None) -> Iterator[EventSourceMapping]:
    """The mappings whose functions are being called, or will be without a move of a clock."""
    triggers = world.triggers
    for consumer in () if triggers is None else triggers.unfinished(account):
        yield consumer.mapping
