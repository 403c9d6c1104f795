"""Reads one condition of a key's array: a plain value, or an object with one operator.

Where SNS's own answers are not known, the wording and the order of the checks follow AWS's open-source engine:
https://github.com/aws/event-ruler
"""

import ipaddress
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Final

from emulator.sns.filter_policy import conditions
from emulator.sns.filter_policy.conditions import Condition, Matcher, Network, Test
from emulator.sns.filter_policy.errors import FilterPolicyError, PolicyText
from emulator.sns.filter_policy.limits import ANYTHING_BUT_POINTS, MAX_NUMBER
from emulator.sns.filter_policy.values import as_json, comparable
from emulator.sns.filter_policy.wildcard import Wildcard, WildcardError
from emulator.sns.json_tree import ArrayNode, Node, ObjectNode, ScalarNode

Operator = Callable[[Node, PolicyText], Matcher]

# What tests cost: see budget.py.
_STEPS_OF_A_WILDCARD: Final = 3
_STEPS_OF_A_SEARCHED_KILOBYTE: Final = 6
_STEPS_OF_AN_ADDRESS: Final = 4
_STEPS_OF_A_BOUND: Final = 1
_STEPS_OF_A_LIST: Final = 3
_STEPS_OF_FOLDING: Final = 2
_FOLDED_A_STEP: Final = 4  # characters

_ONE_KEY_ONLY = "Only one key allowed in match expression"
_ANYTHING_BUT_TYPES = "Value of anything-but must be an array or single string/number value."
_ANYTHING_BUT_MEMBERS = "Inside anything but list, start|null|boolean is not supported."
_ANYTHING_BUT_MIXED = "Inside anything but list, either all values are number or string, mixed type is not supported"


def read_condition(node: Node, source: PolicyText) -> Condition:
    """One element of the array of a key. Raises FilterPolicyError."""
    if isinstance(node, ScalarNode):
        text = node.value if isinstance(node.value, str) else None
        value = comparable(node.value) if isinstance(node.value, Decimal) else node.value
        matcher = Matcher(conditions.equals(value), exact=conditions.exactly(value))
        return Condition(as_json(node), matcher, text)
    if not isinstance(node, ObjectNode):
        raise source.fault("Match value must be String, number, true, false, or null", node.seen)
    if not node.members:
        raise source.fault("Match expression name not found", node.end)
    name, argument = node.members[0]
    operator = OPERATORS.get(name)
    if operator is None:
        raise source.fault(f"Unrecognized match type {name}", argument.seen)
    matcher = operator(argument, source)
    _expect_one_member(node, source)
    return Condition(as_json(node), matcher)


def _expect_one_member(node: ObjectNode, source: PolicyText) -> None:
    if len(node.members) > 1:
        raise source.fault(_ONE_KEY_ONLY, node.members[1][1].seen)


def _text(node: Node, operator: str, source: PolicyText) -> str:
    if isinstance(node, ScalarNode) and isinstance(node.value, str):
        return node.value
    raise source.fault(f"{operator} match pattern must be a string", node.seen)


def _number(node: Node, error: str, source: PolicyText) -> Decimal:
    if not (isinstance(node, ScalarNode) and isinstance(node.value, Decimal)):
        raise source.fault(error, node.seen)
    if not -MAX_NUMBER <= node.value <= MAX_NUMBER:
        raise source.fault("Value must be between -1.0E9 and 1.0E9, inclusive", node.end)
    return node.value


# The operators. -----------------------------------------------------------------------------


def _prefix(argument: Node, source: PolicyText) -> Matcher:
    return Matcher(conditions.starts_with(_text(argument, "prefix", source)))


def _suffix(argument: Node, source: PolicyText) -> Matcher:
    return Matcher(conditions.ends_with(_text(argument, "suffix", source)))


def _equals_ignore_case(argument: Node, source: PolicyText) -> Matcher:
    text = _text(argument, "equals-ignore-case", source)
    return Matcher(conditions.equals_ignoring_case(text), cost=_folding(len(text)))


