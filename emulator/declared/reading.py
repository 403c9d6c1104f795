"""From plain data to the types of ``shapes.py``, with all mistakes at once."""

from typing import Any, Final, TypeVar, get_args, get_origin, get_type_hints

import msgspec
from msgspec import NODEFAULT, Struct
from msgspec.structs import FieldInfo

from emulator.declared.document import DocumentPath, Mistakes, named
from emulator.declared.wording import alternatives, expected, proposal, shown

Table = TypeVar("Table", bound=Struct)


class _Unread:
    """Stands for a value that could not be read; its mistake is recorded."""


UNREAD: Final = _Unread()


class Reader:
    """Reads values, and records what is wrong with them."""

    def __init__(self, mistakes: Mistakes) -> None:
        self.mistakes = mistakes

    def table(self, value: object, kind: type[Table], path: DocumentPath) -> Table | None:
        """``value`` as a struct; None if it is none, or lacks a field. Fields that are wrong keep their default."""
        if not isinstance(value, dict):
            self.mistakes.add(path, f"{subject(path)} is {shown(value)}; a table is wanted.")
            return None
        fields = self.fields_of(kind)
        types = get_type_hints(kind, include_extras=True)
        given = {}
        for key, each in value.items():
            field = fields.get(key)
            if field is None:
                self.mistakes.add((*path, key), f"There is no {key} here; {proposal(key, fields)}", key=True)
            elif each is not None or field.required:
                read = self.read(each, types[field.name], (*path, key))
                if read is not UNREAD:
                    given[field.name] = read
        required = [name for name, field in fields.items() if field.default is NODEFAULT and field.required]
        for name in required:
            if name not in value:
                self.mistakes.add(path, f"{name} is missing.")
        return None if any(fields[name].name not in given for name in required) else kind(**given)

    def fields_of(self, kind: type[Struct]) -> dict[str, FieldInfo]:
        """The fields of a struct, by their names in the file."""
        return {field.encode_name: field for field in msgspec.structs.fields(kind)}

    def read(self, value: object, wanted: Any, path: DocumentPath) -> Any:
        """``value`` as the type ``wanted``, or UNREAD."""
        kinds = list(alternatives(wanted))
        if isinstance(value, dict):
            for kind in kinds:
                if isinstance(kind, type) and issubclass(kind, Struct):
                    table = self.table(value, kind, path)
                    return UNREAD if table is None else table
                if get_origin(kind) is dict and get_args(kind)[1] is not Any:
                    return self._mapping(value, get_args(kind)[1], path)
        return self._leaf(value, wanted, path)

    def _mapping(self, value: dict[str, Any], wanted: Any, path: DocumentPath) -> dict[str, Any]:
        read = {key: self.read(each, wanted, (*path, key)) for key, each in value.items()}
        return {key: each for key, each in read.items() if each is not UNREAD}

    def _leaf(self, value: object, wanted: Any, path: DocumentPath) -> Any:
        try:
            return self.convert(value, wanted)
        except msgspec.ValidationError:
            self.mistakes.add(path, f"{subject(path)} is {shown(value)}; {expected(wanted)} is wanted.")
            return UNREAD

    def convert(self, value: object, wanted: Any) -> Any:
        """A value that is no table as the type ``wanted``; msgspec.ValidationError if it cannot be."""
        return msgspec.convert(value, wanted)


def subject(path: DocumentPath) -> str:
    """The last key of a path, with the indexes behind it."""
    start = max((index for index, step in enumerate(path) if isinstance(step, str)), default=0)
    return named(path[start:])
