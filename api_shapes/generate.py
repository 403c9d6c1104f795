"""Write ``sqs.py``, ``sns.py`` and ``sns_constraints.py`` from the installed botocore's service models.

Development only: ``python -m api_shapes.generate``. The output is checked in, so that the running
server needs no botocore.
"""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import botocore
from botocore.loaders import Loader
from botocore.model import ListShape, MapShape, OperationModel, ServiceModel, StructureShape
from botocore.model import Shape as ModelShape

from api_shapes.operation import EntryMap, FlatList, FlatMap, Service, Trait
from api_shapes.sqs_query import CHECKED_BY_THE_SERVICE
from api_shapes.sqs_query import TRAITS as SQS_TRAITS

SCALARS = {
    "string": "str",
    "integer": "int",
    "long": "int",
    "boolean": "bool",
    "blob": "bytes",
    "timestamp": "datetime",
}

TITLES: dict[Service, str] = {"sqs": "Amazon SQS", "sns": "Amazon SNS"}

# The constants of a service's module besides its shapes. The JSON-only model of SQS has no XML namespace.
CONSTANTS: dict[Service, dict[str, str]] = {
    "sqs": {
        "API_VERSION": "2012-11-05",
        "XML_NAMESPACE": "http://queue.amazonaws.com/doc/2012-11-05/",
        "TARGET_PREFIX": "AmazonSQS",
    },
    "sns": {
        "API_VERSION": "2010-03-31",
        "XML_NAMESPACE": "http://sns.amazonaws.com/doc/2010-03-31/",
    },
}


# The members of ``Constraint``, by their names in the service model.
_CONSTRAINTS = {"min": "minimum", "max": "maximum", "pattern": "pattern", "enum": "choices"}


def snake_case(name: str) -> str:
    """``MD5OfMessageBody`` -> ``md5_of_message_body``."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()


def service_model(service: Service) -> ServiceModel:
    return ServiceModel(Loader().load_service_model(service, "service-2"), service)


def source(service: Service) -> str:
    """The whole text of the generated module."""
    model = service_model(service)
    operations = [model.operation_model(name) for name in sorted(model.operation_names)]
    classes = "\n\n\n".join(_class_source(service, shape, required) for shape, required in _structures(operations))
    body = f"{classes}\n\n\n{_operations_source(service, operations)}\n"
    return _formatted(f"{_header(service, body)}\n\n\n{body}")


def constraints_source() -> str:
    """The whole text of the module of constraints. There is none for SQS, which words these errors in its own way."""
    model = service_model("sns")
    found: dict[str, ModelShape] = {}
    for name in sorted(model.operation_names):
        _collect_constrained(model.operation_model(name).input_shape, found)
    rows = "\n".join(f"    {name!r}: {_constraint_source(shape)}," for name, shape in sorted(found.items()))
    return _formatted(f'''"""{TITLES["sns"]}: what the members of its requests may be, by the names of their types.

Generated from the service model of botocore {botocore.__version__} by ``python -m api_shapes.generate``.
Do not edit.
"""

from api_shapes.operation import Constraint

CONSTRAINTS = {{
{rows}
}}
''')


def _collect_constrained(shape: ModelShape, found: dict[str, ModelShape]) -> None:
    match shape:
        case StructureShape():
            for member in shape.members.values():
                _collect_constrained(member, found)
        case ListShape():
            _collect_constrained(shape.member, found)
        case MapShape():
            _collect_constrained(shape.key, found)
            _collect_constrained(shape.value, found)
        case _ if not shape.metadata.keys().isdisjoint(_CONSTRAINTS):
            found[shape.name] = shape


def _constraint_source(shape: ModelShape) -> str:
    said = {_CONSTRAINTS[key]: shape.metadata[key] for key in _CONSTRAINTS if key in shape.metadata}
    if "choices" in said:
        said["choices"] = tuple(said["choices"])
    return f"Constraint({', '.join(f'{key}={value!r}' for key, value in said.items())})"


def _formatted(text: str) -> str:
    command = [sys.executable, "-m", "ruff", "format", "--isolated", "--line-length=120", "-"]
    return subprocess.run(command, input=text, stdout=subprocess.PIPE, check=True, text=True).stdout


def _header(service: Service, body: str) -> str:
    names = [
        name for name in ("EntryMap", "FlatList", "FlatMap", "Operation", "Shape") if re.search(rf"\b{name}\b", body)
    ]
    constants = "\n".join(f"{name} = {value!r}" for name, value in CONSTANTS[service].items())
    return f'''"""{TITLES[service]}: its structures and operations.

