"""A configuration file as a whole: its options, what it declares, and all of its mistakes."""

from dataclasses import replace

import msgspec

from emulator.declared.applying import Applied
from emulator.declared.calls import Calls
from emulator.declared.declarations import Declarations, declarations_of
from emulator.declared.document import Document, Mistakes
from emulator.declared.file_options import options_of
from emulator.declared.state_file import restore_state
from emulator.options import OptionError, settings_of
from emulator.settings import Settings
from emulator.state.document import State
from emulator.world import World


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
    document: Document, settings: Settings, state: State | None = None, mistakes: Mistakes | None = None
) -> Declarations:
    """What a file declares; DocumentError with all of its mistakes, and with those in ``mistakes``.

    Everything is tried on an emulator of its own, which has ``state``. Nothing is sent to anyone.
    """
    if mistakes is None:
        mistakes = Mistakes(document)
        options_of(document, mistakes)
    declarations = declarations_of(document, mistakes, settings.account_id, settings.region)
    world = World(replace(settings, auto_confirm=True, smtp_url=None, lambda_urls={}))
    try:
        if state is not None:
            restore_state(world, settings.state or "", msgspec.structs.replace(state, deliveries=[]))
        await Applied(Calls(world, settings, "http://localhost")).apply(declarations, mistakes)
    finally:
        world.close()
        await world.finish()
    mistakes.check()
    return declarations
