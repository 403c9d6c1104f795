"""YAML, by the safe loader of PyYAML, and JSON. JSON is read by the standard library; its positions are those of the
same text as YAML.

Aliases and merge keys are expanded here, and counted, so that a small file cannot grow without bounds.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

import yaml

from emulator.declared.document import DEPTH_MAX, VALUES_MAX, DocumentPath, Mistake, Position, SyntaxMistake

_TAG = "tag:yaml.org,2002:"
_MERGE = f"{_TAG}merge"
_TEXTS = (_MERGE, f"{_TAG}value")  # << and =, which are texts where they are values

Positions = Mapping[DocumentPath, Position]
Read = tuple[Any, Positions, Positions]


def read_yaml(text: str, reader: "NodeReader | None" = None) -> Read:
    """The content, and the positions of keys and values. Raises SyntaxMistake."""
    node = _composed(text)
    reader = reader or NodeReader()
    content = None if node is None else reader.read(node, ())
    return content, reader.keys, reader.values


def read_json(text: str, reader: "NodeReader | None" = None) -> Read:
    """The content, and the positions of keys and values. Raises SyntaxMistake."""
    try:
        content = json.loads(text)
    except json.JSONDecodeError as error:
        raise SyntaxMistake(Mistake(f"{error.msg}.", Position(error.lineno, error.colno))) from None
    except ValueError as error:  # a number of too many digits
        raise SyntaxMistake(Mistake(f"{error}.")) from None
    # Between its tokens JSON allows tabs, and YAML does not; within them JSON has none.
    node = _composed(text.replace("\t", " "))
    reader = reader or NodeReader()
    assert node is not None, "it has content"
    reader.locate(node, content, ())
    return content, reader.keys, reader.values


def _composed(text: str) -> yaml.Node | None:
    try:
        return yaml.compose(text, yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        problem = " ".join(filter(None, (error.context, error.problem)))
        raise SyntaxMistake(Mistake(f"{_sentence(problem)}", _position(error.problem_mark))) from None
    except yaml.reader.ReaderError as error:
        before = text[: error.position].split("\n")
        where = Position(len(before), len(before[-1]) + 1)
        raise SyntaxMistake(
            Mistake(f"The character U+{int(error.character):04X} is not allowed here.", where)
        ) from None


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:].rstrip('.')}."


def _position(mark: yaml.Mark) -> Position:
    return Position(mark.line + 1, mark.column + 1)


class NodeReader:
    """Makes values of nodes, and keeps their positions."""

    def __init__(self, values_max: int = VALUES_MAX) -> None:
        """``values_max`` bounds the values of the document, with those of its aliases."""
        self.keys: dict[DocumentPath, Position] = {}
        self.values: dict[DocumentPath, Position] = {}
        self._constructor = yaml.SafeLoader("")
        self._values_max = self._left = values_max

    def read(self, node: yaml.Node, path: DocumentPath) -> Any:
        """The value of a YAML node."""
        self._enter(node, path)
        if isinstance(node, yaml.MappingNode):
            _check_tag(node, "map")
            return {name: self.read(value, (*path, name)) for name, value in self._members(node, path).items()}
        if isinstance(node, yaml.SequenceNode):
            _check_tag(node, "seq")
            return [self.read(each, (*path, index)) for index, each in enumerate(node.value)]
        return self.scalar(node)

    def locate(self, node: yaml.Node, value: Any, path: DocumentPath) -> None:
        """Keep the positions of a JSON value that ``node`` is."""
        self._enter(node, path)
        if isinstance(value, dict):
            seen: set[str] = set()
            for key, _ in node.value:
                if key.value in seen:
                    raise _twice(key)
                seen.add(key.value)
            for (key, inner), (name, each) in zip(node.value, value.items(), strict=True):
                self.keys[*path, name] = _position(key.start_mark)
                self.locate(inner, each, (*path, name))
        elif isinstance(value, list):
            for index, (inner, each) in enumerate(zip(node.value, value, strict=True)):
                self.locate(inner, each, (*path, index))

    def _enter(self, node: yaml.Node, path: DocumentPath) -> None:
        where = self.place(node, path)
        self._left -= 1
        if self._left < 0:
            raise SyntaxMistake(
                Mistake(f"With its aliases the document has more than {self._values_max} values.", where)
            )
        if len(path) > DEPTH_MAX:
            text = f"The document is nested more than {DEPTH_MAX} levels deep (or an alias is inside its own anchor)."
            raise SyntaxMistake(Mistake(text, where))

    def place(self, node: yaml.Node, path: DocumentPath) -> Position:
        """Keep the position of the value at ``path``."""
        where = self.values[path] = _position(node.start_mark)
        return where

    def _members(self, mapping: yaml.MappingNode, path: DocumentPath) -> dict[str, yaml.Node]:
        """The values of a mapping by key. Its own win over those that ``<<`` brings in."""
        self._left -= len(mapping.value)
        own: dict[str, yaml.Node] = {}
        merged: dict[str, yaml.Node] = {}
        for key, value in mapping.value:
            if key.tag == _MERGE:
                for each in value.value if isinstance(value, yaml.SequenceNode) else (value,):
                    merged = self._merged(each, path) | merged
                continue
            name = self.name(key)
            if name in own:
                raise _twice(key)
            own[name] = value
            self.keys[*path, name] = _position(key.start_mark)
        return merged | own

    def _merged(self, node: yaml.Node, path: DocumentPath) -> dict[str, yaml.Node]:
        self._enter(node, (*path, "<<"))
        if not isinstance(node, yaml.MappingNode):
            raise SyntaxMistake(Mistake("What << merges is a mapping, or a list of them.", _position(node.start_mark)))
        return self._members(node, (*path, "<<"))

    def name(self, key: yaml.Node) -> str:
        """The text of a key."""
        name = self.scalar(key) if isinstance(key, yaml.ScalarNode) else None
        if not isinstance(name, str):
            text = "A key is a text."
            if isinstance(key, yaml.ScalarNode):
                text = f'A key is a text, and {key.value} is none: write it in quotes, as "{key.value}".'
            raise SyntaxMistake(Mistake(text, _position(key.start_mark)))
        return name

    def scalar(self, node: yaml.Node) -> Any:
        """The value of a node that is neither a mapping nor a sequence."""
        if node.tag in _TEXTS:
            return node.value
        try:
            value = self._constructor.construct_object(node)
        except (yaml.YAMLError, ValueError):
            value = b""
        if isinstance(value, bytes):
            tag = re.sub(f"^{_TAG}", "!!", node.tag)
            raise SyntaxMistake(Mistake(f"{node.value} cannot be read as {tag}.", _position(node.start_mark)))
        return value


def _check_tag(node: yaml.Node, kind: str) -> None:
    if node.tag != f"{_TAG}{kind}":
        tag = re.sub(f"^{_TAG}", "!!", node.tag)
        raise SyntaxMistake(Mistake(f"The tag {tag} has no meaning here.", _position(node.start_mark)))


def _twice(key: yaml.Node) -> SyntaxMistake:
    return SyntaxMistake(Mistake(f"The key {key.value} is here twice.", _position(key.start_mark)))
