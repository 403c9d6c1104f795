"""The intrinsic functions, as a table.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
"""

import base64
import json
import re
from collections.abc import Callable, Mapping
from typing import Any, Final, Protocol

from emulator.declared.document import DocumentPath
from emulator.declared.wording import proposal, shown


class Refused(Exception):
    """A value that cannot be evaluated; its mistake is recorded."""


class _NoValue:
    """The value of AWS::NoValue, which takes away the property that has it."""


NO_VALUE: Final = _NoValue()

_VARIABLE = re.compile(r"\$\{([^{}]*)\}")


class Names(Protocol):
    """What the functions can name. Each method raises Refused if there is no such thing."""

    def reference(self, name: str, path: DocumentPath) -> Any: ...

    def attribute(self, resource: str, name: str, path: DocumentPath) -> Any: ...

    def condition(self, name: str, path: DocumentPath) -> bool: ...

    def mapping(self, name: str, path: DocumentPath) -> Mapping[str, Any]: ...

    def imported(self, name: str, path: DocumentPath) -> Any: ...

    def zones(self, region: str) -> list[str]: ...


class Evaluation(Protocol):
    """What a function can do with its arguments; see Evaluator."""

    names: Names

    def value(self, value: Any, path: DocumentPath) -> Any: ...

    def text(self, value: Any, path: DocumentPath) -> str: ...

    def items(self, value: Any, path: DocumentPath) -> list[Any]: ...

    def refuse(self, path: DocumentPath, text: str) -> Refused: ...

    def bounded(self, text: str, path: DocumentPath) -> str: ...

    def spend(self, steps: int, path: DocumentPath) -> None: ...


def _arguments(at: Evaluation, argument: Any, path: DocumentPath, *counts: int) -> list[Any]:
    """The arguments of a function that takes a list of so many."""
    if not isinstance(argument, list) or len(argument) not in counts:
        wanted = " or ".join(map(str, counts))
        raise at.refuse(path, f"{path[-1]} takes a list of {wanted}, not {shown(argument)}.")
    return argument


def _ref(at: Evaluation, argument: Any, path: DocumentPath) -> Any:
    if not isinstance(argument, str):
        raise at.refuse(path, f"Ref takes the name of a parameter or resource, not {shown(argument)}.")
    return at.names.reference(argument, path)


def _get_att(at: Evaluation, argument: Any, path: DocumentPath) -> Any:
    parts = argument.split(".", 1) if isinstance(argument, str) else argument
    if not isinstance(parts, list) or len(parts) < 2 or not isinstance(parts[0], str):
        raise at.refuse(path, "Fn::GetAtt takes a resource and an attribute, such as Orders.Arn.")
    name = ".".join(at.text(part, (*path, index)) for index, part in enumerate(parts[1:], 1))
    return at.names.attribute(parts[0], name, path)


def _sub(at: Evaluation, argument: Any, path: DocumentPath) -> str:
    given: dict[str, Any] = {}
    template = argument
    if isinstance(argument, list):
        template, given = _arguments(at, argument, path, 2)
    if not isinstance(template, str) or not isinstance(given, dict):
        raise at.refuse(path, "Fn::Sub takes a text, or a list of a text and a mapping.")

    def replaced(variable: re.Match[str]) -> str:
        name = variable[1].strip()
        if name.startswith("!"):
            return f"${{{name[1:]}}}"
        if name in given:
            return at.text(given[name], (*path, 1, name))
        resource, dot, attribute = name.partition(".")
        value = at.names.attribute(resource, attribute, path) if dot else at.names.reference(name, path)
        return at.bounded(at.text(value, path), path)

    return _VARIABLE.sub(replaced, template)


def _join(at: Evaluation, argument: Any, path: DocumentPath) -> str:
    separator, items = _arguments(at, argument, path, 2)
    if not isinstance(separator, str):
        raise at.refuse((*path, 0), f"The separator of Fn::Join is a text, not {shown(separator)}.")
    texts = [at.text(each, (*path, 1)) for each in at.items(items, (*path, 1))]
    return separator.join(texts)


def _select(at: Evaluation, argument: Any, path: DocumentPath) -> Any:
    index, items = _arguments(at, argument, path, 2)
    position, values = at.text(index, (*path, 0)), at.items(items, (*path, 1))
    if not position.isdecimal() or int(position[:9]) >= len(values):
        raise at.refuse(path, f"Fn::Select cannot select {position} of a list of {len(values)}, counted from 0.")
    return values[int(position)]


