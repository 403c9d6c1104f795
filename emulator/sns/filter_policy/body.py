"""What a message body holds at the paths of a policy.

A path is a key's dotted name; it leads alike through {"a": {"b": v}}, {"a.b": v} and mixtures.
Arrays are transparent: {"a": [{"b": v}]} has v at a.b. The findings keep, though, which values stand
in one element of an array together.
"""

from collections import deque
from collections.abc import Sequence
from decimal import Decimal

from msgspec import Struct, field

from emulator.sns.filter_policy.values import MessageValue, comparable
from emulator.sns.json_tree import Scalar

# How far the reading of a path has come: the path's number and the offset of its next step.
_Progress = tuple[int, int]


class Findings(Struct):
    """What one object holds at the paths: values, and for each array of objects its elements' findings.

    A value stands with the number of its path. An element is an index into ``Found.places``.
    """

    values: list[tuple[int, Scalar]] = field(default_factory=list)
    arrays: list[list[int]] = field(default_factory=list)


class Found(Struct):
    """What a whole body holds: all values of each path, and the findings of every object apart.

    The first place is the body itself; that of an element comes after that of its array.
    """

    values: list[list[Scalar]]
    places: list[Findings]

    def add(self, findings: Findings, numbers: list[int], value: Scalar) -> None:
        if isinstance(value, Decimal):
            value = comparable(value)
        for number in numbers:
            findings.values.append((number, value))
            self.values[number].append(value)


def find(body: dict[str, MessageValue], paths: Sequence[str]) -> Found:
    """What the body holds at the paths."""
    found = Found([[] for _ in paths], [Findings()])
    start: list[_Progress] = [(number, 0) for number in range(len(paths))]
    todo: deque[tuple[MessageValue, list[_Progress], list[int], Findings]] = deque([(body, start, [], found.places[0])])
    while todo:  # a loop, since a body may be nested deeper than Python recurses
        value, progress, arrived, findings = todo.popleft()
        if isinstance(value, dict):
            for name, member in value.items():
                further, at_end = _step(name, progress, paths)
                if further or at_end:
                    todo.append((member, further, at_end, findings))
        elif isinstance(value, list):
            elements: list[int] = []
            for element in value:
                if isinstance(element, dict | list):
                    elements.append(len(found.places))
                    found.places.append(Findings())
                    todo.append((element, progress, arrived, found.places[-1]))
                else:
                    found.add(findings, arrived, element)
            if elements:
                findings.arrays.append(elements)
        else:
            found.add(findings, arrived, value)
    return found


def _step(name: str, progress: list[_Progress], paths: Sequence[str]) -> tuple[list[_Progress], list[int]]:
    """The paths that go on below the member of that name, and the numbers of those that end there."""
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
