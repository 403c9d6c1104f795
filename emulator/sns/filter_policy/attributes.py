"""The values that message attributes offer to a filter policy.

https://docs.aws.amazon.com/sns/latest/dg/subscription-filter-policy-constraints.html

AWS matches as if all attributes had been written into one JSON text without escaping: the value of a String as what
stands between quotation marks, that of a String.Array as it is. Where that is no JSON, no policy on attributes lets
the message through.
"""

import json
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from functools import cached_property
from typing import Final, Protocol

from emulator.sns.filter_policy.values import comparable, parse_message_json
from emulator.sns.json_tree import Scalar

Values = dict[str, tuple[Scalar, ...]]
"""By attribute name. Attributes of a type that filters ignore are left out."""

# AWS documents the second beside the first: ".../sns/latest/dg/numeric-value-matching.html".
_ARRAY_TYPES: Final = frozenset(["String.Array", "Number.Array"])
_FILTERABLE_TYPES: Final = frozenset(["String", "Number"])
_ABSENT: Final[tuple[Scalar, ...]] = ()
_NOT_PLAIN: Final = re.compile(r'["\\\x00-\x1f]')  # what JSON holds escaped only


class Attribute(Protocol):
    """A message attribute as the publisher sent it, but for a binary value, which filters ignore."""

    @property
    def data_type(self) -> str:
        """``String``, ``String.Array``, ``Number``, ``Binary``, or one of them with a custom label."""

    @property
    def string_value(self) -> str | None: ...


class Offers:
    """What the attributes of one message offer. They are read once, when the first policy asks."""

    def __init__(self, attributes: Mapping[str, Attribute]) -> None:
        self.attributes = attributes

    @cached_property
    def values(self) -> Values | None:
        """None where an attribute is malformed. CloudWatch counts the message as FilteredOut-InvalidAttributes."""
        values: Values = {}
        for name, attribute in self.attributes.items():
            if not _is_filterable(attribute):
                continue
            offered = _values(attribute)
            if offered is None:
                return None
            values[name] = offered
        return values

    def malformed(self) -> Iterator[tuple[str, Attribute]]:
        """The attributes for which no policy lets the message through, by name."""
        for name, attribute in self.attributes.items():
            if _is_filterable(attribute) and _values(attribute) is None:
                yield name, attribute


def _is_filterable(attribute: Attribute) -> bool:
    return attribute.data_type.partition(".")[0] in _FILTERABLE_TYPES


def _values(attribute: Attribute) -> tuple[Scalar, ...] | None:
    """The values to compare; None where the attribute is malformed."""
    text = attribute.string_value
    kind = attribute.data_type
    if text is None:
        return _ABSENT
    if kind in _ARRAY_TYPES:
        return _array(text)
    if kind.startswith("Number"):
        return _number(text)
    return (text,) if _NOT_PLAIN.search(text) is None else _unescaped(text)


def _unescaped(text: str) -> tuple[Scalar, ...] | None:
    try:
        return (json.loads(f'"{text}"'),)
    except ValueError:
        return None


def _number(text: str) -> tuple[Scalar, ...] | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return (comparable(number),) if number.is_finite() else None


def _array(text: str) -> tuple[Scalar, ...] | None:
    """The elements of an array. A value that stands alone counts as its only element."""
    try:
        value = parse_message_json(text)
    except ValueError:
        return None
    if isinstance(value, dict):
        return None
    elements = value if isinstance(value, list) else [value]
    # Objects and arrays within an array are not supported here, and offer nothing to compare.
    return tuple(
        comparable(element) if isinstance(element, Decimal) else element
        for element in elements
        if not isinstance(element, list | dict)
    )