def _split(at: Evaluation, argument: Any, path: DocumentPath) -> list[str]:
    separator, text = _arguments(at, argument, path, 2)
    if not isinstance(separator, str) or not separator:
        raise at.refuse((*path, 0), f"The separator of Fn::Split is a text, not {shown(separator)}.")
    parts = at.text(text, (*path, 1)).split(separator)
    at.spend(len(parts), path)
    return parts


def _find_in_map(at: Evaluation, argument: Any, path: DocumentPath) -> Any:
    name, *keys = _arguments(at, argument, path, 3, 4)
    default = keys.pop() if len(keys) == 3 else None
    found: Any = at.names.mapping(at.text(name, (*path, 0)), path)
    for index, key in enumerate(keys, 1):
        text = at.text(key, (*path, index))
        if not isinstance(found, dict) or text not in found:
            if isinstance(default, dict) and "DefaultValue" in default:
                return at.value(default["DefaultValue"], (*path, 3, "DefaultValue"))
            known = found if isinstance(found, dict) else {}
            raise at.refuse((*path, index), f"The mapping has no key {text}; {proposal(text, known)}")
        found = found[text]
    return at.value(found, path)  # to count it: it has no functions


def _if(at: Evaluation, argument: Any, path: DocumentPath) -> Any:
    condition, *branches = _arguments(at, argument, path, 3)
    if not isinstance(condition, str):
        raise at.refuse((*path, 0), f"Fn::If takes the name of a condition, not {shown(condition)}.")
    chosen = 0 if at.names.condition(condition, (*path, 0)) else 1
    return at.value(branches[chosen], (*path, 1 + chosen))


def _base64(at: Evaluation, argument: Any, path: DocumentPath) -> str:
    return base64.b64encode(at.text(argument, path).encode()).decode()


def _zones(at: Evaluation, argument: Any, path: DocumentPath) -> list[str]:
    return at.names.zones(at.text(argument, path))


def _import(at: Evaluation, argument: Any, path: DocumentPath) -> Any:
    return at.names.imported(at.text(argument, path), path)


def _to_json(at: Evaluation, argument: Any, path: DocumentPath) -> str:
    return json.dumps(at.value(argument, path), separators=(",", ":"))


def _length(at: Evaluation, argument: Any, path: DocumentPath) -> int:
    return len(at.items(argument, path))


# Of conditions. ------------------------------------------------------------------------------------


def _equals(at: Evaluation, argument: Any, path: DocumentPath) -> bool:
    one, other = _arguments(at, argument, path, 2)
    return at.text(one, (*path, 0)) == at.text(other, (*path, 1))


def _and(at: Evaluation, argument: Any, path: DocumentPath) -> bool:
    return all(truth(at, each, (*path, index)) for index, each in enumerate(_several(at, argument, path)))


def _or(at: Evaluation, argument: Any, path: DocumentPath) -> bool:
    return any(truth(at, each, (*path, index)) for index, each in enumerate(_several(at, argument, path)))


def _not(at: Evaluation, argument: Any, path: DocumentPath) -> bool:
    (condition,) = _arguments(at, argument, path, 1)
    return not truth(at, condition, (*path, 0))


def _several(at: Evaluation, argument: Any, path: DocumentPath) -> list[Any]:
    return _arguments(at, argument, path, *range(2, 11))


def truth(at: Evaluation, condition: Any, path: DocumentPath) -> bool:
    """Whether a condition holds: a function of conditions, or another condition by its name."""
    if isinstance(condition, dict) and isinstance(name := condition.get("Condition"), str) and len(condition) == 1:
        return at.names.condition(name, path)
    value = at.value(condition, path)
    if not isinstance(value, bool):
        raise at.refuse(path, "A condition is wanted here: Fn::Equals, Fn::And, Fn::Or, Fn::Not or Condition.")
    return value


Function = Callable[[Evaluation, Any, DocumentPath], Any]

FUNCTIONS: Mapping[str, Function] = {
    "Ref": _ref,
    "Fn::And": _and,
    "Fn::Base64": _base64,
    "Fn::Equals": _equals,
    "Fn::FindInMap": _find_in_map,
    "Fn::GetAZs": _zones,
    "Fn::GetAtt": _get_att,
    "Fn::If": _if,
    "Fn::ImportValue": _import,
    "Fn::Join": _join,
    "Fn::Length": _length,
    "Fn::Not": _not,
    "Fn::Or": _or,
    "Fn::Select": _select,
    "Fn::Split": _split,
    "Fn::Sub": _sub,
    "Fn::ToJsonString": _to_json,
}
