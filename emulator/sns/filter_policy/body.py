"""The values of a message body at the paths of a policy.

A path is a key's dotted name. It matches {"a": {"b": v}}, {"a.b": v} and mixtures alike. Arrays are transparent: {"a":
[{"b": v}]} has v at a.b. Which values are in the same element of an array is kept, though.
"""

from collections import deque
from collections.abc import Sequence
from decimal import Decimal

from msgspec import Struct, field

from emulator.sns.filter_policy.values import MessageValue, comparable
from emulator.sns.json_tree import Scalar

# How much of a path has been matched: the path's number and the offset of its next step.
_Progress = tuple[int, int]


class FoundObject(Struct):
    """The values of one object at the paths, and the objects in its arrays.

    A value comes with the number of its path. An array is a list of indexes into ``Found.places``.
    """

    values: list[tuple[int, Scalar]] = field(default_factory=list)
    arrays: list[list[int]] = field(default_factory=list)


class Found(Struct):
    """The values of a whole body at the paths: all of each path, and those of each object.

    ``places`` begins with the body itself; the elements of an array come after the object that contains the array.
    """

    values: list[list[Scalar]]
    places: list[FoundObject]

    def add(self, place: FoundObject, numbers: list[int], value: Scalar) -> None:
        if isinstance(value, Decimal):
            value = comparable(value)
        for number in numbers:
            place.values.append((number, value))
            self.values[number].append(value)


def find(body: dict[str, MessageValue], paths: Sequence[str]) -> Found:
    """What the body holds at the paths."""
    found = Found([[] for _ in paths], [FoundObject()])
    start: list[_Progress] = [(number, 0) for number in range(len(paths))]
    todo: deque[tuple[MessageValue, list[_Progress], list[int], FoundObject]] = deque(
        [(body, start, [], found.places[0])]
    )
    while todo:  # a loop, because a body may be nested deeper than Python's recursion limit
        value, progress, arrived, place = todo.popleft()
        if isinstance(value, dict):
            for name, member in value.items():
                further, at_end = _step(name, progress, paths)
                if further or at_end:
                    todo.append((member, further, at_end, place))
        elif isinstance(value, list):
            elements: list[int] = []
            for element in value:
                if isinstance(element, dict | list):
                    elements.append(len(found.places))
                    found.places.append(FoundObject())
                    todo.append((element, progress, arrived, found.places[-1]))
                else:
                    found.add(place, arrived, element)
            if elements:
                place.arrays.append(elements)
        else:
            found.add(place, arrived, value)
    return found


def _step(name: str, progress: list[_Progress], paths: Sequence[str]) -> tuple[list[_Progress], list[int]]:
    """The paths that continue below the member of that name, and the numbers of those that end there."""
    further: list[_Progress] = []
    at_end: list[int] = []
    for number, offset in progress:
        path = paths[number]
        if path.startswith(name, offset):
            end = offset + len(name)
            if end == len(path):
                at_end.append(number)
            elif path[end] == ".":
                further.append((number, end + 1))
    return further, at_end