def _folding(length: int) -> int:
    """The steps of folding a value as long as the policy's. Other values are not folded."""
    return _STEPS_OF_FOLDING + length // _FOLDED_A_STEP


def _wildcard(argument: Node, source: PolicyText) -> Matcher:
    pattern = _text(argument, "wildcard", source)
    try:
        wildcard = Wildcard.parse(pattern)
    except WildcardError as error:
        raise source.fault(str(error), argument.end) from error
    points = (wildcard.points,) if wildcard.points else ()
    return Matcher(
        conditions.fits_wildcard(wildcard),
        points=points,
        uses_wildcard=True,
        cost=_STEPS_OF_A_WILDCARD + wildcard.searches,
        reading=_STEPS_OF_A_SEARCHED_KILOBYTE * wildcard.searches,
    )


def _exists(argument: Node, source: PolicyText) -> Matcher:
    if not (isinstance(argument, ScalarNode) and isinstance(argument.value, bool)):
        raise source.fault("exists match pattern must be either true or false.", argument.seen)
    if argument.value:
        return Matcher(conditions.exists)
    return Matcher(lambda _: False, accepts_absence=True)


def _cidr(argument: Node, source: PolicyText) -> Matcher:
    # AWS's engine says "prefix" here, too.
    text = _text(argument, "prefix", source)
    return Matcher(conditions.within_network(_network(text)), cost=_STEPS_OF_AN_ADDRESS)


def _network(text: str) -> Network:
    address, *rest = text.split("/")
    if len(rest) != 1:
        raise FilterPolicyError("Malformed CIDR, one '/' required")
    if not (rest[0].isascii() and rest[0].isdigit()):
        raise FilterPolicyError("Malformed CIDR, mask bits must be an integer")
    try:
        base = ipaddress.ip_address(address)
    except ValueError as error:
        raise FilterPolicyError(f"Nonstandard IP address: {address}") from error
    bits = rest[0].lstrip("0") or "0"
    if len(bits) > 3 or int(bits) > base.max_prefixlen:
        raise FilterPolicyError(f"IPv{base.version} mask bits must be < {base.max_prefixlen + 1}")
    return ipaddress.ip_network((base, int(bits)), strict=False)


def _numeric(argument: Node, source: PolicyText) -> Matcher:
    if not isinstance(argument, ArrayNode):
        raise source.fault("Value of numeric must be an array.", argument.seen)
    bounds = _bounds(argument, source)
    if len(bounds) == 2 and bounds[0][1] >= bounds[1][1]:
        raise source.fault("Bottom must be less than top", argument.end)
    exact = conditions.exactly(comparable(bounds[0][1])) if bounds[0][0] == "=" else None
    return Matcher(conditions.compares(bounds), cost=_STEPS_OF_A_BOUND * len(bounds), exact=exact)


def _bounds(argument: ArrayNode, source: PolicyText) -> list[tuple[str, Decimal]]:
    """One bound, or a lower one and then an upper one."""
    items = argument.items
    bounds = [_bound(argument, 0, ("=", ">=", ">", "<=", "<"), source)]
    if len(items) > 2:
        if bounds[0][0] not in (">", ">="):
            raise source.fault("Too many elements in numeric expression", items[2].seen)
        bounds.append(_bound(argument, 2, ("<", "<="), source))
    if len(items) > 4:
        raise source.fault("Too many terms in numeric range expression", items[4].seen)
    return bounds


def _bound(argument: ArrayNode, at: int, allowed: tuple[str, ...], source: PolicyText) -> tuple[str, Decimal]:
    items = argument.items[at : at + 2]
    operator = items[0].value if items and isinstance(items[0], ScalarNode) else None
    if not isinstance(operator, str):
        error = "Invalid member in numeric match" if at == 0 else "Bad value in numeric range"
        token, seen = (source.token(items[0]), items[0].seen) if items else ("]", argument.end)
        raise source.fault(f"{error}: {token}", seen)
    if operator not in allowed:
        kind = "Unrecognized" if at == 0 else "Bad"
        raise source.fault(f"{kind} numeric range operator: {operator}", items[0].end)
    error = f"Value of {'equals' if operator == '=' else operator} must be numeric"
    if len(items) == 1:
        raise source.fault(error, argument.end)
    return operator, _number(items[1], error, source)


