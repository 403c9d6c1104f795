"""A configuration file as a whole: its options, what it declares, and all of its mistakes."""

from dataclasses import replace
from typing import Any, NamedTuple

import msgspec

from emulator.declared.applying import NOTHING, Applied
from emulator.declared.calls import Calls
from emulator.declared.declarations import Declarations, declarations_of
from emulator.declared.document import Document, Mistakes
from emulator.declared.file_options import options_of
from emulator.declared.loading import checked_document
from emulator.declared.state_file import restore_state
from emulator.options import OptionError, settings_of
from emulator.settings import Settings
from emulator.sqs.queue import Queue
from emulator.state.document import State
from emulator.state.exporting import WHOLE, export_at_present
from emulator.state.queues import StoredQueue, queue_without_contents
from emulator.world import World


class Present(NamedTuple):
    """What there is before a file is applied: things that it may refer to, or change."""

    state: State | None = None
    declared: Declarations = NOTHING  # by the file as it was before
    keep_time: bool = False  # whether the clock stays as it is in the state


NOTHING_PRESENT = Present()


def state_without_messages(world: World) -> State:
    """The state of a World that is in use, as far as a file may refer to it."""
    world.advance()
    return export_at_present(world, None, WHOLE._replace(queue=_emptied))


def _emptied(queue: Queue) -> StoredQueue:
    """A queue as it would be without its messages."""
    stored = queue_without_contents(queue)
    stored.attempts, stored.group_order, stored.tenants = [], [], []
    return stored


async def check_file(document: Document) -> Declarations:
    """What a file declares, with its own options; DocumentError with all mistakes of the file."""
    mistakes = Mistakes(document)
    values = options_of(document, mistakes)
    settings = Settings()
    try:
        settings = settings_of({name: document.content["options"][name] for name in values}, Settings(config="-"))
    except OptionError as error:
        mistakes.add(("options",), str(error))
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
    declarations = declarations_of(document, mistakes, settings.account_id, settings.region)
    await _try(declarations, settings, present, mistakes)
    mistakes.check()
    return declarations


async def _try(declarations: Declarations, settings: Settings, present: Present, mistakes: Mistakes) -> None:
    world = World(replace(settings, auto_confirm=True, smtp_url=None, lambda_urls={}))
    try:
        if present.state is not None:
            quiet = msgspec.structs.replace(present.state, deliveries=[], move_tasks=[], outbox=[])
            restore_state(world, settings.state or "", quiet)
        applied = Applied(Calls(world, settings, "http://localhost"), present.declared)
        await applied.apply(declarations, mistakes, keep_time=present.keep_time)
    finally:
        world.close()
        await world.finish()


async def declare_in(
    world: World, content: dict[str, Any], settings: Settings, account: str | None, region: str | None
) -> Declarations:
    """Make what a configuration declares in a World that is in use, and return it. DocumentError if it has mistakes.

    With an ``account``, its faults and its clock are those of the account too.
    """
    document = checked_document(Document("body", content))
    mistakes = Mistakes(document)
    here = replace(settings, account_id=account or settings.account_id, region=region or settings.region)
    declarations = declarations_of(document, mistakes, here.account_id, here.region)
    if account is not None:
        declarations.confine(account)
    await _try(declarations, here, Present(state_without_messages(world)), mistakes)
    mistakes.check()
    endpoint = f"{'https' if settings.tls else 'http'}://localhost:{settings.port}"
    await Applied(Calls(world, settings, endpoint)).apply(declarations, mistakes)
    mistakes.check()
    return declarations
