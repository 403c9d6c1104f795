"""A dictionary with integer keys, and a set, in parts.

Law: adding an entry copies no more than a 64th of the others. A dictionary that is full is copied as a whole, and where
it holds a hundred thousand entries that stops the server for as long as many requests take.

Source: a partitioned hash table. Every part has its own time to grow, so the parts seldom grow together.
"""

from collections.abc import Hashable, Iterator
from typing import Final, Generic, TypeVar

_PARTS: Final = 64
_PARTS_OF_SET: Final = 256

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class PartedSet(Generic[Key]):
    """A set to which keys are added, and never taken away."""

    __slots__ = ("_count", "_parts")

    def __init__(self) -> None:
        self._parts: dict[int, dict[Key, None]] = {}
        self._count = 0

    def add(self, key: Key) -> bool:
        """Add ``key``. Returns False if it is here already."""
        part = self._parts.setdefault(hash(key) % _PARTS_OF_SET, {})
        before = len(part)
        part[key] = None
        new = len(part) > before
        self._count += new
        return new

    @property
    def containers(self) -> tuple[dict[Key, None], ...]:
        """What holds the keys, to be emptied when the set is not used any more."""
        return tuple(self._parts.values())

    def __len__(self) -> int:
        return self._count


class PartedDict(Generic[Value]):
    """A mapping from integers to values. The lowest bits of the keys should be spread evenly."""

    __slots__ = ("_parts",)

    def __init__(self) -> None:
        self._parts: dict[int, dict[int, Value]] = {}

    def __setitem__(self, key: int, value: Value) -> None:
        self._parts.setdefault(key % _PARTS, {})[key] = value

    def get(self, key: int) -> Value | None:
        part = self._parts.get(key % _PARTS)
        return None if part is None else part.get(key)

    def pop(self, key: int) -> Value | None:
        """Take out the value under ``key``; None if there is none."""
        part = self._parts.get(key % _PARTS)
        if part is None:
            return None
        value = part.pop(key, None)
        if not part:
            del self._parts[key % _PARTS]
        return value

    @property
    def containers(self) -> tuple[dict[int, Value], ...]:
        """What holds the entries, to be emptied when the mapping is not used any more."""
        return tuple(self._parts.values())

    def items(self) -> Iterator[tuple[int, Value]]:
        for part in self._parts.values():
            yield from part.items()

    def __len__(self) -> int:
        return sum(map(len, self._parts.values()))
