"""Answers with long lists, encoded in portions, between which other callers are answered."""

from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import msgspec
from msgspec import Struct

from emulator.timing.turns import PORTION, next_turn

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
    left = [*map(deque, lists.values()), deque[Any]()]
    del answer, lists  # so that what is encoded is freed in its portion, and not all of it at the end
    assert len(parts) == len(left), "the placeholder is in no text"
    for part, items in zip(parts, left, strict=True):
        yield part
        for portion in joined(items, encode):
            yield portion
            await next_turn()


def joined(items: deque[Any], encode: Encode) -> Iterator[bytes]:
    """The elements of a JSON list, without the brackets, in portions. ``items`` is emptied."""
    portion, comma, number = bytearray(), b"", 0
    while items:
        portion += comma + encode(items.popleft())
        comma = b","
        number += 1
        if number % PORTION == 0 or len(portion) >= _BYTES_AT_ONCE:
            yield bytes(portion)
            portion.clear()
    yield bytes(portion)


def _long_lists(answer: Struct) -> dict[str, list[Any]]:
    """The fields of ``answer`` that are long lists."""
    values = ((name, getattr(answer, name)) for name in answer.__struct_fields__)
    return {name: value for name, value in values if isinstance(value, list) and len(value) > PORTION}
