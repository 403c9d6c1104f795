"""Compares an answer with AWS's, and words the difference."""

import re
from collections.abc import Mapping
from typing import Any

_SHOWN_CHARACTERS = 600


class Mismatch(Exception):
    """The endpoint does not behave as AWS does."""


class Absent:
    """The type of ``ABSENT``, which stands for a member that must not be present."""

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT = Absent()


def same(actual: object, expected: object, what: str = "the answer") -> None:
    """Compare a value with AWS's.

    ``expected`` is a value, a compiled pattern that must match the whole text, a type, or a predicate. Dictionaries
    and lists may contain any of these.
    """
    difference = _difference(actual, expected, what)
    if difference:
        raise Mismatch(difference)


def has(actual: Mapping[str, Any], expected: Mapping[str, Any], what: str = "the answer") -> None:
    """Compare some members of a dictionary. ``ABSENT`` stands for a member that must not be present."""
    for name, value in expected.items():
        if value is ABSENT:
            if name in actual:
                raise Mismatch(f"{what} has {name}, which AWS leaves out: {_shown(actual[name])}")
        elif name not in actual:
            raise Mismatch(f"{what} has no {name}: {_shown(actual)}")
        else:
            same(actual[name], value, f"{what}.{name}")


def _difference(actual: object, expected: object, what: str) -> str | None:
    if isinstance(expected, re.Pattern):
        right = isinstance(actual, str) and expected.fullmatch(actual) is not None
        return None if right else f"{what}: {_shown(actual)} does not match {expected.pattern!r}"
    if isinstance(expected, type):
        right = isinstance(actual, expected)
        return None if right else f"{what}: {_shown(actual)} is not of type {expected.__name__}"
    if isinstance(expected, dict) and isinstance(actual, dict):
        return _difference_of_members(actual, expected, what)
    if isinstance(expected, list) and isinstance(actual, list) and len(actual) == len(expected):
        pairs = enumerate(zip(actual, expected, strict=True))
        found = (_difference(one, other, f"{what}[{index}]") for index, (one, other) in pairs)
        return next((difference for difference in found if difference), None)
    if callable(expected):
        return None if expected(actual) else f"{what}: {_shown(actual)} is not what AWS gives"
    return None if actual == expected else f"{what}: {_shown(actual)} instead of {_shown(expected)}"


def _difference_of_members(actual: dict[str, Any], expected: dict[str, Any], what: str) -> str | None:
    if actual.keys() != expected.keys():
        return f"{what} has the members {sorted(actual)} instead of {sorted(expected)}"
    found = (_difference(actual[name], value, f"{what}.{name}") for name, value in expected.items())
    return next((difference for difference in found if difference), None)


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= _SHOWN_CHARACTERS else f"{text[:_SHOWN_CHARACTERS]}... ({len(text)} characters)"