Generated from the service model of botocore {botocore.__version__} by ``python -m api_shapes.generate``.
Do not edit.
"""

{"from datetime import datetime" if "datetime" in body else ""}
from typing import Annotated, Any

from msgspec import field

from api_shapes.operation import {", ".join(names)}

{constants}'''


def _structures(operations: list[OperationModel]) -> Iterator[tuple[StructureShape, bool]]:
    """Each structure after those it refers to, and whether its required members must be present.

    Results may leave out any member, since AWS leaves out collections that its own model requires.
    """
    inputs: dict[str, StructureShape] = {}
    outputs: dict[str, StructureShape] = {}
    for operation in operations:
        _collect(operation.input_shape, inputs)
        if operation.output_shape is not None:
            _collect(operation.output_shape, outputs)
    for name, shape in (inputs | outputs).items():
        yield shape, name in inputs


def _collect(shape: ModelShape, found: dict[str, StructureShape]) -> None:
    match shape:
        case StructureShape():
            for member in shape.members.values():
                _collect(member, found)
            found.setdefault(shape.name, shape)
        case ListShape():
            _collect(shape.member, found)
        case MapShape():
            _collect(shape.value, found)


def _class_source(service: Service, shape: StructureShape, required: bool) -> str:
    lines = [f"class {shape.name}(Shape, kw_only=True):"]
    for name, member in shape.members.items():
        demanded = required and name in shape.required_members
        if service == "sqs" and (shape.name, name) in CHECKED_BY_THE_SERVICE:
            demanded = False
        lines.append("    " + _field_source(service, name, member, demanded))
    if not shape.members:
        lines.append("    pass")
    return "\n".join(lines)


def _field_source(service: Service, name: str, shape: ModelShape, required: bool) -> str:
    attribute = snake_case(name)
    hint = _type_source(shape) + ("" if required else " | None")
    trait = _trait(service, shape)
    if trait is not None:
        hint = f"Annotated[{hint}, {_trait_source(trait)}]"
    arguments = {} if required else {"default": "None"}
    if "".join(part.capitalize() for part in attribute.split("_")) != name:
        arguments["name"] = f'"{name}"'
    return f"{attribute}: {hint}{_default_source(arguments)}"


def _default_source(arguments: dict[str, str]) -> str:
    if "name" in arguments:
        return f" = field({', '.join(f'{key}={value}' for key, value in arguments.items())})"
    return " = None" if arguments else ""


def _type_source(shape: ModelShape) -> str:
    match shape:
        case ListShape():
            return f"list[{_element_source(shape.member)}]"
        case MapShape():
            return f"dict[str, {_element_source(shape.value)}]"
        case _:
            return SCALARS[shape.type_name]  # a KeyError: a bare structure, of which the codecs know none


def _element_source(shape: ModelShape) -> str:
    """The source of a collection's element type. The codecs do not support collections of collections."""
    return str(shape.name) if isinstance(shape, StructureShape) else SCALARS[shape.type_name]


def _trait(service: Service, shape: ModelShape) -> Trait | None:
    if service == "sqs":
        # A KeyError here is a new list or map, whose name on the query protocol has to be looked up.
        return SQS_TRAITS[shape.name] if isinstance(shape, ListShape | MapShape) else None
    if isinstance(shape, MapShape):
        key = shape.key.serialization.get("name", "key")
        value = shape.value.serialization.get("name", "value")
        return None if (key, value) == ("key", "value") else EntryMap(key, value)
    return None


def _trait_source(trait: Trait) -> str:
    match trait:
        case FlatList(name):
            return f"FlatList({name!r})"
        case FlatMap(name, key, value):
            return f"FlatMap({name!r}, key={key!r}, value={value!r})"
        case EntryMap(key, value):
            return f"EntryMap(key={key!r}, value={value!r})"


def _operations_source(service: Service, operations: list[OperationModel]) -> str:
    constants = "\n\n".join(_operation_source(service, operation) for operation in operations)
    table = ", ".join(snake_case(operation.name).upper() for operation in operations)
    return (
        f"{constants}\n\nOPERATIONS: dict[str, Operation[Any, Any]] = {{\n"
        f"    operation.name: operation for operation in ({table},)}}"
    )


def _operation_source(service: Service, operation: OperationModel) -> str:
    request = operation.input_shape.name
    result = operation.output_shape.name if operation.output_shape is not None else None
    errors = tuple(error.name for error in operation.error_shapes)
    return (
        f"{snake_case(operation.name).upper()}: Operation[{request}, {result}] = Operation("
        f"service={service!r}, name={operation.name!r}, request={request}, result={result}, errors={errors},)"
    )


def main() -> None:
    for service in TITLES:
        Path(__file__).with_name(f"{service}.py").write_text(source(service), encoding="utf-8")
    Path(__file__).with_name("sns_constraints.py").write_text(constraints_source(), encoding="utf-8")


if __name__ == "__main__":
    main()
