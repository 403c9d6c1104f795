"""The architecture of what runs here, and the threats in it."""

import asyncio

import msgspec

from emulator.architecture.model import Architecture
from emulator.audit.finding import Report
from emulator.aws.place import Place
from emulator.control.parameters import Account
from emulator.timing.turns import in_turns
from emulator.world.world import World

_NAME = "the running emulator"


class ArchitectureQuery(msgspec.Struct, forbid_unknown_fields=True):
    """Whose queues and topics to include."""

    account: Account | None = None
    region: str | None = None


async def show_architecture(world: World, query: ArchitectureQuery) -> Architecture:
    """Queues, topics and subscriptions with their policies and attributes, as a model; no messages."""
    from emulator.architecture.of_world import architecture_of

    return await in_turns(architecture_of(world, Place(query.account, query.region), _NAME))


async def show_audit(world: World, query: ArchitectureQuery) -> Report:
    """The threats that the audit finds in the running queues and topics."""
    from emulator.audit.audit import audit

    found = await show_architecture(world, query)
    now = world.clocks.everyone.now() if query.account is None else world.clocks.now_of(query.account)
    return await asyncio.to_thread(audit, found, now)  # the model is a copy, and large ones take long
