"""Constraints on a request's members that AWS's framework checks before the service sees the request.

The constraints come from the service model; this module has AWS's wording.
"""

import re
from collections.abc import Iterator

from api_shapes.operation import Constraint
from api_shapes.sns_constraints import CONSTRAINTS
from emulator.aws.errors import ValidationError


def check(member: str, value: str | int, kind: str) -> None:
    """Raise ValidationError if ``value`` breaks constraints of the model's type ``kind``; it names each of them."""
    broken = list(_broken(value, CONSTRAINTS[kind]))
    if broken:
        details = (f"Value '{value}' at '{member}' failed to satisfy constraint: {demand}" for demand in broken)
        raise ValidationError.of(*details)


def _broken(value: str | int, constraint: Constraint) -> Iterator[str]:
    """AWS's words for the constraint that ``value`` breaks."""
    size, measure = (len(value), "length") if isinstance(value, str) else (value, "value")
    if constraint.minimum is not None and size < constraint.minimum:
        yield f"Member must have {measure} greater than or equal to {constraint.minimum}"
    if constraint.maximum is not None and size > constraint.maximum:
        yield f"Member must have {measure} less than or equal to {constraint.maximum}"
    if constraint.pattern is not None and re.fullmatch(constraint.pattern, str(value)) is None:
        yield f"Member must satisfy regular expression pattern: {constraint.pattern}"
    if constraint.choices and value not in constraint.choices:
        yield f"Member must satisfy enum value set: [{', '.join(constraint.choices)}]"
