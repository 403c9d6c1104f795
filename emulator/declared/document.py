"""A configuration file as plain data, with the line and column of each key and value.

The values are what a TOML, YAML or JSON document has: dictionaries, lists, texts, numbers, booleans, None, and points
in time. A path is the keys and indexes that lead to a value, such as ``("queues", 0, "name")``.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from emulator.configuration.document_error import DocumentError

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
    """What a file contains. ``keys`` and ``values`` have the positions of what stands in the file.

    Documents ``beside`` it, such as templates, declare something too. A path into one of them begins with its name.

    A document that was made of another one, its ``source``, has no positions of its own: ``originals`` says for paths
    where in the source they come from.
    """

    file: str
    content: dict[str, Any]
    keys: Mapping[DocumentPath, Position] = {}
    values: Mapping[DocumentPath, Position] = {}
    beside: Mapping[str, "Document"] = {}  # by name
    source: "Document | None" = None
    originals: Mapping[DocumentPath, DocumentPath] = {}

    def place_of(self, path: DocumentPath) -> "tuple[Document, DocumentPath]":
        """The document in which ``path`` is, and the path there."""
        other = self.beside.get(str(path[0])) if path else None
        return (self, path) if other is None else (other, path[1:])

    def position_of(self, path: DocumentPath, *, key: bool = False) -> Position | None:
        """Where the value at ``path`` is, or its ``key``; if it has no position, that of what it is in."""
        document, path = self.place_of(path)
        if document.source is not None:
            return document.source.position_of(document.original(path), key=key)
        if key and path in document.keys:
            return document.keys[path]
        for end in range(len(path), 0, -1):
            if path[:end] in document.values:
                return document.values[path[:end]]
        return None

    def original(self, path: DocumentPath) -> DocumentPath:
        """Where in the source the value at ``path`` comes from, or else what it is in; without a source ``path``."""
        if self.source is None:
            return path
        for end in range(len(path), 0, -1):
            if path[:end] in self.originals:
                return self.originals[path[:end]]
        return ()

    def worded(self, mistake: Mistake) -> str:
        """``file:line:column: text``; in a document without positions the path stands in place of line and column."""
        document, path = self.place_of(mistake.path)
        if mistake.position is not None:
            return f"{document.file}:{mistake.position.line}:{mistake.position.column}: {mistake.text}"
        path = document.original(path)
        where = f"{named(path)}: " if path else ""
        return f"{document.file}: {where}{mistake.text}" if document.file else f"{where}{mistake.text}"


class Mistakes:
    """The mistakes that were found in a document and in those beside it, in the order of the files."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._aliases: dict[DocumentPath, DocumentPath] = {}
        self._found: dict[Mistake, None] = {}

    def add(self, path: DocumentPath, text: str, *, key: bool = False) -> None:
        """A mistake in the value at ``path``, or in its ``key``."""
        path = self._resolved(path)
        self._found[Mistake(text, self._document.position_of(path, key=key), path)] = None

    def __len__(self) -> int:
        return len(self._found)

    def rename(self, path: DocumentPath, original: DocumentPath) -> None:
        """Let ``path`` mean what stands in the file at ``original``."""
        self._aliases[path] = original

    def _resolved(self, path: DocumentPath) -> DocumentPath:
        for end in range(len(path), 0, -1) if self._aliases else ():
            original = self._aliases.get(path[:end])
            if original is not None:
                return (*original, *path[end:])
        return path

    def original(self, path: DocumentPath) -> DocumentPath:
        """What ``path`` means in the files: a path that was renamed, and others as they are."""
        return self._resolved(path)

    def line_of(self, path: DocumentPath, seen_from: DocumentPath) -> str:
        """Where the value at ``path`` is, such as ``in line 3``; with the file if that is another one."""
        path = self._resolved(path)
        document, inner = self._document.place_of(path)
        where = self._document.position_of(path)
        if document is not self._document.place_of(seen_from)[0]:
            return f" in {document.file}" if where is None else f" in {document.file}:{where.line}"
        if where is None:
            return f" at {named(inner)}" if self._document.beside else ""
        return f" in line {where.line}"

    def items(self) -> list[tuple[DocumentPath, str]]:
        """The paths and the texts of all mistakes."""
        return [(mistake.path, mistake.text) for mistake in sorted(self._found, key=self._place)]

    def lines(self) -> list[str]:
        """One line of text for each mistake."""
        return [self._document.worded(mistake) for mistake in sorted(self._found, key=self._place)]

    def _place(self, mistake: Mistake) -> tuple[int, int, int]:
        names = [*self._document.beside]
        first = str(mistake.path[0]) if mistake.path else ""
        line, column = mistake.position or (0, 0)
        return names.index(first) if first in names else -1, line, column

    def check(self) -> None:
        """Raise DocumentError if there are any."""
        if self._found:
            raise DocumentError(self.lines())


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
