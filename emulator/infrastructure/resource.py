"""A resource of a stack, whose properties are evaluated when they are asked for."""

from collections.abc import Callable
from typing import Any

from emulator.declared.document import DocumentPath
from emulator.infrastructure.functions import NO_VALUE, Refused
from emulator.infrastructure.physical_names import physical_name
from emulator.infrastructure.place import StackPlace
from emulator.infrastructure.template import TemplateResource

Evaluate = Callable[["Resource", Any, DocumentPath], Any]  # a value of the resource; raises Refused


class Resource:
    """A resource that its condition, if it has one, lets exist."""

    def __init__(self, written: TemplateResource, stack: StackPlace, evaluate: Evaluate) -> None:
        self.logical_id = written.logical_id
        self.type = written.type
        self.path = written.path
        self.stack = stack
        self.depends_on = set(written.depends_on)  # grows by the resources that its properties name
        self.written = written.properties  # as the template has them
        self.metadata = written.metadata
        self._evaluate = evaluate
        self._values: dict[str, Any] = {}

    def has(self, name: str) -> bool:
        """Whether the template gives the property."""
        return name in self.written

    def property(self, name: str) -> Any:
        """A property; None if there is none. Raises Refused if it cannot be evaluated."""
        if name not in self.written:
            return None
        if name not in self._values:
            try:
                self._values[name] = self._evaluate(self, self.written[name], (*self.path, name))
            except Refused as refused:
                self._values[name] = refused
        value = self._values[name]
        if isinstance(value, Refused):
            raise value
        return None if value is NO_VALUE else value

    def properties(self) -> dict[str, Any]:
        """All properties that can be evaluated, and are not taken away by AWS::NoValue."""
        found = {}
        for name in self.written:
            try:
                value = self.property(name)
            except Refused:
                continue
            if value is not None:
                found[name] = value
        return found

    def name(self, given: str, length: int, suffix: str = "") -> str:
        """The property ``given``, or else a physical name of at most ``length`` characters with this ``suffix``."""
        name = self.property(given)
        if name is not None:
            return str(name)
        return physical_name(self.stack.name, self.stack.id, self.logical_id, length, suffix)
