"""The state document as a stream, so that a great many messages do not keep other callers waiting.

The document shows one moment (``moment``). It is encoded in portions, between which the event loop serves others.
"""

from collections.abc import AsyncGenerator, Iterable, Iterator

import msgspec

from emulator.state import moment as moments
from emulator.state.emulated import Emulated
from emulator.state.moment import PLACEHOLDER, Moment, Reader
from emulator.state.part import Part
from emulator.timing.turns import in_turns, next_turn

_BYTES_AT_ONCE = 1 << 20  # after which a portion ends

Piece = tuple[bytes, int]  # a part of the document, and how many elements of lists are in it

_encode = msgspec.json.Encoder().encode
_CODE = _encode(PLACEHOLDER)


async def stream(emulated: Emulated, account: str | None) -> AsyncGenerator[bytes, None]:
    """The document that ``export`` gives, as JSON in portions. It shows the state at the first portion."""
    moment = Moment(emulated, account)
    try:
        await in_turns(moment.taking())
        for portion in _document(moment):
            yield portion
            await next_turn()
        await in_turns(moment.ending())
    finally:
        moment.end()  # if the client has hung up


def _document(moment: Moment) -> Iterator[bytes]:
    """The document in portions."""
    state = moment.state
    lists = {name: part for name in state.__struct_fields__ if isinstance(part := getattr(state, name), list) and part}
    first, *others = _encode(msgspec.structs.replace(state, **{name: [PLACEHOLDER] for name in lists})).split(_CODE)
    yield first
    for parts, rest in zip(lists.values(), others, strict=True):
        yield from _portions(_pieces(moment, parts))
        yield rest


def _portions(pieces: Iterable[Piece]) -> Iterator[bytes]:
    """The ``pieces``, some together, so that each portion has a bounded number of elements and of bytes."""
    portion, elements = bytearray(), 0
    for text, count in pieces:
        if portion and (elements + count > moments.ROWS_AT_ONCE or len(portion) >= _BYTES_AT_ONCE):
            yield bytes(portion)
            portion.clear()
            elements = 0
        portion += text
        elements += count
    yield bytes(portion)


def _pieces(moment: Moment, parts: list[Part]) -> Iterator[Piece]:
    """``parts`` as the elements of a JSON list."""
    comma = b""
    for part in parts:
        first, *others = _encode(part).split(_CODE)
        yield comma + first, 1
        comma = b","
        for reader, rest in zip(moment.readers_of(part), others, strict=True):
            yield from _elements(reader)
            yield rest, 0


def _elements(reader: Reader) -> Iterator[Piece]:
    """The elements of a list, without the brackets."""
    comma = b""
    for elements in reader:
        text, count = bytearray(), 0
        for element in elements:
            text += comma + _encode(element)
            comma = b","
            count += 1
            if len(text) >= _BYTES_AT_ONCE:
                yield bytes(text), count
                text.clear()
                count = 0
        yield bytes(text), count
