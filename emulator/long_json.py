"""Answers with long lists, encoded in portions, between which other callers are answered."""

from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import msgspec
from msgspec import Struct

from emulator.turns import PORTION, next_turn

Encode = Callable[[Any], bytes]

_BYTES_AT_ONCE = 1 << 18  # after which a portion ends
# Stands for the elements of a list. Nothing else is encoded to this: quotation marks in texts are escaped.
_PLACEHOLDER = {"long list": 0}


def has_long_list(answer: Struct) -> bool:
    """Whether encoding ``answer`` may take long."""
    return bool(_long_lists(answer))


async def json_portions(answer: Struct, encode: Encode) -> AsyncIterator[bytes]:
    """The JSON that ``encode`` makes of ``answer``, in portions."""
    lists = _long_lists(answer)
    frame = encode(msgspec.structs.replace(answer, **{name: [_PLACEHOLDER] for name in lists}))
    parts = frame.split(encode(_PLACEHOLDER))
    assert len(parts) == len(lists) + 1, "the placeholder is in no text"
    for part, items in zip(parts, (*lists.values(), []), strict=True):
        yield part
        for portion in joined(items, encode):
            yield portion
            await next_turn()


def joined(items: list[Any], encode: Encode) -> Iterator[bytes]:
    """The elements of a JSON list, without the brackets, in portions."""
    portion, comma = bytearray(), b""
    for number, item in enumerate(items, 1):
        portion += comma + encode(item)
        comma = b","
        if number % PORTION == 0 or len(portion) >= _BYTES_AT_ONCE:
            yield bytes(portion)
            portion.clear()
    yield bytes(portion)


def _long_lists(answer: Struct) -> dict[str, list[Any]]:
    """The fields of ``answer`` that are long lists."""
    values = ((name, getattr(answer, name)) for name in answer.__struct_fields__)
    return {name: value for name, value in values if isinstance(value, list) and len(value) > PORTION}
