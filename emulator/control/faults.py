"""Routes that add, show and remove faults."""

import msgspec

from emulator.control.parameters import ALL, AccountQuery, Removed
from emulator.control.refusals import BadRequestError, NotFoundError
from emulator.faults.fault import Fault, Firing
from emulator.faults.rule import Rule
from emulator.faults.soundness import UnsoundRuleError
from emulator.sns.notification import timestamp
from emulator.world.world import World


class FaultPath(msgspec.Struct):
    """Which fault."""

    fault_id: str


class FaultState(msgspec.Struct):
    """A fault: its rule as given, how often it matched and fired, and how many requests it holds up now."""

    id: str
    rule: Rule
    matched: int
    fired: int
    held_up: int


class AllFaults(msgspec.Struct):
    faults: list[FaultState]


class ShownFiring(msgspec.Struct, omit_defaults=True):
    """One time a fault took effect, on a request or on a delivery; what does not apply is left out."""

    at: str
    account: str
    resource: str | None = None  # ARN
    action: str | None = None
    request_id: str | None = None
    message_id: str | None = None
    endpoint: str | None = None


class FaultHistory(FaultState):
    """A fault and its last firings, newest last."""

    firings: list[ShownFiring]


def list_faults(world: World, query: AccountQuery) -> AllFaults:
    """The faults in the order in which they are checked: all, or those of one account."""
    return AllFaults([_state(fault) for fault in world.faults if query.account in (None, fault.rule.account)])


def add_fault(world: World, body: Rule) -> FaultState:
    """Add a fault, for requests or for deliveries, in force from now on."""
    try:
        return _state(world.faults.add(body))
    except UnsoundRuleError as error:
        raise BadRequestError(str(error)) from None


def show_fault(world: World, path: FaultPath) -> FaultHistory:
    """One fault, with what it hit."""
    fault = _find(world, path)
    firings = [_shown(firing) for firing in fault.firings]
    return FaultHistory(fault.id, fault.rule, fault.matched, fault.fired, len(fault.pauses), firings)


def remove_fault(world: World, path: FaultPath) -> None:
    """Remove one fault. Requests that it holds up continue."""
    world.faults.remove(_find(world, path))


def clear_faults(world: World, query: AccountQuery) -> Removed:
    """Remove all faults, or those of one account."""
    before = len(world.faults)
    world.faults.clear(query.account)
    return Removed(query.account or ALL, before - len(world.faults))


def _find(world: World, path: FaultPath) -> Fault:
    fault = world.faults.find(path.fault_id)
    if fault is None:
        raise NotFoundError(f"No fault {path.fault_id}.")
    return fault


def _state(fault: Fault) -> FaultState:
    return FaultState(fault.id, fault.rule, fault.matched, fault.fired, len(fault.pauses))


def _shown(firing: Firing) -> ShownFiring:
    return ShownFiring(
        at=timestamp(firing.at),
        account=firing.account,
        resource=firing.resource,
        action=firing.action,
        request_id=firing.request_id,
        message_id=firing.message_id,
        endpoint=firing.endpoint,
    )
