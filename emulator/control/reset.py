"""Emptying the emulator."""

import msgspec

from emulator.control.parameters import Account
from emulator.control.world import World


class Reset(msgspec.Struct, forbid_unknown_fields=True):
    """What to empty: everything, or one account's."""

    account: Account | None = None


def reset(world: World, body: Reset) -> None:
    """Drop queues and topics, the trace, the outbox and the faults, and set the clocks right."""
    world.reset(body.account)
