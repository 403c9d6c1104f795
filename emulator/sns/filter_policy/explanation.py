"""Why a policy turned a message down, in words for the person who wrote the policy."""

import json
from collections.abc import Callable, Sequence
from typing import TypeVar

from msgspec import Struct, field

from emulator.sns.filter_policy.grammar import KeyRule
from emulator.sns.filter_policy.values import JsonValue, PlainScalar, as_plain
from emulator.sns.json_tree import Scalar

_Thing = TypeVar("_Thing")

_SHOWN = 3  # values and conditions named in a reason
_SHOWN_CHARACTERS = 60

ABSENT = "absent"
NO_ATTRIBUTES = "absent, and exists false does not match a message without attributes"
OTHER_ELEMENT = "matches, but not in the same array element as the other keys"
NO_JSON_OBJECT = "the message body is not a JSON object"


class Failure(Struct, frozen=True):
    """A key that did not match.

    ``key`` is the dotted path, "" for the message as a whole; ``value`` what the message has there, a
    list if it has several, None if nothing; ``conditions`` the policy's own array for the key, empty where
    the attribute of that name keeps the message from every policy on attributes.
    """

    key: str
    value: PlainScalar | list[PlainScalar]
    conditions: list[JsonValue]
    reason: str


class Verdict(Struct, frozen=True):
    """Whether a policy lets a message through and, if not, the keys of every alternative that failed."""

    matches: bool
    failed: list[Failure] = field(default_factory=list)


def malformation(data_type: str) -> str:
    """Why an attribute of this type, whose value is malformed, keeps the message from every policy on attributes."""
    if data_type.endswith(".Array"):
        return "is not a JSON array; no policy on attributes lets such a message through"
    if data_type.startswith("Number"):
        return "is not a number; no policy on attributes lets such a message through"
    return (
        'has a ", a \\ or a control character that is not escaped as in JSON; '
        "no policy on attributes lets such a message through"
    )


def failure(rule: KeyRule, values: Sequence[Scalar], reason: str) -> Failure:
    """The failure of one rule on the values the message has at its path."""
    plain = [as_plain(value) for value in values]
    shown = plain if len(plain) > 1 else next(iter(plain), None)
    return Failure(rule.path, shown, [condition.json for condition in rule.conditions], reason)


def mismatch(rule: KeyRule, values: Sequence[Scalar]) -> Failure:
    """The failure of a rule none of whose conditions holds for any of the values."""
    if not values:
        return failure(rule, values, ABSENT)
    found = _listed(values, lambda value: json.dumps(as_plain(value)))
    return failure(rule, values, f"{found} fails {_listed(rule.conditions, lambda condition: _phrase(condition.json))}")


def _phrase(condition: JsonValue) -> str:
    """A condition as a person would say it: ``prefix "bas"``."""
    if isinstance(condition, dict):
        return " ".join(f"{operator} {_phrase(argument)}" for operator, argument in condition.items())
    return json.dumps(condition)


def _listed(things: Sequence[_Thing], worded: Callable[[_Thing], str]) -> str:
    words = [worded(thing) for thing in things[:_SHOWN]]
    shown = [word if len(word) <= _SHOWN_CHARACTERS else f"{word[:_SHOWN_CHARACTERS]}…" for word in words]
    more = len(things) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more else "")
