"""Why a policy rejected a message, in words for the author of the policy."""

import json
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import TypeVar

from msgspec import Struct, field

from emulator.sns.filter_policy.grammar import KeyRule, Scope
from emulator.sns.filter_policy.values import JsonValue, PlainScalar, as_plain
from emulator.sns.json_tree import Scalar

_Thing = TypeVar("_Thing")

_SHOWN = 3  # values and conditions named in a reason
_SHOWN_CHARACTERS = 60

_ATTRIBUTE_TYPES: Mapping[type[object], str] = {str: "String", Decimal: "Number"}
_JSON_TYPES: Mapping[type[object], str] = {str: "string", Decimal: "number", bool: "boolean"}
_OPERATOR_TYPES: Mapping[str, type[object]] = {
    "numeric": Decimal,
    **dict.fromkeys(("prefix", "suffix", "equals-ignore-case", "wildcard", "cidr"), str),
}

ABSENT = "absent"
NO_ATTRIBUTES = "absent, and exists false does not match a message without attributes"
OTHER_ELEMENT = "matches, but not in the same array element as the other keys"
NO_JSON_OBJECT = "the message body is not a JSON object"
IN_BODY = "the message body has this key, but the FilterPolicyScope is MessageAttributes"
IN_ATTRIBUTES = "there is a message attribute of this name, but the FilterPolicyScope is MessageBody"
OVER_BUDGET = "the message has too many values, or too long ones, for this policy"
OVER_BUDGET_HINT = "matching it would take too long, so no such message is let through; see docs/fidelity.md"
IGNORED_BINARY = "filter policies ignore Binary attributes"


class Failure(Struct, frozen=True):
    """A key that did not match.

    ``key`` is the dotted path, "" for the message as a whole. ``value`` is what the message has there: a list if it
    has several values, None if it has none. ``conditions`` is the policy's array for the key; it is empty if the
    message's attribute of that name is malformed, so that no policy on attributes matches. ``hint`` says why no value
    of this kind, or in this place, could ever match; it is None if another value could.
    """

    key: str
    value: PlainScalar | list[PlainScalar]
    conditions: list[JsonValue]
    reason: str
    hint: str | None = None


class Verdict(Struct, frozen=True):
    """Whether a policy accepts a message and, if not, the keys of every alternative that failed."""

    matches: bool
    failed: list[Failure] = field(default_factory=list)


def malformation(data_type: str) -> str:
    """Why an attribute of this type with a malformed value makes every policy on attributes reject the message."""
    if data_type.endswith(".Array"):
        return "is not a JSON array; no policy on attributes lets such a message through"
    if data_type.startswith("Number"):
        return "is not a number; no policy on attributes lets such a message through"
    return (
        'has a ", a \\ or a control character that is not escaped as in JSON; '
        "no policy on attributes lets such a message through"
    )


def over_budget() -> Failure:
    """The failure of a message that is not matched because that would take too many steps."""
    return Failure("", None, [], OVER_BUDGET, OVER_BUDGET_HINT)


def failure(rule: KeyRule, values: Sequence[Scalar], reason: str, hint: str | None = None) -> Failure:
    """The failure of one rule for the values that the message has at its path."""
    plain = [as_plain(value) for value in values]
    shown = plain if len(plain) > 1 else next(iter(plain), None)
    return Failure(rule.path, shown, [condition.json for condition in rule.conditions], reason, hint)


def mismatch(rule: KeyRule, values: Sequence[Scalar], scope: Scope) -> Failure:
    """The failure of a rule none of whose conditions matches any of the values."""
    found = _listed(values, lambda value: json.dumps(as_plain(value)))
    asked = _listed(rule.conditions, lambda condition: _phrase(condition.json))
    return failure(rule, values, f"{found} fails {asked}", _type_hint(rule, values, scope))


def _type_hint(rule: KeyRule, values: Sequence[Scalar], scope: Scope) -> str | None:
    """Says that no condition can match a value of these types, and which type is needed; None if one can."""
    wanted = [_type_wanted(condition.json) for condition in rule.conditions]
    if None in wanted or {type(value) for value in values} & set(wanted):
        return None
    names = _ATTRIBUTE_TYPES if scope == "MessageAttributes" else _JSON_TYPES
    kind = names.get(type(values[0]), "null")
    first = rule.conditions[0].json
    asked = next(iter(first)) if isinstance(first, dict) else _phrase(first)
    hint = f"a {kind} never matches {asked}"
    right = names.get(wanted[0] or str)
    if right is None:
        return hint
    remedy = f"give it the DataType {right}" if scope == "MessageAttributes" else f"make it a {right}"
    return f"{hint}: {remedy}"


def _type_wanted(condition: JsonValue) -> type[object] | None:
    """The one type of all values that can fulfill a condition; None if there are several."""
    if not isinstance(condition, dict):
        return Decimal if type(condition) in (int, float) else type(condition)
    return _OPERATOR_TYPES.get(next(iter(condition)))


def _phrase(condition: JsonValue) -> str:
    """A condition in words: ``prefix "bas"``."""
    if isinstance(condition, dict):
        return " ".join(f"{operator} {_phrase(argument)}" for operator, argument in condition.items())
    return json.dumps(condition)


def _listed(things: Sequence[_Thing], worded: Callable[[_Thing], str]) -> str:
    words = [worded(thing) for thing in things[:_SHOWN]]
    shown = [word if len(word) <= _SHOWN_CHARACTERS else f"{word[:_SHOWN_CHARACTERS]}…" for word in words]
    more = len(things) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more else "")
