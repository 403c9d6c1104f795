"""Stacks that are evaluated together: one may import what another exports."""

from collections.abc import Mapping
from typing import Any

from emulator.declared.declarations import Declarations
from emulator.declared.document import Document, Mistakes
from emulator.declared.wording import proposal
from emulator.infrastructure.declaring import Declaring
from emulator.infrastructure.functions import Refused
from emulator.infrastructure.notices import skipped
from emulator.infrastructure.parameters import values_of
from emulator.infrastructure.place import StackPlace
from emulator.infrastructure.resource_types import resource_types
from emulator.infrastructure.serverless import with_events
from emulator.infrastructure.stack import Stack
from emulator.infrastructure.template import Template


class Stacks:
    """Some stacks, and what other stacks export."""

    def __init__(
        self,
        mistakes: Mistakes,
        functions: Mapping[str, str],
        exports: Mapping[str, Any] | None = None,
        *,
        principals: bool = False,
    ) -> None:
        """``functions`` are the ARNs of Lambda functions that run somewhere; ``exports`` are values by their names.
        With ``principals``, resources of IAM are declared too.
        """
        self._types = resource_types(principals=principals)
        self._mistakes = mistakes
        self._functions = {arn.rpartition(":")[2]: arn for arn in functions}
        self._exported = exports or {}
        self._exporters: dict[str, tuple[Stack, str]] = {}  # by the name of an export, the stack and its output
        self.stacks: list[Stack] = []

    def add(self, document: Document, key: str, place: StackPlace, parameters: Mapping[str, str]) -> Stack:
        """Add the stack of a template. ``key`` is the first step of all paths into the document."""
        template = with_events(Template(document, key, self._mistakes), self._mistakes)
        values = values_of(template.parameters, parameters, key, self._mistakes)
        stack = Stack(
            template,
            place,
            values,
            self._mistakes,
            functions=self._functions,
            import_=self._import,
            types=self._types,
        )
        self.stacks.append(stack)
        for output in stack.outputs.values():
            if output.export is not None:
                self._export(output.export, stack, output.name)
        return stack

    def _export(self, name: str, stack: Stack, output: str) -> None:
        path = (*stack.outputs[output].path, "Export", "Name")
        other = self._exporters.get(name)
        if other is not None:
            where = self._mistakes.line_of(other[0].outputs[other[1]].path, path)
            self._mistakes.add(path, f"There is another export {name}{where}.")
        self._exporters[name] = stack, output

    def _import(self, importer: Stack, name: str) -> Any:
        found = self._exporters.get(name)
        if found is not None and found[0] is not importer:
            return found[0].output(found[1])
        if name in self._exported:
            return self._exported[name]
        raise LookupError(f"No stack exports {name}; {proposal(name, [*self._exporters, *self._exported])}")

    def evaluate(self) -> None:
        """Evaluate everything, to find all mistakes of the templates."""
        for stack in self.stacks:
            for resource in stack.emulated():
                resource.properties()
            stack.in_order()
            for name in stack.outputs:
                try:
                    stack.output(name)
                except Refused:
                    continue

    def declare(self, declarations: Declarations) -> None:
        """Add what all stacks declare to ``declarations``. Properties that cannot be as they are given are mistakes."""
        declaring = Declaring(declarations, self._mistakes)
        for late in (False, True):
            for stack in self.stacks:
                for resource in stack.emulated():
                    kind = self._types[resource.type]
                    if kind.late == late:
                        try:
                            kind.declare(declaring, resource)
                        except Refused:
                            continue
        declaring.finish()
        for stack in self.stacks:
            declarations.notices += skipped(stack.template.file, stack.skipped())
