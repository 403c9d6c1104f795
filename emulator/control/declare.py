"""The route that makes what a configuration declares."""

from typing import Annotated, Any

import msgspec

from emulator.configuration.document_error import DocumentError
from emulator.control.parameters import Account
from emulator.control.refusals import BadRequestError
from emulator.control.run import Run
from emulator.world.world import World


class DeclareQuery(msgspec.Struct, forbid_unknown_fields=True):
    """Where queues and topics are made that name no other account or region; without them as the options say.

    With an ``account`` the faults and the clock are also those of that account.
    """

    account: Account | None = None
    region: Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")] | None = None


class FileText(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """A file as text. ``file`` is its name, for mistakes; a template has the name of a ``stack`` too."""

    file: str
    text: str
    stack: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z][A-Za-z0-9-]*$", max_length=128)] = "stack"


class Configuration(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """The sections of a configuration file; `sqs-sns-emulator config schema` prints their schema.

    Templates of CloudFormation, the values of their parameters, and plans of Terraform can be beside them.
    """

    schema: Any = msgspec.field(name="$schema", default=None)
    options: Any = None
    clock: Any = None
    queues: Any = None
    topics: Any = None
    subscriptions: Any = None
    event_source_mappings: Any = None
    faults: Any = None
    principals: Any = None
    templates: list[FileText] = []
    template_parameters: dict[str, str] = {}
    terraform_plans: list[FileText] = []


class Declared(msgspec.Struct, omit_defaults=True):
    """How much was declared; some of it may have been there before."""

    queues: int
    topics: int
    subscriptions: int
    faults: int
    event_source_mappings: int = 0


async def declare(world: World, query: DeclareQuery, body: Configuration, run: Run) -> Declared:
    """Make what a configuration declares: all of it, or nothing.

    The body has the form of a configuration file in JSON. Its options are ignored: those are of a start.
    """
    from emulator.declared.configuration import FileTexts, declare_in

    content = msgspec.to_builtins(body)
    texts = FileTexts(
        content.pop("templates", []), content.pop("template_parameters", {}), content.pop("terraform_plans", [])
    )
    try:
        made = await declare_in(world, content, texts, run.settings, query.account, query.region)
    except DocumentError as error:
        raise BadRequestError(str(error)) from None
    return Declared(len(made.queues), len(made.topics), len(made.subscriptions), len(made.faults), len(made.mappings))
