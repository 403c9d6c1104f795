"""A document that is decoded in portions is taken or refused as one that is decoded as a whole."""

import json
import re
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emulator.state import decoding
from emulator.state.document import State
from emulator.timing.turns import at_once
from tests.examples import examples
from tests.state.lived_in import lived_in

DOCUMENT = msgspec.json.encode(lived_in().export())
# What is put into a document: structure, parts of texts and numbers, and what is no JSON.
PIECES = ["", '"', "\\", "[", "]", "{", "}", ",", ":", " ", "\n", "1", "-", "e", ".", "null", "true", '"a"', "é", "\0"]


class Item(msgspec.Struct, forbid_unknown_fields=True):
    name: str
    inner: dict[str, Any] = {}


class Inner(msgspec.Struct, forbid_unknown_fields=True):
    items: list[Item] = []
    numbers: list[int] = []
    other: Any = None


class Box(Inner):
    box: Inner | None = None
    boxes: list[Inner] = []


TEXTS = st.text(st.sampled_from('ab"\\[]{},: é'), max_size=4)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)
ITEMS = st.fixed_dictionaries({"name": TEXTS}, optional={"inner": st.dictionaries(TEXTS, VALUES, max_size=2)})
FLAT = {"items": st.lists(ITEMS, max_size=5), "numbers": st.lists(st.integers(-99, 99), max_size=5), "other": VALUES}
INNER = st.fixed_dictionaries({}, optional=FLAT)
BOXES = st.fixed_dictionaries({}, optional=FLAT | {"box": INNER | st.none(), "boxes": st.lists(INNER, max_size=3)})


@pytest.fixture(params=[10, 100_000], autouse=True)
def effort(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoding, "PORTION", 2)
    monkeypatch.setattr(decoding, "_EFFORT_AT_ONCE", request.param)
    monkeypatch.setattr(decoding, "_BRACKETS_AT_ONCE", 1)


def outcome(text: bytes, kind: type[msgspec.Struct], *, in_portions: bool) -> object:
    """What ``text`` says, or None if it is refused."""
    try:
        if in_portions:
            return at_once(decoding.decoding(bytearray(text), kind))
        return msgspec.json.decode(text.decode(), type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None


def check(text: bytes, kind: type[msgspec.Struct]) -> None:
    assert outcome(text, kind, in_portions=True) == outcome(text, kind, in_portions=False)


def test_document_is_decoded_as_it_is_as_a_whole() -> None:
    assert outcome(DOCUMENT, State, in_portions=False) is not None
    check(DOCUMENT, State)
    check(json.dumps(json.loads(DOCUMENT), indent=2).encode(), State)


@settings(max_examples=examples(150))
@given(box=BOXES, indent=st.sampled_from([None, 1]), ascii_only=st.booleans())
def test_any_document_is_decoded_as_it_is_as_a_whole(box: Any, indent: int | None, ascii_only: bool) -> None:
    text = json.dumps(box, indent=indent, ensure_ascii=ascii_only).encode()
    assert outcome(text, Box, in_portions=False) is not None
    check(text, Box)


@settings(max_examples=examples(400))
@given(box=BOXES, data=st.data())
def test_text_is_refused_where_it_is_refused_as_a_whole(box: Any, data: st.DataObject) -> None:
    text = json.dumps(box, ensure_ascii=False)
    for _ in range(data.draw(st.integers(1, 2))):
        at = data.draw(st.integers(0, len(text)))
        dropped = data.draw(st.integers(0, 2))
        text = text[:at] + data.draw(st.sampled_from(PIECES)) + text[at + dropped :]
    check(text.encode(), Box)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (b"", "Input data was truncated"),
        (b'{"items": [', "Input data was truncated"),
        (b'{"items": [{"name": "a"}, {"name": 1}]}', "Expected `str`, got `int` - at `$.items[1].name`"),
        (b'{"items": [{"name": "a"}, 1]}', "Expected `object`, got `int` - at `$.items[1]`"),
        (b'{"items": 1}', "Expected `array`, got `int` - at `$.items`"),
        (b'{"boxes": [{}, {"numbers": [1, 2, 3, "4"]}]}', "Expected `int`, got `str` - at `$.boxes[1].numbers[3]`"),
        (b'{"boxes": [{}, {}, {"colour": 1}]}', "Object contains unknown field `colour` - at `$.boxes[2]`"),
        (b'{"box": {"items": [{}]}}', "missing required field `name` - at `$.box.items[0]`"),
        (b'{"numbers": [1, 2, 3, .4]}', "JSON is malformed: invalid character (byte 22)"),
        (b'{"items": []} 1', "JSON is malformed: trailing characters (byte 14)"),
        (b'{"items": [{"name": "a"} {"name": "b"}]}', "JSON is malformed: expected ',' or ']' (byte 25)"),
        (b'{"other": 1, "items": [], "numbers": [], "other": [tru]}', "JSON is malformed: invalid character (byte 55)"),
        (b'{"boxes": [{}, {"items": [], "other": 01}]}', "JSON is malformed: invalid number (byte 39)"),
        (b'{"numbers": [}', "JSON is malformed: invalid character (byte 13)"),
        (b'{"other": "\xff"}', "'utf-8' codec can't decode byte 0xff"),
    ],
)
def test_error_says_where_in_the_document_it_is(text: bytes, problem: str) -> None:
    with pytest.raises((msgspec.MsgspecError, UnicodeDecodeError)) as refused:
        at_once(decoding.decoding(text, Box))
    assert problem in str(refused.value)
    with pytest.raises((msgspec.MsgspecError, UnicodeDecodeError)) as refused_as_a_whole:
        msgspec.json.decode(text.decode(), type=Box)
    assert re.sub("[0-9]", "", str(refused.value)) == re.sub("[0-9]", "", str(refused_as_a_whole.value))


@pytest.mark.parametrize(
    "nested", [b"[" * 100_000, b'{"other":' * 100_000, b'{"other":' + b"[" * 50_000 + b"]" * 50_000]
)
def test_deep_nesting_is_refused(nested: bytes) -> None:
    assert outcome(nested, Box, in_portions=True) is None


def test_portions_are_small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    text = msgspec.json.encode(Box(items=[Item("x" * 100) for _ in range(10_000)], boxes=[Inner()] * 1_000))
    portions = sum(1 for _ in decoding.decoding(text, Box))
    assert portions > len(text) / 100_000
