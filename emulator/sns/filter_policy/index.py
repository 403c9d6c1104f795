"""Finds, among many policies of one scope, those that let a message through.

Law: the result is that of testing each policy. Most policies ask for exact values: each of their alternatives has a key
that only some values satisfy. These are looked up by such values of the message, and only those that are found are
tested. All others are tested one by one.

AWS's open-source engine compiles all rules into one automaton (https://github.com/aws/event-ruler). A table of exact
values gives most of that, and leaves the semantics to the policies.
"""

from collections import Counter
from collections.abc import Iterable, Sequence

from msgspec import Struct

from emulator.sns.filter_policy.attributes import Offers
from emulator.sns.filter_policy.body import find
from emulator.sns.filter_policy.budget import Budget, OverBudgetError
from emulator.sns.filter_policy.conditions import Exact, exactly
from emulator.sns.filter_policy.grammar import KeyRule
from emulator.sns.filter_policy.limits import MAX_STEPS
from emulator.sns.filter_policy.policy import FilterPolicy, Refusal
from emulator.sns.json_tree import Scalar


class Group(Struct, frozen=True, gc=False):
    """A policy, and the positions of those that have it."""

    policy: FilterPolicy
    positions: tuple[int, ...]


class Judgment:
    """The positions that a message is for, and how many others there are by the reason why it is not for them."""

    __slots__ = ("accepted", "refused")

    def __init__(self, accepted: list[int]) -> None:
        self.accepted = accepted
        self.refused: dict[Refusal, int] = {}

    def refuse(self, refusal: Refusal, count: int) -> None:
        """The message is not for so many positions."""
        self.refused[refusal] = self.refused.get(refusal, 0) + count

    def sort(self) -> None:
        """Bring the positions into their order."""
        self.accepted.sort()

    def accept(self, group: Group) -> None:
        """The message is for a group."""
        self.accepted += group.positions

    def test(self, group: Group, message: str, offers: Offers) -> None:
        """Judge about a group by its policy."""
        refusal = group.policy.refusal(message, offers)
        if refusal is None:
            self.accept(group)
        else:
            self.refuse(refusal, len(group.positions))


class PolicyIndex:
    """The policies of one scope, each different from the others."""

    __slots__ = ("_certain", "_cost", "_indexed", "_others", "_paths", "_reading", "_rules", "_tables", "groups")

    def __init__(self, groups: Sequence[Group]) -> None:
        self.groups = groups
        self._others: list[Group] = []  # are tested
        self._certain: set[int] = set()  # ids of the groups that let every message through that has one of their values
        self._indexed = 0  # positions of the groups in the tables
        self._tables: dict[str, dict[Exact, list[Group]]] = {}  # by path and value
        self._cost = self._reading = self._rules = 0  # of the most expensive policy in the tables
        paths: dict[str, None] = {}
        rarity = Counter(value for group in groups for value in _exact_values(group.policy))
        for group in groups:
            keys = [_rarest(rules, rarity) for rules in group.policy.alternatives]
            if all(keys):
                self._enter(group, keys)
                paths |= dict.fromkeys(group.policy.paths)
            else:
                self._others.append(group)
        self._paths = tuple(paths)

    def _enter(self, group: Group, keys: Iterable[KeyRule | None]) -> None:
        for rule in keys:
            assert rule is not None, "each alternative has an exact key"
            table = self._tables.setdefault(rule.path, {})
            for value in rule.exact:
                table.setdefault(value, []).append(group)
        policy = group.policy
        if all(len(rules) == 1 for rules in policy.alternatives):
            self._certain.add(id(group))
        self._indexed += len(group.positions)
        self._cost = max(self._cost, policy.cost)
        self._reading = max(self._reading, policy.reading)
        self._rules = max(self._rules, sum(map(len, policy.alternatives)))

    def judge_attributes(self, message: str, offers: Offers, judgment: Judgment) -> None:
        """Judge about all, where the policies are about attributes."""
        if not self._indexed or not offers.intact() or self._cost * offers.size > MAX_STEPS:
            for group in self.groups:
                judgment.test(group, message, offers)
            return
        found: dict[int, Group] = {}
        for name in offers.attributes:
            table = self._tables.get(name)
            if table is not None:
                _look_up(table, offers.of(name) or (), found)
        self._judge(
            found, "MessageAttributes" if offers.attributes else "NoMessageAttributes", message, offers, judgment
        )

    def judge_body(self, message: str, offers: Offers, judgment: Judgment) -> None:
        """Judge about all, where the policies are about the body."""
        found = self._found_in_body(message, offers) if self._indexed else None
        if found is None:
            for group in self.groups:
                judgment.test(group, message, offers)
        else:
            self._judge(found, "MessageBody", message, offers, judgment)

    def _found_in_body(self, message: str, offers: Offers) -> dict[int, Group] | None:
        """The groups in the tables that may let the body through.

        None if it is no JSON object, or if it might have too many values for one of the policies.
        """
        body = offers.body(message)
        if body is None:
            return None
        try:
            values = find(body, self._paths, budget := Budget()).values
            # No policy takes more steps to find its values, and a policy that is not found takes at most these to test.
            budget.spend(self._rules + self._cost * max(map(len, values)) + self._reading * (len(message) // 1024))
        except OverBudgetError:
            return None
        found: dict[int, Group] = {}
        for path, here in zip(self._paths, values, strict=True):
            table = self._tables.get(path)
            if table is not None and here:
                _look_up(table, here, found)
        return found

    def _judge(
        self, found: dict[int, Group], refusal: Refusal, message: str, offers: Offers, judgment: Judgment
    ) -> None:
        """Test the groups that were found, and those that are in no table. The others refuse the message."""
        missed = self._indexed
        for identity, group in found.items():
            missed -= len(group.positions)
            if identity in self._certain:
                judgment.accept(group)
            else:
                judgment.test(group, message, offers)
        if missed:
            judgment.refuse(refusal, missed)
        for group in self._others:
            judgment.test(group, message, offers)


def _exact_values(policy: FilterPolicy) -> Iterable[tuple[str, Exact]]:
    return ((rule.path, value) for rules in policy.alternatives for rule in rules for value in rule.exact)


def _rarest(rules: Sequence[KeyRule], rarity: Counter[tuple[str, Exact]]) -> KeyRule | None:
    """The rule with exact values that the fewest policies have; None if no rule is exact."""
    exact = [rule for rule in rules if rule.exact]
    return min(exact, key=lambda rule: sum(rarity[rule.path, value] for value in rule.exact), default=None)


def _look_up(table: dict[Exact, list[Group]], values: Iterable[Scalar], found: dict[int, Group]) -> None:
    for value in values:
        for group in table.get(exactly(value), ()):
            found[id(group)] = group
