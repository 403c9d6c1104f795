"""The values of a message body at the paths of a policy.

A path is a key's dotted name. It matches {"a": {"b": v}}, {"a.b": v} and mixtures alike. Arrays are transparent: {"a":
[{"b": v}]} has v at a.b. Which values are in the same element of an array is kept, though.
"""

from collections import deque
from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from msgspec import Struct, field

from emulator.sns.filter_policy.budget import Budget
from emulator.sns.filter_policy.values import MessageValue, comparable
from emulator.sns.json_tree import Scalar

# How much of a path has been matched: the path's number and the offset of its next step.
_Progress = tuple[int, int]

_Container = dict[str, MessageValue] | list[MessageValue]

_STEPS_OF_AN_OBJECT: Final = 6
_STEPS_OF_A_MEMBER: Final = 3
_STEPS_OF_A_VALUE: Final = 2
_STEPS_OF_A_NUMBER: Final = 3
_CHARACTERS_A_STEP: Final = 256


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

    def add(self, place: FoundObject, numbers: list[int], value: Scalar, budget: Budget) -> None:
        """Note a value of the paths with these numbers."""
        budget.spend(_STEPS_OF_A_VALUE)
        if isinstance(value, Decimal):
            budget.spend(_STEPS_OF_A_NUMBER)
            value = comparable(value)
        for number in numbers:
            place.values.append((number, value))
            self.values[number].append(value)


def find(body: dict[str, MessageValue], paths: Sequence[str], budget: Budget) -> Found:
    """What the body holds at the paths. Raises OverBudgetError if that is too much."""
    found = Found([[] for _ in paths], [FoundObject()])
    start: list[_Progress] = [(number, 0) for number in range(len(paths))]
    todo: deque[tuple[_Container, list[_Progress], list[int], FoundObject]] = deque(
        [(body, start, [], found.places[0])]
    )
    while todo:  # a loop, because a body may be nested deeper than Python's recursion limit
        value, progress, arrived, place = todo.popleft()
        if isinstance(value, dict):
            for name, (further, at_end) in _members(value, progress, paths, budget).items():
                member = value[name]
                if isinstance(member, dict | list):
                    todo.append((member, further, at_end, place))
                elif at_end:
                    found.add(place, at_end, member, budget)
        else:
            budget.spend(len(value))
            elements: list[int] = []
            for element in value:
                if isinstance(element, dict | list):
                    budget.spend(_STEPS_OF_AN_OBJECT)
                    elements.append(len(found.places))
                    found.places.append(FoundObject())
                    todo.append((element, progress, arrived, found.places[-1]))
                elif arrived:
                    found.add(place, arrived, element, budget)
            if elements:
                place.arrays.append(elements)
    return found


def _members(
    value: dict[str, MessageValue], progress: list[_Progress], paths: Sequence[str], budget: Budget
) -> dict[str, tuple[list[_Progress], list[int]]]:
    """The members on the paths: for each, the paths that continue below it, and the numbers of those that end there.

    A name may contain dots, so each dot of a path may be in a name, or end one.
    """
    members: dict[str, tuple[list[_Progress], list[int]]] = {}
    for number, offset in progress:
        path = paths[number]
        end = offset - 1
        while end < len(path):
            end = path.find(".", end + 1)
            if end < 0:
                end = len(path)
            budget.spend(_STEPS_OF_A_MEMBER + (end - offset) // _CHARACTERS_A_STEP)
            name = path[offset:end]
            if name in value:
                further, at_end = members.setdefault(name, ([], []))
                if end == len(path):
                    at_end.append(number)
                else:
                    further.append((number, end + 1))
    return members
