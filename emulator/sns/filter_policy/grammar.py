"""Reads a policy: its keys, the conditions of each, and the alternatives that "$or" makes.

A policy is a list of alternatives, one of which must match; in an alternative every key must match. As in AWS's
engine, each "$or" multiplies the alternatives read so far, and a key that is repeated within an alternative replaces
the earlier one.
"""

import math
from collections.abc import Sequence
from typing import Final, Literal

from msgspec import Struct

from emulator.sns.filter_policy import limits
from emulator.sns.filter_policy.conditions import Condition, Exact, Test, any_of
from emulator.sns.filter_policy.errors import (
    TOO_COMPLEX,
    TOO_MANY_KEYS,
    FilterPolicyError,
    NestedPolicyError,
    PolicyText,
)
from emulator.sns.filter_policy.operators import read_condition
from emulator.sns.json_tree import ArrayNode, JsonError, Node, ObjectNode, Scalar, read_json

Scope = Literal["MessageAttributes", "MessageBody"]

OR: Final = "$or"

# An object with one of these names is a condition, not an alternative: event-ruler, Constants.java.
RESERVED_NAMES: Final = frozenset(
    [
        *("exactly", "equals-ignore-case", "prefix", "suffix", "anything-but", "exists", "wildcard", "numeric", "cidr"),
        *("=", "<", "<=", ">", ">="),
        *("regex", "not-wildcard", "not-equals-ignore-case"),
        *("date-after", "date-on-or-after", "date-before", "date-on-or-before", "in-date-range"),
        *("ip-address-in-range", "ip-address-not-in-range"),
    ]
)


