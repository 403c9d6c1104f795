"""Whether the values of a body satisfy all keys of a policy together.

Values from different elements of one array are not combined: two keys match in an array of objects only within the
same element. AWS's open-source engine does the same (https://github.com/aws/event-ruler, "JSON Array Matching"). It
also has an oddity that is reproduced here. The absence of a key is tested in the order of the keys' names, and only in
the elements that the keys before it chose. Suppose that "b" must be absent. If "a" was found in one element, a "b" in
another element does not matter. If "c" was found there, any "b" matters.
"""

from collections.abc import Iterable
from typing import Final

from emulator.sns.filter_policy.body import Found, FoundObject
from emulator.sns.filter_policy.budget import Budget
from emulator.sns.filter_policy.grammar import KeyRule

# A choice of values in an object for some of the rules: the bits of the rules that chose a value, and, of the
# rules that accept absence, the bits of those whose key is present. Bit n is the nth rule by name.
_Choice = tuple[int, int]

_STEPS_OF_A_PLACE: Final = 8
_STEPS_OF_A_CHOICE: Final = 2


class Requirement:
    """The rules of one alternative, with the numbers of their paths."""

    def __init__(self, rules: Iterable[KeyRule], numbers: dict[str, int]) -> None:
        self._rules = [(numbers[rule.path], rule) for rule in sorted(rules, key=lambda rule: rule.path)]
        self._bits = {number: 1 << at for at, (number, _) in enumerate(self._rules)}
        self._tests = {number: rule.test for number, rule in self._rules}
        self._absentable = sum(self._bits[number] for number, rule in self._rules if rule.accepts_absence)
        self._all = (1 << len(self._rules)) - 1

    def satisfied_by(self, found: Found, budget: Budget) -> bool:
        """Whether every rule finds its value, or the absence it accepts, in one consistent choice.

        Raises OverBudgetError if finding that out takes too many steps.
        """
        independent = len(found.places) == 1 or len(self._rules) == 1
        for number, rule in self._rules:
            budget.spend(1 + rule.steps(found.values[number]))
            if not rule.satisfied_alone(found.values[number]) and (independent or not rule.accepts_absence):
                return False
        return independent or self._satisfied_together(found, budget)

    def _satisfied_together(self, found: Found, budget: Budget) -> bool:
        places = found.places
        budget.spend(len(places) * _STEPS_OF_A_PLACE + sum(map(len, found.values)))
        budget.spend(sum(rule.steps(found.values[number]) for number, rule in self._rules))
        alone: dict[_Choice, set[_Choice]] = {}  # the choices of an object without arrays, by what it has itself
        choices: list[set[_Choice]] = [set()] * len(places)
        present = [0] * len(places)
        for at in reversed(range(len(places))):  # elements before the object that contains them
            chosen, here = own = self._own(places[at])
            joined = alone.get(own)
            if joined is None:
                joined = alone[own] = {(subset, here) for subset in _subsets(chosen)}
            for elements in places[at].arrays:
                anywhere = 0
                for element in elements:
                    anywhere |= present[element]
                here |= anywhere
                joined = _joined(joined, [choices[element] for element in elements], anywhere, budget)
            choices[at], present[at] = joined, here
        return any(chosen | (self._absentable & ~here) == self._all for chosen, here in choices[0])

    def _own(self, place: FoundObject) -> tuple[int, int]:
        """The rules that one of the object's own values satisfies, and the keys of these values."""
        chosen = here = 0
        for number, value in place.values:
            bit = self._bits.get(number, 0)
            here |= bit
            if bit and not chosen & bit and self._tests[number](value):
                chosen |= bit
        return chosen, here & self._absentable  # whether the others are present decides nothing


def _joined(joined: set[_Choice], of_elements: Iterable[set[_Choice]], anywhere: int, budget: Budget) -> set[_Choice]:
    """The choices so far, each with the choices from one element of an array; ``anywhere`` has the keys of them all."""
    distinct = {id(choices): choices for choices in of_elements}.values()  # equal elements share theirs
    budget.spend(_STEPS_OF_A_CHOICE * sum(map(len, distinct)))
    of_array = {_narrowed(choice, anywhere) for choices in distinct for choice in choices}
    budget.spend(len(joined) * len(of_array))
    # A rule chooses one value: choices with a rule in common cannot be combined.
    return {(a | c, b | d) for a, b in joined for c, d in of_array if not a & c}


def _narrowed(choice: _Choice, anywhere: int) -> _Choice:
    """The choice in one element of an array, given the keys of all its elements.

    Rules after the first one that chose see this element alone. Rules before it see all elements, and so do all rules
    if none chose.
    """
    chosen, here = choice
    first = chosen & -chosen
    before = first - 1
    return chosen, (here & ~before) | (anywhere & before)


def _subsets(bits: int) -> list[int]:
    subsets = [0]
    while bits:
        bit = bits & -bits
        subsets += [subset | bit for subset in subsets]
        bits ^= bit
    return subsets
