"""TOML: the values by the standard library, the positions by the parse tree of tree-sitter."""

import re
import tomllib
from collections.abc import Iterator
from typing import Any

import tree_sitter_toml
from tree_sitter import Language, Node, Parser

from emulator.declared.document import DEPTH_MAX, TOO_DEEP, DocumentPath, Mistake, Position, SyntaxMistake

# What the standard library puts behind its text: https://docs.python.org/3/library/tomllib.html#tomllib.TOMLDecodeError
_AT = re.compile(r" \(at (?:line (?P<line>\d+), column (?P<column>\d+)|end of document)\)$")

_NODES_DEEP = 2 * DEPTH_MAX + 5  # an inline table is two nodes deep: the table, and the pair in it
_HEADED = ("table", "table_array_element")


def read_toml(text: str) -> tuple[dict[str, Any], dict[DocumentPath, Position], dict[DocumentPath, Position]]:
    """The content, and the positions of keys and values. Raises SyntaxMistake."""
    source = text.replace("\r\n", "\n")  # as the standard library reads it; the columns stay the same
    root = Parser(Language(tree_sitter_toml.language())).parse(source.encode()).root_node
    _check_depth(root)
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SyntaxMistake(_mistake(str(error), text)) from None
    positions = _Positions(source)
    positions.enter(root)
    return content, positions.keys, positions.values


def _check_depth(root: Node) -> None:
    """Raise SyntaxMistake for tables, arrays or keys within one another that the standard library takes minutes for."""
    cursor, depth = root.walk(), 0
    while True:
        if depth > _NODES_DEEP:
            row, column = cursor.node.start_point if cursor.node else (0, 0)
            raise SyntaxMistake(Mistake(TOO_DEEP, Position(row + 1, column + 1)))
        if cursor.goto_first_child():
            depth += 1
            continue
        while not cursor.goto_next_sibling():
            if not cursor.goto_parent():
                return
            depth -= 1


def _mistake(problem: str, text: str) -> Mistake:
    found = _AT.search(problem)
    if found is None:
        return Mistake(f"{problem}.")
    lines = text.split("\n")
    where = Position(int(found["line"] or len(lines)), int(found["column"] or len(lines[-1]) + 1))
    return Mistake(f"{problem[: found.start()]}.", where)


class _Positions:
    """Follows the parse tree of a document without mistakes."""

    def __init__(self, text: str) -> None:
        self.keys: dict[DocumentPath, Position] = {}
        self.values: dict[DocumentPath, Position] = {}
        self._lines = [line.encode() for line in text.split("\n")]
        self._lengths: dict[DocumentPath, int] = {}  # of arrays of tables, so far

    def enter(self, document: Node) -> None:
        for child in document.named_children:
            if child.type in _HEADED:
                self._table(child)
            elif child.type == "pair":
                self._pair(child, ())

    def _table(self, table: Node) -> None:
        """``[a.b]`` or ``[[a.b]]``, and the pairs below it."""
        header, *pairs = (child for child in table.named_children if child.type != "comment")
        path: DocumentPath = ()
        *_, last = keys = list(_keys(header))
        for key in keys:
            path = (*path, _name(key))
            self._key(path, key)
            self.values.setdefault(path, self._position(key))
            if key is last and table.type == "table_array_element":
                self._lengths[path] = self._lengths.get(path, 0) + 1
            if path in self._lengths:
                path = (*path, self._lengths[path] - 1)
                self.values.setdefault(path, self._position(header))
        for pair in pairs:
            self._pair(pair, path)

    def _pair(self, pair: Node, path: DocumentPath) -> None:
        key, value = (child for child in pair.named_children if child.type != "comment")
        for each in _keys(key):
            path = (*path, _name(each))
            self._key(path, each)
            self.values.setdefault(path, self._position(each))
        self._value(value, path)

    def _value(self, value: Node, path: DocumentPath) -> None:
        self.values[path] = self._position(value)
        children = [child for child in value.named_children if child.type != "comment"]
        if value.type == "inline_table":
            for pair in children:
                self._pair(pair, path)
        elif value.type == "array":
            for index, child in enumerate(children):
                self._value(child, (*path, index))

    def _key(self, path: DocumentPath, key: Node) -> None:
        self.keys.setdefault(path, self._position(key))

    def _position(self, node: Node) -> Position:
        row, column = node.start_point  # the column in bytes
        return Position(row + 1, len(self._lines[row][:column].decode()) + 1)


def _keys(node: Node) -> Iterator[Node]:
    """The simple keys of a key such as ``a."b c".d``."""
    if node.type == "dotted_key":
        for child in node.named_children:
            yield from _keys(child)
    else:
        yield node


def _name(key: Node) -> str:
    text = (key.text or b"").decode()
    if key.type == "bare_key":
        return text
    (name,) = tomllib.loads(f"{text} = 0")
    return name
