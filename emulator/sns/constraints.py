"""Constraints of a request's members that AWS's framework checks, before the service looks at them."""

import re
from collections.abc import Callable, Iterable
from typing import NamedTuple

from emulator.aws.errors import ValidationError


class Constraint(NamedTuple):
    """What a member must satisfy, and AWS's words for it."""

    holds: Callable[[str], bool]
    demand: str


def longest(length: int) -> Constraint:
    return Constraint(lambda value: len(value) <= length, f"Member must have length less than or equal to {length}")


def shortest(length: int) -> Constraint:
    return Constraint(lambda value: len(value) >= length, f"Member must have length greater than or equal to {length}")


def matching(pattern: str) -> Constraint:
    regex = re.compile(pattern)
    return Constraint(
        lambda value: regex.fullmatch(value) is not None,
        f"Member must satisfy regular expression pattern: {pattern}",
    )


def one_of(values: Iterable[str]) -> Constraint:
    choices = tuple(values)
    return Constraint(lambda value: value in choices, f"Member must satisfy enum value set: [{', '.join(choices)}]")


def at_least(low: int) -> Constraint:
    return Constraint(lambda value: int(value) >= low, f"Member must have value greater than or equal to {low}")


def at_most(high: int) -> Constraint:
    return Constraint(lambda value: int(value) <= high, f"Member must have value less than or equal to {high}")


def check(member: str, value: str | int, *constraints: Constraint) -> None:
    """ValidationError that names every constraint which ``value`` breaks."""
    broken = [constraint.demand for constraint in constraints if not constraint.holds(str(value))]
    if broken:
        errors = "1 validation error" if len(broken) == 1 else f"{len(broken)} validation errors"
        details = (f"Value '{value}' at '{member}' failed to satisfy constraint: {demand}" for demand in broken)
        raise ValidationError(f"{errors} detected: {'; '.join(details)}")
