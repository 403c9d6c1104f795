"""Templates as text: YAML with CloudFormation's short forms of functions, or JSON.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-formats.html
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from emulator.declared.document import Document, DocumentPath, Position, SyntaxMistake
from emulator.declared.loading import document_of, read_document
from emulator.declared.yaml_document import NodeReader, Read, read_json, read_yaml
from emulator.foundation.lazy import Lazy

SIZE_MAX = 1_000_000  # bytes: AWS's limit for a template in S3
VALUES_MAX = 100_000

_TAG = "tag:yaml.org,2002:"
_KINDS = {yaml.ScalarNode: "str", yaml.SequenceNode: "seq", yaml.MappingNode: "map"}
# Short forms of other names than the function's: !Ref is Ref, and !Condition is Condition; !Sub is Fn::Sub.
_UNPREFIXED = ("!Ref", "!Condition")
_WANTED = "Resources"


def load_template(file: str) -> Document:
    """The template in ``file``. DocumentError if it cannot be read."""
    return read_document(file, _read_json if file.endswith(".json") else _read, _WANTED, SIZE_MAX)


def template_of(file: str, text: str) -> Document:
    """The template that ``text`` is. DocumentError if it is none. ``file`` is its name in mistakes."""
    return document_of(file, text, _read, _WANTED)


def _read(text: str) -> Read:
    return _read_json(text) if text.lstrip()[:1] == "{" else read_yaml(text, _TemplateReader(VALUES_MAX))


def _read_json(text: str) -> Read:
    """JSON, with positions that are looked for only if there is a mistake: in the templates of a large app that takes
    seconds.
    """
    try:
        content = json.loads(text, object_pairs_hook=_members)
    except (_TwiceError, ValueError):
        return read_json(text, NodeReader(VALUES_MAX))  # for its mistake
    found = Lazy(lambda: _located(text))
    return content, _LaterPositions(found, 1), _LaterPositions(found, 2)


def _located(text: str) -> Read:
    """As read_json; without positions if the document is too deep or too large to look for them."""
    try:
        return read_json(text, NodeReader(VALUES_MAX))
    except (SyntaxMistake, RecursionError):
        return None, {}, {}


class _TwiceError(Exception):
    """A key is there twice."""


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        raise _TwiceError
    return members


class _LaterPositions(Mapping[DocumentPath, Position]):
    """The positions of keys or of values, which are found when they are first asked for."""

    def __init__(self, read: Lazy[Read], part: int) -> None:
        self._read = read
        self._part = part

    def _positions(self) -> Mapping[DocumentPath, Position]:
        positions: Mapping[DocumentPath, Position] = self._read.get()[self._part]
        return positions

    def __getitem__(self, path: DocumentPath) -> Position:
        return self._positions()[path]

    def __iter__(self) -> Iterator[DocumentPath]:
        return iter(self._positions())

    def __len__(self) -> int:
        return len(self._positions())


class _TemplateReader(NodeReader):
    """Reads short forms as mappings: ``!Ref Orders`` as ``{"Ref": "Orders"}``."""

    def read(self, node: yaml.Node, path: DocumentPath) -> Any:
        """As in any YAML document, with short forms."""
        tag = node.tag
        if not tag.startswith("!") or tag == "!":
            return super().read(node, path)
        name = tag[1:] if tag in _UNPREFIXED else f"Fn::{tag[1:]}"
        self.place(node, path)
        # The same node again without its tag, as an alias may lead to it a second time.
        plain = type(node)(f"{_TAG}{_KINDS[type(node)]}", node.value, node.start_mark, node.end_mark)
        return {name: self.read(plain, (*path, name))}

    def name(self, key: yaml.Node) -> str:
        """The text of a key, also if it looks like a number."""
        return key.value if isinstance(key, yaml.ScalarNode) else super().name(key)

    def scalar(self, node: yaml.Node) -> Any:
        """The value of a scalar: dates, and numbers that are not written as JSON writes them, stay texts.

        So ``Version: 2012-10-17`` is a text, and an account id keeps its zeros.
        """
        kind = node.tag.removeprefix(_TAG)
        if kind == "timestamp":
            return str(node.value)
        if kind in ("int", "float"):
            value = super().scalar(node)
            return value if str(value) == node.value else str(node.value)
        return super().scalar(node)
