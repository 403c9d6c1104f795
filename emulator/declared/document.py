"""A configuration file as plain data, with the line and column of each key and value.

The values are what a TOML, YAML or JSON document has: dictionaries, lists, texts, numbers, booleans, None, and points
in time. A path is the keys and indexes that lead to a value, such as ``("queues", 0, "name")``.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from emulator.document_error import DocumentError

DocumentPath = tuple[str | int, ...]

DEPTH_MAX = 50
VALUES_MAX = 20_000  # after the aliases of a YAML document are expanded

TOO_DEEP = f"The document is nested more than {DEPTH_MAX} levels deep."


class Position(NamedTuple):
    """A line and a column, both counted from 1; the column in characters."""

    line: int
    column: int


class Mistake(NamedTuple):
    """What is wrong in a document, and where. Without a position it is about the whole file."""

    text: str
    position: Position | None = None
    path: DocumentPath = ()


class Document(NamedTuple):
    """What a file contains. ``keys`` and ``values`` have the positions of what stands in the file."""

    file: str
    content: dict[str, Any]
    keys: Mapping[DocumentPath, Position] = {}
    values: Mapping[DocumentPath, Position] = {}

    def position_of(self, path: DocumentPath, *, key: bool = False) -> Position | None:
        """Where the value at ``path`` is, or its ``key``; if it has no position, that of what it is in."""
        if key and path in self.keys:
            return self.keys[path]
        for end in range(len(path), 0, -1):
            if path[:end] in self.values:
                return self.values[path[:end]]
        return None

    def worded(self, mistake: Mistake) -> str:
        """``file:line:column: text``; in a document without positions the path stands in place of line and column."""
        if mistake.position is not None:
            return f"{self.file}:{mistake.position.line}:{mistake.position.column}: {mistake.text}"
        where = f"{named(mistake.path)}: " if mistake.path else ""
        return f"{self.file}: {where}{mistake.text}"


class Mistakes:
    """The mistakes that were found in one document, in the order of the file."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._found: dict[Mistake, None] = {}

    def add(self, path: DocumentPath, text: str, *, key: bool = False) -> None:
        """A mistake in the value at ``path``, or in its ``key``."""
        self._found[Mistake(text, self._document.position_of(path, key=key), path)] = None

    def __len__(self) -> int:
        return len(self._found)

    def position_of(self, path: DocumentPath) -> Position | None:
        """Where the value at ``path`` is."""
        return self._document.position_of(path)

    def lines(self) -> list[str]:
        """One line of text for each mistake."""
        return [self._document.worded(mistake) for mistake in sorted(self._found, key=_place)]

    def check(self) -> None:
        """Raise DocumentError if there are any."""
        if self._found:
            raise DocumentError(self.lines())


def _place(mistake: Mistake) -> tuple[int, int]:
    return mistake.position or (0, 0)


class SyntaxMistake(Exception):
    """The text is no document of its language."""

    def __init__(self, mistake: Mistake) -> None:
        self.mistake = mistake
        super().__init__(mistake.text)


def named(path: DocumentPath) -> str:
    """A path as text, such as ``queues[0].name``."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text
