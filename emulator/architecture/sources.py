"""The model of what a file of any kind declares or holds."""

import asyncio
import re
from dataclasses import replace
from pathlib import Path

from msgspec.structs import replace as with_fields

from emulator.architecture.model import Architecture
from emulator.architecture.of_declarations import architecture_of
from emulator.architecture.of_world import architecture_of as architecture_of_world
from emulator.aws.place import EVERYWHERE
from emulator.configuration.document_error import DocumentError
from emulator.configuration.settings import Settings
from emulator.declared.document import Document
from emulator.declared.state_file import read_state, restore_state
from emulator.infrastructure.files import load_of_any_kind, with_infrastructure
from emulator.timing.turns import at_once
from emulator.world.world import World

STATE_MAX = 1 << 28  # bytes
_STATE_MARK = re.compile(rb'\s*\{\s*"version"\s*:\s*1\b')
_HEAD = 4_096  # bytes in which the mark of a state document is


def load_architecture(source: str, settings: Settings) -> Architecture:
    """The model of a configuration file, a template, a folder of CDK, a plan, or a state document.

    DocumentError if it cannot be read, or has mistakes.
    """
    if _is_state(source):
        if Path(source).stat().st_size > STATE_MAX:
            raise DocumentError([f"{source}: The file is larger than {STATE_MAX} bytes."])
        return asyncio.run(_of_state(source, settings))
    if not Path(source).is_dir():
        return architecture_of(load_of_any_kind(source), settings, source)
    if not any(Path(source).glob("*.template.json")):
        raise DocumentError([f"{source}: The folder has no template that CDK wrote (*.template.json)."])
    beside = replace(settings, templates=(source,), terraform_plans=())
    return architecture_of(with_infrastructure(Document("", {}), beside), settings, source)


def _is_state(source: str) -> bool:
    try:
        with Path(source).open("rb") as opened:
            return bool(_STATE_MARK.match(opened.read(_HEAD)))
    except (OSError, ValueError):
        return False


async def _of_state(source: str, settings: Settings) -> Architecture:
    state = read_state(source)
    assert state is not None, "it is there"
    world = World(replace(settings, smtp_url=None, lambda_urls={}))
    try:
        restore_state(world, source, with_fields(state, deliveries=[], move_tasks=[], outbox=[]))
        return at_once(architecture_of_world(world, EVERYWHERE, source))
    finally:
        world.close()
        await world.finish()
