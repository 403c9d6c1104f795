"""Emptying the emulator."""

import msgspec

from api_shapes.operation import Service
from emulator.control.parameters import Account
from emulator.control.world import World


class Reset(msgspec.Struct, forbid_unknown_fields=True):
    """What to empty: an account, a region, a service, what lies in all of those that are given, or else everything."""

    account: Account | None = None
    region: str | None = None
    service: Service | None = None


def reset(world: World, body: Reset) -> None:
    """Drop queues and topics, the trace, the outbox and the faults, and let clocks and ids start again."""
    world.reset(body.account, body.region, body.service)