class KeyRule(Struct, frozen=True):
    """The conditions of one key. ``path`` is its dotted name, ``level`` the number of objects that it stands in.

    The test takes ``cost`` steps for each value, and ``reading`` more for each kilobyte of it. If only certain values
    pass, ``exact`` has them; else it is empty.
    """

    path: str
    level: int
    conditions: tuple[Condition, ...]
    test: Test
    accepts_absence: bool
    cost: int
    reading: int
    exact: tuple[Exact, ...]

    @property
    def combinations(self) -> int:
        return len(self.conditions) * self.level

    def satisfied_alone(self, values: Sequence[Scalar]) -> bool:
        """Whether one of the key's values in a message matches; if there are none, whether absence does."""
        return any(map(self.test, values)) if values else self.accepts_absence

    def steps(self, values: Sequence[Scalar]) -> int:
        """The steps that the test takes at most for the values."""
        steps = self.cost * len(values)
        if self.reading and steps <= limits.MAX_STEPS:  # else it is enough to know the number of values
            steps += self.reading * (sum(len(value) for value in values if isinstance(value, str)) // 1024)
        return steps


Alternative = dict[str, KeyRule]


def read_policy(text: str, scope: Scope, max_keys: int = limits.MAX_KEYS) -> list[Alternative]:
    """The alternatives of the policy, at least one. Raises FilterPolicyError.

    ``{}`` has one alternative, which is empty and matches everything.
    """
    if len(text) > limits.MAX_POLICY_BYTES or len(text.encode("utf-8", "surrogatepass")) > limits.MAX_POLICY_BYTES:
        raise FilterPolicyError(f"Filter policy can not be larger than {limits.MAX_POLICY_BYTES} bytes")
    source = PolicyText(text)
    try:
        root = read_json(source.text)
    except JsonError as error:
        raise FilterPolicyError(f"failed to parse JSON. {error.detail}") from error
    if not isinstance(root, ObjectNode):
        raise source.fault("Filter is not an object", root.seen)
    if not root.members:
        return [{}]
    grammar = _Grammar(source, max_keys)
    alternatives = grammar.object(root, _Place("", 1, 0), [{}])
    if scope == "MessageAttributes" and grammar.nested:
        raise NestedPolicyError
    combinations = sum(math.prod(rule.combinations for rule in keys.values()) for keys in alternatives)
    if combinations > limits.MAX_COMBINATIONS:
        raise FilterPolicyError(TOO_COMPLEX)
    return alternatives


class _Place(Struct, frozen=True):
    """The place of an object: the prefix of its keys' paths, its level, and the "$or"s around it."""

    prefix: str
    level: int
    choices: int


class _Grammar:
    def __init__(self, source: PolicyText, max_keys: int) -> None:
        self._max_keys = max_keys
        self.nested = False  # whether an object was found where an array is expected
        self._source = source
        self._paths: dict[str, str] = {}
        self._wildcard_points = 0

    def object(self, node: ObjectNode, place: _Place, alternatives: list[Alternative]) -> list[Alternative]:
        """The alternatives, each combined with the keys of the object."""
        if not node.members:
            raise self._source.fault("Empty objects are not allowed", node.end)
        # A level multiplies the combinations and a "$or" adds to them: beyond this there are too many.
        if place.level + place.choices > limits.MAX_COMBINATIONS:
            raise FilterPolicyError(TOO_COMPLEX)
        for name, value in dict(node.members).items():
            alternatives = self._member(name, value, place, alternatives)
        return alternatives

    def _member(self, name: str, value: Node, place: _Place, alternatives: list[Alternative]) -> list[Alternative]:
        if isinstance(value, ObjectNode):
            self.nested = True
            within = _Place(f"{place.prefix}{name}.", place.level + 1, place.choices)
            return self.object(value, within, alternatives)
        if not isinstance(value, ArrayNode):
            raise self._source.fault(f'"{name}" must be an object or an array', value.seen)
        if name == OR and (choices := _choices(value)):
            return self._either(choices, place, alternatives)
        rule = self._rule(place.prefix + name, place.level, value)
        return [{**keys, rule.path: rule} for keys in alternatives]

    def _either(self, choices: list[ObjectNode], place: _Place, alternatives: list[Alternative]) -> list[Alternative]:
        within = _Place(place.prefix, place.level, place.choices + 1)
        joined: list[Alternative] = []
        for choice in choices:
            joined += self.object(choice, within, alternatives)
            if len(joined) > limits.MAX_COMBINATIONS:
                raise FilterPolicyError(TOO_COMPLEX)
        return joined

    def _rule(self, path: str, level: int, array: ArrayNode) -> KeyRule:
        if not array.items:
            raise self._source.fault("Empty arrays are not allowed", array.end)
        path = self._paths.setdefault(path, path)
        if len(self._paths) > self._max_keys:
            raise FilterPolicyError(TOO_MANY_KEYS)
        conditions = tuple(read_condition(item, self._source) for item in array.items)
        self._wildcard_points += _wildcard_points(conditions)
        if self._wildcard_points > limits.MAX_WILDCARD_POINTS:
            raise FilterPolicyError(TOO_COMPLEX)
        accepts_absence = any(condition.matcher.accepts_absence for condition in conditions)
        matchers = [condition.matcher for condition in conditions if condition.text is None]
        cost, reading = 1 + sum(each.cost for each in matchers), sum(each.reading for each in matchers)
        exact = [each for condition in conditions if (each := condition.matcher.exact) is not None]
        values = tuple(exact) if len(exact) == len(conditions) else ()
        return KeyRule(path, level, conditions, any_of(conditions), accepts_absence, cost, reading, values)


def _choices(array: ArrayNode) -> list[ObjectNode]:
    """The alternatives of a "$or"; empty if it is an ordinary key of that name.

    https://docs.aws.amazon.com/sns/latest/dg/and-or-logic.html#or-operator
    """
    choices = [item for item in array.items if isinstance(item, ObjectNode)]
    if len(choices) < 2 or len(choices) < len(array.items):
        return []
    reserved = any(name in RESERVED_NAMES for choice in choices for name, _ in choice.members)
    return [] if reserved else choices


def _wildcard_points(conditions: Sequence[Condition]) -> int:
    """The wildcard complexity of one key: the sum of its patterns' points times their number."""
    if not any(condition.matcher.uses_wildcard for condition in conditions):
        return 0
    points = [each for condition in conditions for each in condition.matcher.points]
    return sum(points) * len(points)
