"""A configuration file as a whole: its options, what it declares, and all of its mistakes."""

from dataclasses import replace
from typing import Any, NamedTuple

import msgspec

from emulator.configuration.options import OptionError, settings_of
from emulator.configuration.settings import Settings
from emulator.declared.applying import NOTHING, Applied
from emulator.declared.calls import Calls
from emulator.declared.declarations import Declarations, declarations_of
from emulator.declared.document import Document, Mistakes
from emulator.declared.file_options import options_of
from emulator.declared.loading import checked_document
from emulator.declared.state_file import restore_state
from emulator.sqs.queue import Queue
from emulator.state.document import State
from emulator.state.exporting import WHOLE, export_at_present
from emulator.state.queues import StoredQueue, queue_without_contents
from emulator.world.world import World


class Present(NamedTuple):
    """What there is before a file is applied: things that it may refer to, or change."""

    state: State | None = None
    declared: Declarations = NOTHING  # by the file as it was before
    keep_time: bool = False  # whether the clock stays as it is in the state


NOTHING_PRESENT = Present()
_ENDPOINT = "http://localhost"  # of emulators that only try


def state_without_messages(world: World) -> State:
    """The state of a World that is in use, as far as a file may refer to it."""
    world.advance()
    return export_at_present(world, None, WHOLE._replace(queue=_emptied))


def _emptied(queue: Queue) -> StoredQueue:
    """A queue as it would be without its messages."""
    stored = queue_without_contents(queue)
    stored.attempts, stored.group_order, stored.tenants = [], [], []
    return stored


def complete(document: Document | None, settings: Settings) -> Document | None:
    """The configuration with the templates and plans of the options beside it; None if there is nothing of all that.

    DocumentError if one of the files cannot be read.
    """
    if not settings.templates and not settings.terraform_plans:
        return document
    from emulator.infrastructure.files import with_infrastructure

    return with_infrastructure(document or Document("", {}), settings)


async def check_file(document: Document) -> Declarations:
    """What a file declares, with its own options; DocumentError with all mistakes of the file."""
    values = options_of(document, Mistakes(document))
    settings, problem = Settings(), None
    try:
        settings = settings_of({name: document.content["options"][name] for name in values}, Settings(config="-"))
    except OptionError as error:
        problem = str(error)
    document = document if document.beside else complete(document, settings) or document
    mistakes = Mistakes(document)
    options_of(document, mistakes)
    if problem is not None:
        mistakes.add(("options",), problem)
    return await check(document, settings, mistakes=mistakes)


async def check(
    document: Document, settings: Settings, present: Present = NOTHING_PRESENT, mistakes: Mistakes | None = None
) -> Declarations:
    """What a file declares; DocumentError with all of its mistakes, and with those in ``mistakes``.

    Everything is tried on an emulator of its own, which has what is ``present``. Nothing is sent to anyone.
    """
    if mistakes is None:
        mistakes = Mistakes(document)
        options_of(document, mistakes)
    declarations = declared_by(document, mistakes, settings, _ENDPOINT)
    await try_out(declarations, settings, present, mistakes)
    mistakes.check()
    return declarations


def declared_by(document: Document, mistakes: Mistakes, settings: Settings, endpoint: str) -> Declarations:
    """What a file and those beside it declare. Adds to ``mistakes``. ``endpoint`` is for the URLs of queues."""
    declarations = declarations_of(document, mistakes, settings.account_id, settings.region)
    if document.beside:
        from emulator.infrastructure.files import declare_infrastructure

        declare_infrastructure(document, settings, settings.external_url or endpoint, declarations, mistakes)
    if declarations.mappings:
        from emulator.declared.mappings import unreachable

        declarations.notices += unreachable(declarations.mappings.values(), settings)
    return declarations


async def try_out(declarations: Declarations, settings: Settings, present: Present, mistakes: Mistakes) -> None:
    """Make what is declared on an emulator of its own; what cannot be made is added to ``mistakes``."""
    world = World(replace(settings, auto_confirm=True, smtp_url=None, lambda_urls={}, lambda_endpoint=None))
    try:
        if present.state is not None:
            quiet = msgspec.structs.replace(present.state, deliveries=[], move_tasks=[], outbox=[])
            restore_state(world, settings.state or "", quiet)
        applied = Applied(Calls(world, settings, _ENDPOINT), present.declared)
        await applied.apply(declarations, mistakes, keep_time=present.keep_time)
    finally:
        world.close()
        await world.finish()


class FileTexts(NamedTuple):
    """Templates and plans as texts, each with ``file``, ``text`` and ``stack``, and the parameters of templates."""

    templates: list[dict[str, str]]
    template_parameters: dict[str, str]
    terraform_plans: list[dict[str, str]]


async def declare_in(
    world: World,
    content: dict[str, Any],
    texts: FileTexts,
    settings: Settings,
    account: str | None,
    region: str | None,
) -> Declarations:
    """Make what a configuration declares in a World that is in use, and return it. DocumentError if it has mistakes.

    ``texts`` are of files beside it. With an ``account``, faults and the clock are those of the account too.
    """
    document = _with_texts(checked_document(Document("body", content)), texts)
    mistakes = Mistakes(document)
    here = replace(
        settings,
        account_id=account or settings.account_id,
        region=region or settings.region,
        template_parameters=texts.template_parameters,
    )
    endpoint = f"{'https' if settings.tls else 'http'}://localhost:{settings.port}"
    declarations = declared_by(document, mistakes, here, endpoint)
    if account is not None:
        declarations.confine(account)
    await try_out(declarations, here, Present(state_without_messages(world)), mistakes)
    mistakes.check()
    await Applied(Calls(world, settings, endpoint)).apply(declarations, mistakes)
    mistakes.check()
    return declarations


def _with_texts(document: Document, texts: FileTexts) -> Document:
    if not texts.templates and not texts.terraform_plans:
        return document
    from emulator.infrastructure.files import with_texts

    return with_texts(document, texts.templates, texts.terraform_plans)
