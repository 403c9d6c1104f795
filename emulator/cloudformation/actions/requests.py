"""What the requests of several actions say: the stack, its template and its parameters."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime

from api_shapes import cloudformation as cfn
from emulator.aws.arns import arn
from emulator.cloudformation.errors import InsufficientCapabilities, ValidationError
from emulator.cloudformation.service import Context
from emulator.cloudformation.stack_record import Source, StackRecord
from emulator.infrastructure.template import Template

_NAME = re.compile(r"[a-zA-Z][-a-zA-Z0-9]{0,127}")
_IAM = "AWS::IAM::"
_MACROS, _NAMED = "CAPABILITY_AUTO_EXPAND", "CAPABILITY_NAMED_IAM"


def time(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


def stack_named(ctx: Context, name: str | None) -> StackRecord:
    """The stack of a name or id that was made; ValidationError if there is none."""
    found = None if name is None else ctx.state.stacks.find(ctx.account, ctx.region, name)
    if found is None:
        raise ValidationError(f"Stack with id {name} does not exist")
    return found


def check_name(name: str) -> None:
    if not _NAME.fullmatch(name):
        raise ValidationError(
            f"1 validation error detected: Value '{name}' at 'stackName' failed to satisfy constraint: Member must "
            "satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*"
        )


def new_stack(ctx: Context, name: str, status: str) -> StackRecord:
    """A stack that is not there yet."""
    check_name(name)
    id = arn("cloudformation", ctx.region, ctx.account, f"stack/{name}/{ctx.ids.uuid()}")
    return StackRecord(name, id, status, ctx.clocks.now_of(ctx.account), Source("{}"))


def body_of(body: str | None, url: str | None) -> str:
    """The template of a request; ValidationError if there is none."""
    if url is not None:
        raise ValidationError("TemplateURL is not emulated, as there is no S3 here: give TemplateBody.")
    if not body:
        raise ValidationError("Either Template URL or Template Body must be specified.")
    return body


def source_of(request: cfn.StackInput, before: Source | None, *, previous: bool | None = False) -> Source:
    """What a request makes a stack of. ``before`` is what it is made of until now, ``previous`` its template."""
    if previous and before is not None:
        template = before.template
    else:
        template = body_of(request.template_body, request.template_url)
    old = {} if before is None else before.parameters
    parameters = {}
    for each in request.parameters or []:
        key = each.parameter_key or ""
        if not each.use_previous_value:
            parameters[key] = each.parameter_value or ""
        elif key in old:
            parameters[key] = old[key]
    if request.tags is not None:
        tags = {tag.key: tag.value for tag in request.tags}
    else:
        tags = {} if before is None else before.tags
    return Source(template, parameters, tags, tuple(request.capabilities or ()))


def needed_capabilities(template: Template) -> list[str]:
    """What a caller has to acknowledge: that a template makes permissions, and that it has macros."""
    needed = []
    iam = [each for each in template.resources.values() if each.type.startswith(_IAM)]
    if iam:
        named = any(f"{each.type.removeprefix(_IAM)}Name" in each.properties for each in iam)
        needed.append(_NAMED if named else "CAPABILITY_IAM")
    if template.transforms:
        needed.append(_MACROS)
    return needed


def check_capabilities(template: Template, given: Iterable[str], *, macros: bool) -> None:
    """InsufficientCapabilities if the caller has not acknowledged what is needed; ``macros`` only where they matter."""
    known = set(given)
    if _NAMED in known:
        known.add("CAPABILITY_IAM")
    missing = [each for each in needed_capabilities(template) if each not in known and (macros or each != _MACROS)]
    if missing:
        raise InsufficientCapabilities(f"Requires capabilities : [{', '.join(missing)}]")
