"""A JSON document with long lists, decoded in portions.

What is looked for here is only where values begin and end. msgspec decodes them, some elements of a list at a time, and
checks them: their types, their syntax and their encoding. So a document is taken or refused as if it was decoded as a
whole. The length of a portion is bounded, except by the length of one value that is not in a list.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import chain
from types import NoneType
from typing import Any, NamedTuple, TypeVar, get_args, get_origin, get_type_hints

import msgspec
from msgspec import Struct

from emulator.timing.turns import PORTION, Work, emptied, free

_EFFORT_AT_ONCE = 100_000  # after which a portion ends: bytes, and some for each value
_EFFORT_OF_VALUE, _EFFORT_OF_STRUCT = 300, 2_000
_BRACKETS_AT_ONCE = 2_000
_COMMA = ord(",")

Kind = TypeVar("Kind", bound=Struct)
Text = bytes | bytearray

_STRING = rb'"[^"\\]*+(?>\\.[^"\\]*+)*+"'
_PLAIN = rb'[^"\[\]{}]*+'
_FLAT = _PLAIN + rb"(?>" + _STRING + _PLAIN + rb")*+"
_NESTED = _FLAT + rb"(?>[\[{]" + _FLAT + rb"[\]}]" + _FLAT + rb")*+"
_NESTED_TWICE = _FLAT + rb"(?>[\[{]" + _NESTED + rb"[\]}]" + _FLAT + rb")*+"
_SPACE = rb"[ \t\n\r]*+"

_BLANK = re.compile(_SPACE)
_BRACKET = re.compile(_FLAT + rb"([\[\]{}])", re.DOTALL)
_KEY = re.compile(_SPACE + rb"(" + _STRING + rb")" + _SPACE + rb":" + _SPACE, re.DOTALL)
# A value that is nested in no more than two others, as nearly all elements of lists are.
_SHALLOW = re.compile(rb"[\[{]" + _NESTED_TWICE + rb"[\]}]", re.DOTALL)
_ATOM = re.compile(_STRING + rb'|[^" \t\n\r,:\[\]{}]++', re.DOTALL)
_ELEMENT = re.compile(
    _SPACE + rb"(?>" + _ATOM.pattern + rb"|" + _SHALLOW.pattern + rb")" + _SPACE + rb"[,\]]", re.DOTALL
)
_PLACE = re.compile(r" - at `\$(?:\[(\d+)\])?(.*)`\Z", re.DOTALL)
_BYTE = re.compile(r"\(byte (\d+)\)")


class _Long(NamedTuple):
    """The field of a struct that is decoded by itself: a list, or a struct that has such fields or may be null."""

    name: str
    of: Any  # the type of the elements, or of the struct
    is_list: bool


def decoding(text: Text, kind: type[Kind]) -> Work[Kind]:
    """Decode ``text``, a JSON object, in portions. msgspec.MsgspecError or UnicodeDecodeError where it does not fit."""
    reader = _Reader(text)
    try:
        found: Kind = yield from reader.struct(kind, "")
        reader.check_end()
    except (msgspec.MsgspecError, UnicodeDecodeError):
        free(reader.emptied())
        raise
    return found


@cache
def _long_fields(kind: Any) -> Mapping[str, _Long]:
    """The fields of a struct, by their names in JSON, that are decoded by themselves."""
    if not (isinstance(kind, type) and issubclass(kind, Struct)):
        return {}
    hints = get_type_hints(kind, include_extras=True)  # a list with a constraint is short, and is not among them
    found = {}
    for field in msgspec.structs.fields(kind):
        hint = hints[field.name]
        struct = next((each for each in get_args(hint) if each is not NoneType and _long_fields(each)), None)
        if get_origin(hint) is list:
            found[field.encode_name] = _Long(field.name, get_args(hint)[0], is_list=True)
        elif struct is not None and NoneType in get_args(hint):
            found[field.encode_name] = _Long(field.name, struct, is_list=False)
    return found


class _Reader:
    """Reads a text from its beginning to its end."""

    def __init__(self, text: Text) -> None:
        self._text = text
        self._at = 0
        self._portion_at = 0  # where the portion began
        self._effort = 0  # of the portion, besides the bytes that it has read
        self._lists: list[list[Any]] = []  # all that were made, the inner ones after the outer ones

    def emptied(self) -> Iterator[None]:
        """Drop what was decoded, some of it with each step."""
        return chain.from_iterable(map(emptied, reversed(self._lists)))

    def check_end(self) -> None:
        """DecodeError where something follows."""
        self._skip_blank()
        if self._at < len(self._text):
            raise msgspec.DecodeError(f"JSON is malformed: trailing characters (byte {self._at})")

    def struct(self, kind: type[Kind], path: str) -> Work[Kind]:
        """The struct that follows. What is decoded by itself is replaced in it by an empty list, or by null."""
        self._skip_blank()
        if not self._is_next(b"{"):
            since = self._at
            yield from self._skip()
            decoded: Kind = _decoded(self._text[since : self._at], kind, path, [(0, since)])
            return decoded
        long, values = _long_fields(kind), {}
        frame, places = bytearray(b"{"), [(0, self._at)]
        self._at += 1
        self._skip_blank()
        while not self._is_next(b"}"):
            places.append((len(frame) + (len(frame) > 1), self._at))
            key = self._key()
            frame += b"," * (len(frame) > 1) + key + b":"
            places.append((len(frame), self._at))
            name = msgspec.json.decode(key, type=str)
            field, value_at = long.get(name), self._at
            if field is not None and self._is_next(b"[" if field.is_list else b"{"):
                work = self._list if field.is_list else self.struct
                values[field.name] = yield from work(field.of, f"{path}.{name}")
                frame += b"[]" if field.is_list else b"null"
            else:
                if field is not None:
                    values.pop(field.name, None)
                yield from self._skip()
                frame += self._text[value_at : self._at]
            if self._delimiter(b",}") == b"}":
                break
            self._at += 1
        self._at += 1
        found: Kind = _decoded(frame + b"}", kind, path, places)
        for name, value in values.items():
            setattr(found, name, value)
        return found

    def _list(self, of: Any, path: str) -> Work[list[Any]]:
        found: list[Any] = []
        self._lists.append(found)
        self._at += 1
        self._skip_blank()
        if self._is_next(b"]"):
            self._at += 1
            return found
        if _long_fields(of):
            yield from self._long_elements(found, of, path)
        else:
            yield from self._elements(found, of, path)
        return found

    def _long_elements(self, found: list[Any], of: Any, path: str) -> Work[None]:
        """Elements that are decoded one by one."""
        while True:
            found.append((yield from self.struct(of, f"{path}[{len(found)}]")))
            if self._has_read(_EFFORT_OF_STRUCT):
                yield
            delimiter = self._delimiter(b",]")
            self._at += 1
            if delimiter == b"]":
                return

    def _elements(self, found: list[Any], of: Any, path: str) -> Work[None]:
        """Elements that are decoded some at a time."""
        kind, text, more = list[of], self._text, True
        while more:
            since = self._at
            for _ in range(PORTION):
                element = _ELEMENT.match(text, self._at)
                if element is not None:
                    self._at = element.end()
                else:
                    yield from self._skip()
                    self._delimiter(b",]")
                    self._at += 1
                more = text[self._at - 1] == _COMMA
                if not more or self._at - since >= _EFFORT_AT_ONCE:
                    break
            portion = b"[" + text[since : self._at - 1] + b"]"
            decoded = _decoded(portion, kind, path, [(0, since - 1)], len(found))
            found += decoded
            if self._has_read(len(decoded) * _EFFORT_OF_VALUE):
                yield

    def _has_read(self, effort: int) -> bool:
        """Whether the portion ends, after something that took this effort besides its bytes."""
        self._effort += effort
        if self._at - self._portion_at + self._effort < _EFFORT_AT_ONCE:
            return False
        self._portion_at, self._effort = self._at, 0
        return True

    def _key(self) -> bytes:
        found = _KEY.match(self._text, self._at)
        if found is None:
            raise self._malformed(self._at)
        self._at = found.end()
        return bytes(found[1])

    def _skip(self) -> Work[None]:
        """Go to the end of the value that follows."""
        self._skip_blank()
        found = _ATOM.match(self._text, self._at) or _SHALLOW.match(self._text, self._at)
        if found is not None:
            self._at = found.end()
            return
        at, depth, brackets = self._at, 0, 0
        while found := _BRACKET.match(self._text, at):
            at = found.start(1)
            depth += 1 if found[1] in (b"[", b"{") else -1
            if depth <= 0:
                break
            brackets += 1
            if brackets % _BRACKETS_AT_ONCE == 0:
                yield
            at += 1
        if found is None or depth < 0:
            raise self._malformed(at)
        self._at = at + 1

    def _delimiter(self, wanted: bytes) -> bytes:
        """The next character, which is one of those ``wanted``."""
        self._skip_blank()
        found = bytes(self._text[self._at : self._at + 1])
        if found and found in wanted:
            return found
        if found:
            expected = " or ".join(f"'{chr(each)}'" for each in wanted)
            raise msgspec.DecodeError(f"JSON is malformed: expected {expected} (byte {self._at})")
        raise self._malformed(self._at)

    def _is_next(self, character: bytes) -> bool:
        return self._text[self._at : self._at + 1] == character

    def _skip_blank(self) -> None:
        found = _BLANK.match(self._text, self._at)
        assert found is not None, "it matches what is empty"
        self._at = found.end()

    def _malformed(self, at: int) -> msgspec.DecodeError:
        if at >= len(self._text):
            return msgspec.DecodeError("Input data was truncated")
        return msgspec.DecodeError(f"JSON is malformed: invalid character (byte {at})")


def _decoded(text: Text, kind: Any, path: str, places: list[tuple[int, int]], first: int = 0) -> Any:
    """What ``text`` says, the value at ``path`` or the elements of it from the number ``first`` on.

    An error says where in the whole document it is: ``places`` has positions in ``text``, and those in the document.
    Raw values are taken as they are, so the encoding is checked before.
    """
    try:
        return msgspec.json.decode(text.decode(), type=kind)
    except msgspec.ValidationError as error:
        raise msgspec.ValidationError(_at_path(str(error), path, first)) from None
    except msgspec.DecodeError as error:
        raise msgspec.DecodeError(_BYTE.sub(lambda found: _at_byte(int(found[1]), places), str(error))) from None


def _at_byte(position: int, places: list[tuple[int, int]]) -> str:
    start, in_document = max((place for place in places if place[0] <= position), default=places[0])
    return f"(byte {in_document + position - start})"


def _at_path(text: str, path: str, first: int) -> str:
    """The error ``text`` about a value at ``path``, of which a list begins with the element number ``first``."""
    found = _PLACE.search(text)
    if found is None:
        return f"{text} - at `${path}`" if path else text
    number = "" if found[1] is None else f"[{int(found[1]) + first}]"
    return f"{text[: found.start()]} - at `${path}{number}{found[2]}`"
