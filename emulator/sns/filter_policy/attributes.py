"""The values that message attributes offer to a filter policy.

https://docs.aws.amazon.com/sns/latest/dg/subscription-filter-policy-constraints.html
"""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Final, Protocol

from emulator.sns.filter_policy.values import parse_message_json
from emulator.sns.json_tree import Scalar

# AWS documents the second beside the first: ".../sns/latest/dg/numeric-value-matching.html".
_ARRAY_TYPES: Final = frozenset(["String.Array", "Number.Array"])
_FILTERABLE_TYPES: Final = frozenset(["String", "Number"])
_ABSENT: Final[tuple[Scalar, ...]] = ()


class Attribute(Protocol):
    """A message attribute as the publisher sent it, but for a binary value, which filters ignore."""

    @property
    def data_type(self) -> str:
        """``String``, ``String.Array``, ``Number``, ``Binary``, or one of them with a custom label."""

    @property
    def string_value(self) -> str | None: ...


def attribute_values(attribute: Attribute) -> tuple[Scalar, ...] | None:
    """The values to compare: none for a type that filters ignore; None where the value is malformed.

    A malformed attribute rejects the message (CloudWatch counts it as
    NumberOfNotificationsFilteredOut-InvalidAttributes).
    """
    text = attribute.string_value
    kind = attribute.data_type
    if text is None:
        return _ABSENT
    if kind == "String":
        return (text,)
    if kind in _ARRAY_TYPES:
        return _array(text)
    base = kind.partition(".")[0]
    if base == "Number":
        return _number(text)
    return (text,) if base == "String" else _ABSENT


def any_filterable(attributes: Mapping[str, Attribute]) -> bool:
    """Whether the message carries any attribute that filters do not ignore."""
    return any(attribute.data_type.partition(".")[0] in _FILTERABLE_TYPES for attribute in attributes.values())


def _number(text: str) -> tuple[Scalar, ...] | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return (number,) if number.is_finite() else None


def _array(text: str) -> tuple[Scalar, ...] | None:
    try:
        elements = parse_message_json(text)
    except ValueError:
        return None
    if not isinstance(elements, list):
        return None
    # Objects and arrays within an array are not supported here, and offer nothing to compare.
    return tuple(element for element in elements if not isinstance(element, list | dict))
