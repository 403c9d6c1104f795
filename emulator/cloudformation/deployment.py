"""What a template would make, checked on another emulator before anything is made.

Mistakes in the template itself are AWS's ValidationError. Properties that AWS refuses let the stack fail, as there.
"""

import asyncio
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from emulator.cloudformation.errors import ValidationError
from emulator.cloudformation.stack_record import OutputRecord, Source
from emulator.configuration.document_error import DocumentError
from emulator.configuration.settings import Settings
from emulator.declared.configuration import Present, try_out
from emulator.declared.declarations import Declarations
from emulator.declared.document import Document, DocumentPath, Mistakes
from emulator.infrastructure.functions import Refused
from emulator.infrastructure.place import StackPlace
from emulator.infrastructure.resource import Resource
from emulator.infrastructure.stack import Stack
from emulator.infrastructure.stacks import Stacks
from emulator.infrastructure.template import Template
from emulator.infrastructure.template_text import template_of

KEY = "template"  # the first step of paths


class Evaluated(NamedTuple):
    """A template that was evaluated, and what it declares. ``imports`` are the names of exports that it uses."""

    stacks: Stacks
    stack: Stack
    declarations: Declarations
    mistakes: Mistakes
    imports: tuple[str, ...]

    def declare(self) -> None:
        """Add the declarations."""
        self.stacks.declare(self.declarations)

    def outputs(self) -> tuple[OutputRecord, ...]:
        """The outputs that can be evaluated: all, in a template without mistakes."""
        return tuple(self._outputs())

    def _outputs(self) -> Iterator[OutputRecord]:
        for each in self.stack.outputs.values():
            try:
                yield OutputRecord(each.name, self.stack.output(each.name), each.description, each.export)
            except Refused:
                continue

    def resources(self) -> list[Resource]:
        """All resources: first those that are emulated, each behind those on which it depends."""
        emulated = self.stack.in_order()
        known = {resource.logical_id for resource in emulated}
        return [*emulated, *(each for name, each in self.stack.resources.items() if name not in known)]

    def physical_id(self, resource: Resource) -> str:
        try:
            return str(self.stack.reference(resource.logical_id, resource.path))
        except Refused:
            return ""

    def failures(self) -> dict[str, str]:
        """Why resources cannot be made, by logical id; for the stack as a whole by an empty text."""
        found: dict[str, str] = {}
        for path, text in self.mistakes.items():
            found.setdefault(_logical_id(path), text)
        return found


def evaluated(source: Source, place: StackPlace, settings: Settings, exports: Mapping[str, Any]) -> Evaluated:
    """Evaluate a template; ValidationError with all of its mistakes."""
    found = _evaluated(source, place, settings, exports)
    declared = found.stack.template.parameters
    missing = [name for name in declared if name not in source.parameters and not _has_default(declared[name])]
    if missing:
        raise ValidationError(f"Parameters: [{', '.join(missing)}] must have values")
    unknown = [name for name in source.parameters if name not in declared]
    if unknown:
        raise ValidationError(f"Parameters: [{', '.join(unknown)}] do not exist in the template")
    if len(found.mistakes):
        raise ValidationError(f"Template error: {' '.join(found.mistakes.lines())}")
    found.declare()
    return found


def evaluated_before(source: Source, place: StackPlace, settings: Settings, exports: Mapping[str, Any]) -> Evaluated:
    """Evaluate a template that was deployed, as far as that is possible now."""
    found = _evaluated(source, place, settings, exports)
    found.declare()
    return found


def _has_default(parameter: Any) -> bool:
    return not isinstance(parameter, dict) or parameter.get("Default") is not None


def _evaluated(source: Source, place: StackPlace, settings: Settings, exports: Mapping[str, Any]) -> Evaluated:
    beside = Document("", {}, beside={KEY: parsed(source.template)})
    mistakes, used = Mistakes(beside), _Exports(exports)
    stacks = Stacks(mistakes, settings.lambda_urls, used, principals=settings.enforce_policies)
    stack = stacks.add(beside.beside[KEY], KEY, place, source.parameters)
    stacks.evaluate()
    return Evaluated(stacks, stack, Declarations(), mistakes, tuple(used.used))


def parsed(text: str) -> Document:
    """The template that ``text`` is; ValidationError if it is none."""
    try:
        return template_of("template", text)
    except DocumentError as error:
        raise ValidationError(f"Template format error: {' '.join(error.lines)}") from None


def checked_template(text: str) -> Template:
    """A template whose form was checked, without values of its parameters; ValidationError if it has mistakes."""
    document = Document("", {}, beside={KEY: parsed(text)})
    mistakes = Mistakes(document)
    template = Template(document.beside[KEY], KEY, mistakes)
    if len(mistakes):
        raise ValidationError(f"Template format error: {' '.join(mistakes.lines())}")
    return template


async def tried(evaluated: Evaluated, settings: Settings, present: Present) -> None:
    """Make what a template declares on another emulator; what AWS refuses is added to the mistakes.

    In a thread of its own, as others are to be answered meanwhile.
    """

    def in_thread() -> None:
        asyncio.run(try_out(evaluated.declarations, settings, present, evaluated.mistakes))

    await asyncio.to_thread(in_thread)


def retained(evaluated: Evaluated) -> set[str]:
    """The logical ids of the resources that stay when they are gone from the stack."""
    return {name for name, resource in evaluated.stack.template.resources.items() if resource.is_retained}


def without(declarations: Declarations, logical_ids: set[str]) -> Declarations:
    """``declarations`` without those of some resources."""

    def stays(path: DocumentPath) -> bool:
        return _logical_id(path) not in logical_ids

    return Declarations(
        {arn: each for arn, each in declarations.queues.items() if stays(each.path)},
        {arn: each for arn, each in declarations.topics.items() if stays(each.path)},
        {key: each for key, each in declarations.subscriptions.items() if stays(each.path)},
        {key: each for key, each in declarations.mappings.items() if stays(each.path)},
        principals=declarations.principals,
    )


def _logical_id(path: DocumentPath) -> str:
    """The resource in which a path is; empty if it is in none."""
    return str(path[2]) if len(path) > 2 and path[1] == "Resources" else ""


class _Exports(Mapping[str, Any]):
    """Exports, which remember which of them were used."""

    def __init__(self, exports: Mapping[str, Any]) -> None:
        self._exports = exports
        self.used: dict[str, None] = {}

    def __getitem__(self, name: str) -> Any:
        value = self._exports[name]
        self.used[name] = None
        return value

    def __iter__(self) -> Iterator[str]:
        return iter(self._exports)

    def __len__(self) -> int:
        return len(self._exports)

    def __contains__(self, name: object) -> bool:
        return name in self._exports
