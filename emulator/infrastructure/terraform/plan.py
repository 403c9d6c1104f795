"""A plan of Terraform, as ``terraform show -json`` prints it; a state in the same form has all values too.

https://developer.hashicorp.com/terraform/internals/json-format
"""

import json
from typing import Any

import msgspec
from msgspec import Struct, field

from emulator.configuration.document_error import DocumentError
from emulator.declared.document import Document, Mistake, Position, SyntaxMistake
from emulator.declared.loading import document_of, read_document
from emulator.declared.yaml_document import Read

SIZE_MAX = 1 << 26  # bytes; the plan of a large estate has several MiB
_WANTED = "planned_values"

Index = str | int | None  # of an instance: its key in for_each, or its number in count


class PlannedResource(Struct):
    """One instance of a resource, with the values that are known before it is made."""

    address: str
    type: str
    name: str
    mode: str = "managed"
    index: Index = None
    values: dict[str, Any] = {}


class PlannedModule(Struct):
    """One instance of a module. The root module has no address."""

    address: str = ""
    resources: list[PlannedResource] = []
    child_modules: list["PlannedModule"] = []


class PlannedValues(Struct):
    """The resources as they will be, or as they are."""

    root_module: PlannedModule = field(default_factory=PlannedModule)


class WrittenResource(Struct):
    """A resource as the configuration has it. An expression is not known itself, only to what it refers."""

    type: str
    name: str
    mode: str = "managed"
    provider_config_key: str = ""
    expressions: dict[str, Any] = {}
    for_each_expression: Any = None


class WrittenOutput(Struct):
    """An output of a module."""

    expression: Any = None


class ModuleCall(Struct):
    """The use of a module, with the expressions of its variables."""

    module: "WrittenModule | None" = None
    expressions: dict[str, Any] = {}
    for_each_expression: Any = None


class WrittenModule(Struct):
    """A module as the configuration has it."""

    resources: list[WrittenResource] = []
    outputs: dict[str, WrittenOutput] = {}
    module_calls: dict[str, ModuleCall] = {}
    variables: dict[str, Any] = {}


class Provider(Struct):
    """The configuration of a provider."""

    expressions: dict[str, Any] = {}


class Configuration(Struct):
    """What the plan was made of."""

    root_module: WrittenModule = field(default_factory=WrittenModule)
    provider_config: dict[str, Provider] = {}


class Variable(Struct):
    """A variable of the root module."""

    value: Any = None


class Plan(Struct):
    """The parts of a plan, or of a state, that are used."""

    planned_values: PlannedValues | None = None
    values: PlannedValues | None = None  # of a state
    configuration: Configuration = field(default_factory=Configuration)
    variables: dict[str, Variable] = {}


def load_plan(file: str) -> Document:
    """The plan in ``file``. DocumentError if it cannot be read, or is no plan."""
    document = read_document(file, _read, _WANTED, SIZE_MAX)
    plan_of(document)
    return document


def plan_in(file: str, text: str) -> Document:
    """The plan that ``text`` is. DocumentError if it is none. ``file`` is its name in mistakes."""
    document = document_of(file, text, _read, _WANTED)
    plan_of(document)
    return document


def plan_of(document: Document) -> Plan:
    """The plan that a document is. DocumentError if it is none."""
    try:
        plan = msgspec.convert(document.content, Plan)
    except (msgspec.ValidationError, RecursionError) as error:
        raise DocumentError([f"{document.file}: This is no plan of Terraform: {error}."]) from None
    if plan.planned_values is None and plan.values is None:
        text = "This is no plan of Terraform, as it has no planned_values: `terraform show -json PLAN` prints one."
        raise DocumentError([f"{document.file}: {text}"])
    return plan


def _read(text: str) -> Read:
    try:
        return json.loads(text), {}, {}
    except json.JSONDecodeError as error:
        raise SyntaxMistake(Mistake(f"{error.msg}.", Position(error.lineno, error.colno))) from None
    except ValueError as error:  # a number of too many digits
        raise SyntaxMistake(Mistake(f"{error}.")) from None
