"""A configuration file of another emulator, made into one of ours. Its mistakes are those of the file as it is."""

from collections.abc import Collection, Mapping
from itertools import pairwise
from typing import Any

from emulator.declared.document import Document, DocumentPath, Mistakes
from emulator.declared.wording import proposal, shown


class Translation:
    """What is made of a ``source``. ``mistakes`` are in it."""

    def __init__(self, source: Document) -> None:
        self.source = source
        self.mistakes = Mistakes(source)
        self._content: dict[str, Any] = {}
        self._originals: dict[DocumentPath, DocumentPath] = {}

    def put(self, path: DocumentPath, value: Any, original: DocumentPath) -> None:
        """Put a value into the document that is made. A list is filled from its beginning."""
        place: Any = self._content
        for step, following in pairwise(path):
            empty: Any = [] if isinstance(following, int) else {}
            if isinstance(place, list) and step == len(place):
                place.append(empty)
            elif isinstance(place, dict):
                place.setdefault(step, empty)
            place = place[step]
        if isinstance(place, list):
            place.append(value)
        else:
            place[path[-1]] = value
        self._originals[path] = original

    def document(self) -> Document:
        """The document that was made; DocumentError with all mistakes if there are any."""
        self.mistakes.check()
        return Document(self.source.file, self._content, source=self.source, originals=self._originals)

    def table(self, value: object, path: DocumentPath, what: str) -> Mapping[str, Any]:
        """A table that stands in the source; empty if it is none, which is a mistake unless it is null."""
        if isinstance(value, Mapping):
            return value
        if value is not None:
            self.mistakes.add(path, f"{what} is {shown(value)}; a table is wanted.")
        return {}

    def unknown(self, name: str, path: DocumentPath, what: str, known: Collection[str]) -> None:
        """There is no such field."""
        self.mistakes.add(path, f"{what} has no field {name}; {proposal(name, known)}", key=True)
