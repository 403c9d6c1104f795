"""Parts of the world that say themselves what the document shows of them: for each account a row of the part's form."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from emulator.foundation.part import Part
from emulator.state.part import AccountId, DocumentError
from emulator.state.renaming import Renaming

StoredParts = dict[str, dict[AccountId, msgspec.Raw]]  # by the name of the part's class, then by account

_encode = msgspec.json.Encoder().encode


def stored_parts(parts: Iterable[Part], account: str | None) -> StoredParts:
    """The rows of all parts that have a form; a part without rows is left out."""
    stored = {}
    for part in parts:
        rows = part.rows(account) if part.form is not None else None
        if rows:
            stored[type(part).__name__] = {owner: msgspec.Raw(_encode(row)) for owner, row in rows.items()}
    return stored


def rebuilt_parts(parts: Iterable[Part], stored: StoredParts) -> list[tuple[Part, Mapping[str, Any]]]:
    """The rows that each part is to enter. DocumentError if there is no such part, or a row is not of its form."""
    known = {type(part).__name__: part for part in parts if part.form is not None}
    rebuilt: list[tuple[Part, Mapping[str, Any]]] = []
    for name, rows in stored.items():
        part = known.get(name)
        if part is None:
            raise DocumentError(f"There is no part {name}", ".parts")
        decoded: dict[str, Any] = {}
        for owner, row in rows.items():
            try:
                decoded[owner] = msgspec.json.decode(row, type=part.form)
            except msgspec.ValidationError as error:
                text, _, path = str(error).partition(" - at `$")
                raise DocumentError(text, f".parts.{name}.{owner}{path.rstrip('`')}") from error
        rebuilt.append((part, decoded))
    return rebuilt


def owners_of_parts(stored: StoredParts) -> Iterator[tuple[str, str]]:
    """Where in the document each row stands, and the account that owns it."""
    for name, rows in stored.items():
        yield from ((f".parts.{name}.{owner}", owner) for owner in rows)


def renamed_parts(stored: StoredParts, renaming: Renaming) -> StoredParts:
    """The rows as those of another account."""

    def row_of_another(row: msgspec.Raw) -> msgspec.Raw:
        return msgspec.Raw(renaming.text(bytes(row).decode()).encode())

    return {
        name: {renaming.text(owner): row_of_another(row) for owner, row in rows.items()}
        for name, rows in stored.items()
    }
