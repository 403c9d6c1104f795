"""Where in files elements are written, and the suppressions in the metadata of a template's resources."""

from collections.abc import Mapping
from typing import Any

from emulator.architecture.model import Origin, Suppression
from emulator.declared.document import Document, DocumentPath, Mistakes

METADATA = "SqsSnsEmulator"  # the key in the metadata of a resource
_PROPERTIES = "Properties"
_KEYS = {"Rule": "rule", "Reason": "reason", "Expires": "expires"}


class Origins:
    """Finds files and lines. ``metadata`` are those of resources, by the paths of their properties."""

    def __init__(self, document: Document, mistakes: Mistakes) -> None:
        self.document = document
        self._mistakes = mistakes
        self.metadata: Mapping[DocumentPath, Mapping[str, Any]] = {}

    def of(self, path: DocumentPath) -> Origin:
        """The origin of what is at ``path``, or of the resource whose properties are there."""
        document, inner = self.document.place_of(path)
        resource = path[: path.index(_PROPERTIES)] if _PROPERTIES in path and "Resources" in path else path
        position = self.document.position_of(resource, key=True)
        return Origin(document.file, None if position is None else position.line, _name(inner))

    def lines_of_statements(self, path: DocumentPath) -> dict[int, int]:
        """The lines of the statements of the policy at ``path``, by their number."""
        document, inner = self.document.place_of(path)
        lines = {}
        for number in range(1, _STATEMENTS + 1):
            at = (*inner, "Statement", number - 1)
            position = document.values.get(at)
            if position is None:
                break
            lines[number] = position.line
        return lines

    def suppressions(self, path: DocumentPath) -> list[Suppression]:
        """Those in the metadata of the resource whose properties are at ``path``."""
        given = self.metadata.get(path, {}).get(METADATA)
        if given is None:
            return []
        at = (*path[:-1], "Metadata", METADATA)
        rows = given.get("Suppress") if isinstance(given, dict) else None
        if not isinstance(rows, list):
            self._mistakes.add(at, f"{METADATA} is a mapping with Suppress, a list of Rule, Reason and Expires.")
            return []
        found = []
        for index, row in enumerate(rows):
            where = (*at, "Suppress", index)
            if not isinstance(row, dict) or not row.keys() <= _KEYS.keys():
                self._mistakes.add(where, "A suppression has Rule, Reason and perhaps Expires, and nothing else.")
                continue
            position = self.document.position_of(where)
            origin = Origin(self.of(path).file, None if position is None else position.line)
            found.append(Suppression(origin=origin, **{_KEYS[key]: str(value) for key, value in row.items()}))
        return found


_STATEMENTS = 1_000


def _name(path: DocumentPath) -> str:
    """The logical id of a template's resource, the address of a plan's, or a name in a configuration."""
    if len(path) > 1 and path[0] == "Resources":
        return str(path[1])
    return str(path[-1]) if path and isinstance(path[-1], str) else ""
