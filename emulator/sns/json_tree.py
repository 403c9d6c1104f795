"""A JSON text as a tree of values that know their positions in the text.

AWS reads policies with a streaming parser (Jackson) and reports the position that the parser had reached. So every
node knows how far the parser had read when this value was its current token: past the opening quote of a string, past
the bracket of an object or array, past the whole of any other value. The messages for malformed text follow Jackson's.

Nothing here is recursive, so depth costs memory only.
"""

import json
import re
from decimal import Decimal, InvalidOperation
from typing import Final

from msgspec import Struct

Scalar = str | Decimal | bool | None
"""A value without parts. Every JSON number is a Decimal, so 3.015e2 equals 301.5 exactly."""

# Jackson's limits of nesting and of how much of a token an error shows:
# https://github.com/FasterXML/jackson-core, StreamReadConstraints, ParserMinimalBase.
_DEPTH_MAX = 1000
_ECHOED_TOKEN = 256

_REDACTED = "REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled)"
_LINE_BREAK = re.compile(r"\r\n?|\n")
_SPACE = re.compile(r"[ \t\n\r]*")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_STRING_BODY = re.compile(r'(?:[^"\\\x00-\x1f]+|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*')
_WORD = re.compile(r"[\w$]+")
_KEYWORDS: Final[dict[str, bool | None]] = {"true": True, "false": False, "null": None}
_VALUES = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')"


class JsonError(Exception):
    """The text is not JSON; ``detail`` is AWS's message. Its exact wording has changed over the years."""

    def __init__(self, detail: str) -> None:
        self.detail = detail
        super().__init__(detail)


class Node(Struct):
    """A JSON value; ``start`` and ``end`` are the offsets of its first character and behind its last one."""

    start: int
    end: int

    @property
    def seen(self) -> int:
        """The offset that the parser had reached when this value was its current token."""
        return self.start + 1


class ScalarNode(Node):
    value: Scalar

    @property
    def seen(self) -> int:
        return self.start + 1 if isinstance(self.value, str) else self.end


class ArrayNode(Node):
    items: list[Node]


class ObjectNode(Node):
    members: list[tuple[str, Node]]


def read_json(text: str) -> Node:
    """The tree of the text. Raises JsonError if the text is not JSON."""
    return _Reader(text).document()


def position(text: str, offset: int) -> str:
    """A position in the text, after ``offset`` characters, as the parser words it: the column is one more."""
    line, line_start = 1, 0
    for found in _LINE_BREAK.finditer(text, 0, offset):
        line, line_start = line + 1, found.end()
    return f"line: {line}, column: {offset - line_start + 1}"


