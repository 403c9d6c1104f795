"""What a rule is, and what it finds."""

from collections.abc import Callable, Iterator
from typing import Literal, NamedTuple

from emulator.architecture.model import Element
from emulator.audit.fix import Fix
from emulator.audit.view import View

# https://learn.microsoft.com/en-us/azure/security/develop/threat-modeling-tool-threats
Stride = Literal[
    "Spoofing",
    "Tampering",
    "Repudiation",
    "Information disclosure",
    "Denial of service",
    "Elevation of privilege",
]
Severity = Literal["high", "medium", "low"]
SEVERITIES: tuple[Severity, ...] = ("high", "medium", "low")


class Found(NamedTuple):
    """One thing that a rule finds: in which element, what exactly, and what mends it.

    ``line`` is that of the statement, if it is about one.
    """

    element: Element
    detail: str
    fixes: list[Fix]
    line: int | None = None


class Rule(NamedTuple):
    """A rule: a threat, and how it shows in an architecture."""

    id: str
    title: str
    stride: Stride
    severity: Severity
    why: str
    page: str  # of AWS's documentation
    find: Callable[[View], Iterator[Found]]
