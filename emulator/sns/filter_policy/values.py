"""The JSON values a filter policy compares."""

import json
import math
from decimal import Context, Decimal, InvalidOperation

from emulator.sns.json_tree import ArrayNode, Node, ObjectNode, Scalar, ScalarNode

MessageValue = Scalar | list["MessageValue"] | dict[str, "MessageValue"]

PlainScalar = str | int | float | bool | None
JsonValue = PlainScalar | list["JsonValue"] | dict[str, "JsonValue"]
"""The same in the types which ``json.dumps`` knows, for people to read."""


def parse_message_json(text: str) -> MessageValue:
    """The JSON value of a message body or an array attribute. Raises ValueError if the text is not JSON."""
    try:
        value: MessageValue = _DECODER.decode(text)
    except (RecursionError, InvalidOperation) as error:  # nested too deeply, or with too large an exponent
        raise ValueError("JSON out of bounds") from error
    return value


def comparable(number: Decimal) -> Decimal:
    """The number as filter policies compare it: rounded to six decimal places.

    AWS documents five. Users found that the sixth counts and that the seventh decides the rounding.
    """
    try:
        return number.quantize(_SIXTH_DIGIT, context=_ROUNDING)
    except InvalidOperation:  # too large for decimal places to matter
        return number


def as_json(node: Node) -> JsonValue:
    """The node as plain JSON. Recursive: only for the shallow nodes of a key's conditions."""
    if isinstance(node, ScalarNode):
        return as_plain(node.value)
    if isinstance(node, ArrayNode):
        return [as_json(item) for item in node.items]
    assert isinstance(node, ObjectNode)
    return {name: as_json(value) for name, value in node.members}


def as_plain(value: Scalar) -> PlainScalar:
    """The value in the types of Python's ``json``; a number too large for a float becomes its text."""
    if not isinstance(value, Decimal):
        return value
    number = float(value)
    if math.isinf(number):
        return str(value)
    return int(number) if number.is_integer() and abs(number) < 2**53 else number


_SIXTH_DIGIT = Decimal("0.000001")
_ROUNDING = Context(prec=40)


def _refuse_constant(name: str) -> MessageValue:
    raise ValueError(f"{name} is no JSON number")


_DECODER = json.JSONDecoder(parse_float=Decimal, parse_int=Decimal, parse_constant=_refuse_constant)
