"""Whether what a body holds satisfies the keys of a policy together.

Values from different elements of one array do not go together: two keys match in an array of
objects only within the same element. So it is in AWS's open engine,
https://github.com/aws/event-ruler, "JSON Array Matching", which brings an oddity along. Whether a
key is absent is asked in the order of the keys' names, and only of the elements which the keys
before it have chosen: where "b" must be absent and "a" was found in one element, a "b" in another
element does no harm; were it "c" that was found there, any "b" would.
"""

from collections.abc import Iterable, Sequence

from emulator.sns.filter_policy.body import Findings, Found
from emulator.sns.filter_policy.grammar import KeyRule

# One way to choose values in a place for some of the rules: the bits of the rules that chose, and the
# bits of those whose key is here, so that it cannot pass for absent. Bit n is the rule nth by name.
_Way = tuple[int, int]


class Requirement:
    """The rules of one alternative, with the numbers of their paths."""

    def __init__(self, rules: Iterable[KeyRule], numbers: dict[str, int]) -> None:
        self._rules = [(numbers[rule.path], rule) for rule in sorted(rules, key=lambda rule: rule.path)]
        self._bits = {number: 1 << at for at, (number, _) in enumerate(self._rules)}
        self._tests = {number: rule.test for number, rule in self._rules}
        self._absentable = sum(self._bits[number] for number, rule in self._rules if rule.accepts_absence)
        self._all = (1 << len(self._rules)) - 1

    def satisfied_by(self, found: Found) -> bool:
        """Whether every rule finds its value, or the absence it accepts, in one consistent choice."""
        independent = len(found.places) == 1 or len(self._rules) == 1
        for number, rule in self._rules:
            if not rule.satisfied_alone(found.values[number]) and (independent or not rule.accepts_absence):
                return False
        return independent or self._satisfied_together(found.places)

    def _satisfied_together(self, places: Sequence[Findings]) -> bool:
        ways: list[set[_Way]] = [set()] * len(places)
        present = [0] * len(places)
        for at in reversed(range(len(places))):  # elements before what holds them
            ways[at], present[at] = self._ways(places[at], ways, present)
        return any(chosen | (self._absentable & ~here) == self._all for chosen, here in ways[0])

    def _ways(self, findings: Findings, ways: Sequence[set[_Way]], present: Sequence[int]) -> tuple[set[_Way], int]:
        """All ways to choose from the findings and what is below them, and the keys that are there at all."""
        chosen, here = self._own(findings)
        joined = {(subset, here) for subset in _subsets(chosen)}
        for elements in findings.arrays:
            anywhere = 0
            for element in elements:
                anywhere |= present[element]
            here |= anywhere
            choices = {_narrowed(way, anywhere) for element in elements for way in ways[element]}
            # A rule chooses one value: ways that both choose for it do not join.
            joined = {(a | c, b | d) for a, b in joined for c, d in choices if not a & c}
        return joined, here

    def _own(self, findings: Findings) -> tuple[int, int]:
        """The rules that can choose one of the findings' own values, and the keys these have."""
        chosen = here = 0
        for number, value in findings.values:
            bit = self._bits.get(number, 0)
            here |= bit
            if bit and not chosen & bit and self._tests[number](value):
                chosen |= bit
        return chosen, here


def _narrowed(way: _Way, anywhere: int) -> _Way:
    """The way through one element of an array, given the keys of all its elements.

    Rules after the first that chose see this element alone; those before it see them all. So do all
    if none chose, which is to choose no element.
    """
    chosen, here = way
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