class _Reader:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._open: list[ArrayNode | ObjectNode] = []
        self._names: list[str] = []  # for each open object: the key of the next value

    def document(self) -> Node:
        root = self._tree()
        if self._next_character():
            raise self._unexpected("expected end of content")
        return root

    def _tree(self) -> Node:
        while True:
            node = self._value()
            if isinstance(node, ArrayNode | ObjectNode) and not self._closes(node):
                self._descend(node)
                continue
            while self._open:
                parent = self._open[-1]
                self._attach(node, parent)
                if not self._closes(parent):
                    self._next_entry(parent)
                    break
                node = self._open.pop()
            else:
                return node

    def _descend(self, node: ArrayNode | ObjectNode) -> None:
        self._open.append(node)
        if len(self._open) > _DEPTH_MAX:
            raise self._fault(
                f"Document nesting depth ({len(self._open)}) exceeds the maximum allowed ({_DEPTH_MAX}, "
                "from `StreamReadConstraints.getMaxNestingDepth()`)",
                self._at,
            )
        if isinstance(node, ObjectNode):
            self._names.append(self._field_name())

    def _attach(self, node: Node, parent: ArrayNode | ObjectNode) -> None:
        if isinstance(parent, ArrayNode):
            parent.items.append(node)
        else:
            parent.members.append((self._names.pop(), node))

    def _closes(self, node: ArrayNode | ObjectNode) -> bool:
        if self._next_character() != ("]" if isinstance(node, ArrayNode) else "}"):
            return False
        self._at += 1
        node.end = self._at
        return True

    def _next_entry(self, parent: ArrayNode | ObjectNode) -> None:
        kind = "Array" if isinstance(parent, ArrayNode) else "Object"
        character = self._next_character()
        if not character:
            marker = f"(start marker at [Source: {_REDACTED}; {position(self._text, parent.start)}])"
            raise self._ended(f": expected close marker for {kind} {marker}")
        if character != ",":
            raise self._unexpected(f"was expecting comma to separate {kind} entries")
        self._at += 1
        if isinstance(parent, ObjectNode):
            self._names.append(self._field_name())

    def _field_name(self) -> str:
        character = self._next_character()
        if not character:
            raise self._ended(": was expecting double-quote to start field name")
        if character != '"':
            raise self._unexpected("was expecting double-quote to start field name")
        name = self._string()
        if self._next_character() != ":":
            raise self._unexpected("was expecting a colon to separate field name and value")
        self._at += 1
        return name

    def _value(self) -> Node:
        character = self._next_character()
        start = self._at
        if character == "{" or character == "[":
            self._at += 1
            return ObjectNode(start, start, []) if character == "{" else ArrayNode(start, start, [])
        scalar = self._scalar(character)
        return ScalarNode(start, self._at, scalar)

    def _scalar(self, character: str) -> Scalar:
        if character == '"':
            return self._string()
        if number := _NUMBER.match(self._text, self._at):
            self._at = number.end()
            return self._decimal(number[0])
        word = _WORD.match(self._text, self._at)
        if word is None:
            raise self._unexpected(f"expected a valid value {_VALUES}") if character else self._ended("")
        if word[0] not in _KEYWORDS:
            token = word[0][:_ECHOED_TOKEN]
            raise self._fault(f"Unrecognized token '{token}': was expecting {_VALUES}", word.end())
        self._at = word.end()
        return _KEYWORDS[word[0]]

    def _decimal(self, digits: str) -> Decimal:
        try:
            return Decimal(digits)
        except InvalidOperation as error:
            raise self._fault(f"Numeric value ({digits[:_ECHOED_TOKEN]}) out of range", self._at) from error

    def _string(self) -> str:
        start = self._at
        body = _STRING_BODY.match(self._text, start + 1)
        assert body is not None  # the pattern matches the empty string
        self._at = body.end()
        rest = self._text[self._at : self._at + 2]
        if rest in ("", "\\"):
            raise self._ended(": was expecting closing quote for a string value")
        if rest[0] == "\\":
            raise self._fault(f"Unrecognized character escape {_described(rest[1])}", self._at)
        if rest[0] != '"':
            raise self._fault(
                f"Illegal unquoted character ({_described(rest[0])}): has to be escaped using backslash "
                "to be included in string value",
                self._at,
            )
        self._at += 1
        value: str = json.loads(self._text[start : self._at])
        return value

    def _next_character(self) -> str:
        """Skip to the first character that is not white space and return it; "" at the end."""
        space = _SPACE.match(self._text, self._at)
        assert space is not None  # the pattern matches the empty string
        self._at = space.end()
        return self._text[self._at : self._at + 1]

    def _unexpected(self, expected: str) -> JsonError:
        character = self._text[self._at : self._at + 1]
        if not character:
            return self._ended(f": {expected}")
        return self._fault(f"Unexpected character ({_described(character)}): {expected}", self._at)

    def _fault(self, message: str, offset: int) -> JsonError:
        """An error without an excerpt of the text, as AWS words this one."""
        return JsonError(f"{message}\n at [Source: {_REDACTED}; {position(self._text, offset)}]")

    def _ended(self, expected: str) -> JsonError:
        return self._fault(f"Unexpected end-of-input{expected}", self._at)


def _described(character: str) -> str:
    code = ord(character)
    if code < 0x20 or 0x7F <= code < 0xA0:
        return f"(CTRL-CHAR, code {code})"
    return f"'{character}' (code {code}{f' / {code:#x}' if code > 0xFF else ''})"