# Anything-but. ------------------------------------------------------------------------------


def _anything_but(argument: Node, source: PolicyText) -> Matcher:
    if isinstance(argument, ObjectNode):
        return _anything_but_pattern(argument, source)
    return Matcher(conditions.not_among(_anything_but_values(argument, source)), points=(ANYTHING_BUT_POINTS,))


def _anything_but_values(argument: Node, source: PolicyText) -> list[str] | list[Decimal]:
    if not isinstance(argument, ArrayNode):
        if isinstance(argument, ScalarNode) and isinstance(argument.value, str):
            return [argument.value]
        return [_number(argument, _ANYTHING_BUT_TYPES, source)]
    texts: list[str] = []
    numbers: list[Decimal] = []
    for node in argument.items:
        if isinstance(node, ScalarNode) and isinstance(node.value, str):
            texts.append(node.value)
        else:
            numbers.append(_number(node, _ANYTHING_BUT_MEMBERS, source))
    if bool(texts) == bool(numbers):
        raise source.fault(_ANYTHING_BUT_MIXED, argument.end)
    return texts or numbers


def _anything_but_pattern(argument: ObjectNode, source: PolicyText) -> Matcher:
    """A negated operator with one pattern or a list of patterns, none of which may match."""
    if not argument.members:
        raise source.fault("Anything-But expression name not found", argument.end)
    name, pattern = argument.members[0]
    operator = _NEGATABLE.get(name)
    if operator is None:
        raise source.fault(f"Unsupported anything-but pattern: {name}", pattern.seen)
    nodes = pattern.items if isinstance(pattern, ArrayNode) else [pattern]
    if not nodes:
        raise source.fault(f"{name} match pattern must be a string", pattern.end)
    matchers: list[Matcher] = []
    for node in nodes:
        if name in ("prefix", "suffix") and isinstance(node, ScalarNode) and node.value == "":
            raise source.fault("Null prefix/suffix not allowed", node.end)
        matchers.append(operator(node, source))
    _expect_one_member(argument, source)
    of_many = _OF_MANY.get(name)
    if of_many is None:
        return _none_of(matchers)
    texts = [_text(node, name, source) for node in nodes]
    folding = _folding(max(map(len, texts))) if name == "equals-ignore-case" else 0
    cost = _STEPS_OF_A_LIST + folding
    return Matcher(conditions.none_of([of_many(texts)]), points=(ANYTHING_BUT_POINTS,), cost=cost)


def _none_of(matchers: Sequence[Matcher]) -> Matcher:
    """Wildcard patterns none of which may match. Each is tested, so each has its points."""
    return Matcher(
        conditions.none_of([matcher.test for matcher in matchers]),
        points=(ANYTHING_BUT_POINTS,) * len(matchers),
        uses_wildcard=True,
        cost=sum(matcher.cost for matcher in matchers),
        reading=sum(matcher.reading for matcher in matchers),
    )


# How any number of texts are tested at once.
_OF_MANY: Final[dict[str, Callable[[Sequence[str]], Test]]] = {
    "prefix": conditions.starts_with_any,
    "suffix": conditions.ends_with_any,
    "equals-ignore-case": conditions.equals_any_ignoring_case,
}

_NEGATABLE: Final[dict[str, Operator]] = {
    "prefix": _prefix,
    "suffix": _suffix,
    "wildcard": _wildcard,
    "equals-ignore-case": _equals_ignore_case,
}

OPERATORS: Final[dict[str, Operator]] = {
    **_NEGATABLE,
    "anything-but": _anything_but,
    "numeric": _numeric,
    "exists": _exists,
    "cidr": _cidr,
}
