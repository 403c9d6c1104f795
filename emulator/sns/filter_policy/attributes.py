"""The values that a message offers to a filter policy: its attributes, and its body.

https://docs.aws.amazon.com/sns/latest/dg/subscription-filter-policy-constraints.html

AWS matches as if all attributes had been written into one JSON text without escaping: the value of a String as what
stands between quotation marks, that of a String.Array as it is. Where that is no JSON, no policy on attributes lets
the message through.
"""

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Final, Protocol

from emulator.sns.filter_policy.values import MessageValue, comparable, parse_message_json
from emulator.sns.json_tree import Scalar

# AWS documents the second beside the first: ".../sns/latest/dg/numeric-value-matching.html".
_ARRAY_TYPES: Final = frozenset(["String.Array", "Number.Array"])
_FILTERABLE_TYPES: Final = frozenset(["String", "Number"])
_ABSENT: Final[tuple[Scalar, ...]] = ()
_UNREAD: Final[tuple[Scalar, ...]] = ("unread",)


class Attribute(Protocol):
    """A message attribute as the publisher sent it, but for a binary value, which filters ignore."""

    @property
    def data_type(self) -> str:
        """``String``, ``String.Array``, ``Number``, ``Binary``, or one of them with a custom label."""

    @property
    def string_value(self) -> str | None: ...


class Offers:
    """What one message offers to all the policies that it meets. Each attribute and text is read once at most.

    ``size`` is more than the number of values of all attributes, once ``intact`` has been called.
    """

    __slots__ = ("_bodies", "_intact", "_values", "attributes", "size")

    def __init__(self, attributes: Mapping[str, Attribute]) -> None:
        self.attributes = attributes
        self._values: dict[str, tuple[Scalar, ...] | None] = {}
        self._bodies: dict[str, dict[str, MessageValue] | None] = {}  # by the text, which may depend on the protocol
        self._intact: bool | None = None
        self.size = 0

    def of(self, name: str) -> tuple[Scalar, ...] | None:
        """The values under a name: none where there is no such attribute, None where it is malformed."""
        values = self._values.get(name, _UNREAD)
        if values is _UNREAD:
            attribute = self.attributes.get(name)
            values = self._values[name] = _ABSENT if attribute is None else _values(attribute)
        return values

    def intact(self) -> bool:
        """Whether no text is malformed. Numbers cannot be: Publish refuses them."""
        intact = self._intact
        if intact is None:
            intact = self._intact = self._read_texts()
        return intact

    def _read_texts(self) -> bool:
        """Whether no text is malformed. The usual one, which stands in JSON as it is, needs three fast searches."""
        for name, attribute in self.attributes.items():
            kind, text = attribute.data_type, attribute.string_value
            self.size += 1 if text is None else len(text) + 1
            if kind == "String" and text is not None and text.isprintable() and '"' not in text and "\\" not in text:
                self._values[name] = (text,)
            elif kind.startswith("String") and self.of(name) is None:
                return False
        return True

    def body(self, message: str) -> dict[str, MessageValue] | None:
        """The text as a JSON object; None if it is none."""
        if message not in self._bodies:
            self._bodies[message] = _json_object(message)
        return self._bodies[message]

    def any(self) -> bool:
        """Whether there is any attribute that filters do not ignore."""
        return any(each.data_type.partition(".")[0] in _FILTERABLE_TYPES for each in self.attributes.values())

    def malformed(self) -> Iterator[tuple[str, Attribute]]:
        """The attributes for which no policy lets the message through, by name."""
        for name, attribute in self.attributes.items():
            if self.of(name) is None:
                yield name, attribute


def _json_object(message: str) -> dict[str, MessageValue] | None:
    try:
        body = parse_message_json(message)
    except ValueError:
        return None
    return body if isinstance(body, dict) else None


def _values(attribute: Attribute) -> tuple[Scalar, ...] | None:
    """The values to compare: none for a type that filters ignore; None where the attribute is malformed."""
    text = attribute.string_value
    kind = attribute.data_type
    if text is None:
        return _ABSENT
    if kind in _ARRAY_TYPES:
        return _array(text)
    base = kind.partition(".")[0]
    if base == "Number":
        return _number(text)
    if base != "String":
        return _ABSENT
    return _unescaped(text)


def _unescaped(text: str) -> tuple[Scalar, ...] | None:
    """What a text between quotation marks stands for in JSON."""
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
