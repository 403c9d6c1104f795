"""What a rule is, and what it finds."""

from collections.abc import Callable, Iterator
from typing import Any, Generic, Literal, NamedTuple, TypeVar

from msgspec import Struct

from api_shapes.operation import Service
from emulator.findings.scene import Scene

Severity = Literal["error", "warning", "info"]
Thing = TypeVar("Thing")


class Call(Struct, frozen=True):
    """A call of an AWS action that mends something, as ``POST /_emulator/call`` takes it."""

    service: Service
    action: str
    account: str
    region: str
    parameters: dict[str, Any]


class Found(NamedTuple):
    """One thing that a rule has found: what is the matter, and what mends it."""

    what: str
    fix: str
    call: Call | None = None
    related: tuple[str, ...] = ()  # ARNs of other things that it is about


class Rule(NamedTuple, Generic[Thing]):
    """A rule about queues, subscriptions or topics. ``why`` says what comes of what it finds."""

    id: str
    severity: Severity
    title: str
    why: str
    find: Callable[[Scene, Thing], Iterator[Found]]
