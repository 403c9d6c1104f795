"""The values that a field allows, for the error about another one."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

# As msgspec writes it. The value can contain anything; no place is given for the whole document.
_OTHER_VALUE = re.compile(r"Invalid enum value .*?(?: - at `(?P<path>\$[^`]*)`)?", re.DOTALL)
_STEP = re.compile(r"\.(?P<field>\w+)|\[(?:\d+|\.\.\.)\]")


def with_allowed_values(text: str, kind: Any) -> str:
    """``text``, what msgspec found wrong with a value of type ``kind``, with the values that the field allows."""
    found = _OTHER_VALUE.fullmatch(text)
    if found is None:
        return text
    steps = [step["field"] for step in _STEP.finditer(found["path"] or "")]
    allowed = sorted({str(value) for value in _allowed(msgspec.inspect.type_info(kind), steps)})
    return f"{text}; allowed: {', '.join(allowed)}" if allowed else text


def _allowed(kind: msgspec.inspect.Type, steps: Sequence[str | None]) -> Iterator[object]:
    """The values of the enum at the end of ``steps``, each the name of a field, or None for an item."""
    match kind:
        case msgspec.inspect.Metadata():
            yield from _allowed(kind.type, steps)
        case msgspec.inspect.UnionType():
            for each in kind.types:
                yield from _allowed(each, steps)
        case msgspec.inspect.LiteralType() if not steps:
            yield from kind.values
        case msgspec.inspect.CollectionType() if steps and steps[0] is None:
            yield from _allowed(kind.item_type, steps[1:])
        case msgspec.inspect.DictType() if steps and steps[0] is None:
            yield from _allowed(kind.value_type, steps[1:])
        case msgspec.inspect.StructType() if steps:
            for field in kind.fields:
                if field.encode_name == steps[0]:
                    yield from _allowed(field.type, steps[1:])
