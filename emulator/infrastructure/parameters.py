"""The values of a template's parameters.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html
"""

import re
from collections.abc import Mapping
from typing import Any

from emulator.declared.document import DocumentPath, Mistakes
from emulator.declared.wording import proposal, shown

_FIELDS = (
    "AllowedPattern",
    "AllowedValues",
    "ConstraintDescription",
    "Default",
    "Description",
    "MaxLength",
    "MaxValue",
    "MinLength",
    "MinValue",
    "NoEcho",
    "Type",
)
_SSM = "AWS::SSM::Parameter::Value<"
_TYPES = ("CommaDelimitedList", "List<Number>", "List<String>", "Number", "String")
# A pattern that repeats a group with alternatives or repetitions can take forever: it is not tried.
_SLOW_PATTERN = re.compile(r"[*+}|].*\)[*+{]", re.DOTALL)
_TRIED_LENGTH = 256  # of a value, for the same reason

ParameterValue = str | list[str]


def values_of(
    parameters: Mapping[str, Any], given: Mapping[str, str], key: str, mistakes: Mistakes
) -> dict[str, ParameterValue]:
    """The values of all parameters, by name: those ``given``, or else their defaults. Adds to ``mistakes``."""
    values: dict[str, ParameterValue] = {}
    for name, declaration in parameters.items():
        path: DocumentPath = (key, "Parameters", name)
        if not isinstance(declaration, dict):
            mistakes.add(path, f"The parameter {name} is {shown(declaration)}; a mapping with Type is wanted.")
            continue
        values[name] = _Parameter(name, declaration, path, mistakes).value(given.get(name))
    return values


class _Parameter:
    def __init__(self, name: str, declaration: dict[str, Any], path: DocumentPath, mistakes: Mistakes) -> None:
        self._name = name
        self._declaration = declaration
        self._path = path
        self._mistakes = mistakes
        self._type = str(declaration.get("Type"))

    def value(self, given: str | None) -> ParameterValue:
        self._check_fields()
        if given is None:
            given = self._default()
            if given is None:
                return ""
            path = (*self._path, "Default")
        else:
            path = self._path
        if self._type.startswith(_SSM):
            given = f"not-emulated-{given.strip('/').replace('/', '-')}"
        elif given in self._allowed() or not self._allowed():
            self._check(given, path)
        else:
            allowed = ", ".join(self._allowed())
            self._refuse(path, f"{self._name} is {shown(given)}; one of {allowed} is wanted.")
        return self._split(given)

    def _check_fields(self) -> None:
        for field in self._declaration:
            if field == "AllowedValues" and not isinstance(self._declaration[field], list):
                self._mistakes.add(
                    (*self._path, field), f"AllowedValues is {shown(self._declaration[field])}; a list is wanted."
                )
            if field not in _FIELDS:
                text = f"A parameter has no {field}; {proposal(field, _FIELDS)}"
                self._mistakes.add((*self._path, field), text, key=True)
        if self._type not in _TYPES and not self._type.startswith(("AWS::", "List<AWS::")):
            text = f"{self._type} is no type of a parameter; {proposal(self._type, _TYPES)}"
            self._mistakes.add((*self._path, "Type"), text)

    def _default(self) -> str | None:
        default = self._declaration.get("Default")
        if default is None:
            self._mistakes.add(
                self._path, f"The parameter {self._name} has no default: give --template-parameter {self._name}=VALUE."
            )
            return None
        if isinstance(default, dict | list):
            self._mistakes.add((*self._path, "Default"), f"Default is {shown(default)}; a text is wanted.")
            return None
        return str(default).lower() if isinstance(default, bool) else str(default)

    def _allowed(self) -> list[str]:
        allowed = self._declaration.get("AllowedValues")
        if not isinstance(allowed, list):
            return []
        return [str(each).lower() if isinstance(each, bool) else str(each) for each in allowed]

    def _split(self, given: str) -> ParameterValue:
        if self._type == "CommaDelimitedList" or "List<" in self._type:
            return [each.strip() for each in given.split(",")]
        return given

    def _check(self, given: str, path: DocumentPath) -> None:
        if self._type in ("Number", "List<Number>"):
            for each in given.split(",") if self._type != "Number" else [given]:
                self._check_number(each.strip(), path)
        low, high = self._number("MinLength"), self._number("MaxLength")
        if (low is not None and len(given) < low) or (high is not None and len(given) > high):
            text = f"{self._name} is {shown(given)}; {_between(low, high)} characters are wanted."
            self._refuse(path, text)
        pattern = self._declaration.get("AllowedPattern")
        if isinstance(pattern, str) and len(given) <= _TRIED_LENGTH and not _SLOW_PATTERN.search(pattern):
            self._check_pattern(given, pattern, path)

    def _check_number(self, given: str, path: DocumentPath) -> None:
        number = _number(given)
        if number is None:
            self._refuse(path, f"{self._name} is {shown(given)}; a number is wanted.")
            return
        low, high = self._number("MinValue"), self._number("MaxValue")
        if (low is not None and number < low) or (high is not None and number > high):
            self._refuse(path, f"{self._name} is {given}; a number {_between(low, high)} is wanted.")

    def _check_pattern(self, given: str, pattern: str, path: DocumentPath) -> None:
        try:
            matches = re.fullmatch(pattern, given) is not None
        except (re.error, OverflowError, RecursionError):
            self._mistakes.add((*self._path, "AllowedPattern"), f"{shown(pattern)} is no regular expression.")
            return
        if not matches:
            self._refuse(path, f"{self._name} is {shown(given)}, which does not match {pattern}.")

    def _refuse(self, path: DocumentPath, text: str) -> None:
        why = self._declaration.get("ConstraintDescription")
        self._mistakes.add(path, f"{text} {why}" if isinstance(why, str) else text)

    def _number(self, field: str) -> float | None:
        value = self._declaration.get(field)
        return None if value is None else _number(str(value))


def _number(text: str) -> float | None:
    try:
        return float(text[:40])
    except ValueError:
        return None


def _between(low: float | None, high: float | None) -> str:
    bounds = [f"from {low:g}" if low is not None else "", f"to {high:g}" if high is not None else ""]
    return " ".join(filter(None, bounds))
