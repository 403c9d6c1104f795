"""Rules about subscription filter policies: those that let nothing through, and what has no effect in them."""

import json
from collections.abc import Iterator
from itertools import combinations
from typing import Any

from emulator.architecture.model import Subscription
from emulator.audit.fix import SUBSCRIPTION, Fix
from emulator.audit.rule import Found, Rule
from emulator.audit.view import View

_PAGE = "https://docs.aws.amazon.com/sns/latest/dg/sns-subscription-filter-policies.html"
_DEPTH_MAX = 20
_COMPARED_MAX = 50  # subscriptions of a topic

Condition = tuple[str, list[Any]]  # the path of keys, and its alternatives


def _conditions(policy: Any, path: str = "", depth: int = 0) -> Iterator[Condition]:
    """The lists of a policy, with the keys that lead to them; alternatives by $or are left out."""
    if not isinstance(policy, dict) or depth > _DEPTH_MAX:
        return
    for key, value in policy.items():
        if key == "$or":
            continue
        if isinstance(value, list):
            yield f"{path}{key}", value
        else:
            yield from _conditions(value, f"{path}{key}.", depth + 1)


def _set(subscription: Subscription, policy: dict[str, Any] | None) -> list[Fix]:
    return [Fix(SUBSCRIPTION, subscription.origin.name, {"FilterPolicy": policy}, subscription.arn)]


def _without(subscription: Subscription, path: str, keep: list[Any] | None) -> list[Fix]:
    """The policy with other alternatives at ``path``, or without them."""

    def changed(policy: dict[str, Any], rest: str) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in policy.items():
            if key == rest:
                if keep is not None:
                    found[key] = keep
            elif isinstance(value, dict) and rest.startswith(f"{key}."):
                inner = changed(value, rest[len(key) + 1 :])
                if inner:
                    found[key] = inner
            else:
                found[key] = value
        return found

    return _set(subscription, changed(subscription.filter_policy or {}, path) or None)


def _never_matches(view: View) -> Iterator[Found]:
    for subscription in view.subscriptions:
        for path, alternatives in _conditions(subscription.filter_policy):
            if not any(map(_can_match, alternatives)):
                text = f"no message has a {path} that fulfills {_shown(alternatives)}"
                yield Found(subscription, text, _without(subscription, path, None))


def _can_match(alternative: Any) -> bool:
    span: object = alternative.get("numeric") if isinstance(alternative, dict) else None
    return _has_numbers(span) if isinstance(span, list) else True


def _has_numbers(span: list[Any]) -> bool:
    """Whether a number is within all limits, such as [">", 5, "<", 10]."""
    low, high, open_low, open_high = float("-inf"), float("inf"), False, False
    for operator, limit in zip(span[::2], span[1::2], strict=False):
        if not isinstance(limit, int | float):
            return True
        if operator in (">", ">=", "=") and (limit, operator == ">") > (low, open_low):
            low, open_low = limit, operator == ">"
        if operator in ("<", "<=", "=") and (-limit, operator == "<") > (-high, open_high):
            high, open_high = limit, operator == "<"
    return bool(low < high or (low == high and not open_low and not open_high))


def _shadowed(view: View) -> Iterator[Found]:
    for subscription in view.subscriptions:
        for path, alternatives in _conditions(subscription.filter_policy):
            for at, each in enumerate(alternatives):
                others = alternatives[:at] + alternatives[at + 1 :]
                cover = next((other for other in others if _covers(other, each, later=others.index(other) >= at)), None)
                if cover is not None:
                    text = f"{path}: {_shown([each])} has no effect beside {_shown([cover])}"
                    yield Found(subscription, text, _without(subscription, path, others))
                    break


def _is(alternative: Any, wanted: dict[str, Any]) -> bool:
    return isinstance(alternative, dict) and alternative == wanted


def _covers(one: Any, other: Any, *, later: bool) -> bool:
    """Whether all that ``other`` matches is matched by ``one``; of two that are the same, the later one is covered."""
    if one == other and type(one) is type(other):
        return not later
    if not isinstance(one, dict):
        return False
    if _is(one, {"exists": True}):
        return not _is(other, {"exists": False})
    for operator in ("prefix", "suffix"):
        text = one.get(operator)
        if isinstance(text, str):
            given = other if isinstance(other, str) else other.get(operator) if isinstance(other, dict) else None
            found = given if isinstance(given, str) else None
            return found is not None and (found.startswith(text) if operator == "prefix" else found.endswith(text))
    return False


def _overlap(view: View) -> Iterator[Found]:
    for subscriptions in view.of_topic.values():
        for one, other in combinations(subscriptions[:_COMPARED_MAX], 2):
            common = _consumers(view, one) & _consumers(view, other)
            if common and not _are_apart(one, other):
                name = view.name(min(common))
                text = f"a message can reach {name} twice: by this subscription, and by that of {other.shown}"
                fixes = [Fix(SUBSCRIPTION, other.origin.name, {}, other.arn, delete=True)]
                yield Found(one, text, fixes)


def _consumers(view: View, subscription: Subscription) -> set[str]:
    """The functions that get the messages of a subscription."""
    if subscription.protocol == "lambda":
        return {subscription.endpoint}
    return {consumer.function for consumer in view.consumers.get(subscription.endpoint, ())}


def _are_apart(one: Subscription, other: Subscription) -> bool:
    """Whether no message matches both policies: a key has only exact values in both, and none in common."""
    if one.filter_scope != other.filter_scope:
        return False
    ours, theirs = dict(_conditions(one.filter_policy)), dict(_conditions(other.filter_policy))
    for path in ours.keys() & theirs.keys():
        exact = [each for each in (*ours[path], *theirs[path]) if not isinstance(each, dict)]
        if len(exact) == len(ours[path]) + len(theirs[path]) and not any(each in theirs[path] for each in ours[path]):
            return True
    return False


def _empty(view: View) -> Iterator[Found]:
    for subscription in view.subscriptions:
        for path, alternatives in _conditions(subscription.filter_policy):
            if {"exists": True} in alternatives and {"exists": False} in alternatives:
                yield Found(
                    subscription, f"{path} may exist or not: it filters nothing", _without(subscription, path, None)
                )


def _wrong_scope(view: View) -> Iterator[Found]:
    for subscription in view.subscriptions:
        nested = [key for key, value in (subscription.filter_policy or {}).items() if isinstance(value, dict)]
        if nested and subscription.filter_scope == "MessageAttributes":
            properties = {"FilterPolicyScope": "MessageBody"}
            fixes = [Fix(SUBSCRIPTION, subscription.origin.name, properties, subscription.arn)]
            yield Found(subscription, f"{nested[0]} is nested, and attributes are not", fixes)


def _shown(values: list[Any]) -> str:
    text = json.dumps(values)
    return text if len(text) <= 80 else f"{text[:77]}..."


def _text_number(view: View) -> Iterator[Found]:
    for subscription in view.subscriptions:
        for path, alternatives in _conditions(subscription.filter_policy):
            texts = [each for each in alternatives if isinstance(each, str)]
            numbers = [each for each in alternatives if isinstance(each, int | float) and not isinstance(each, bool)]
            both = [each for each in numbers if str(each) in texts]
            if both:
                keep = [each for each in alternatives if not (isinstance(each, str) and each == str(both[0]))]
                text = f"{path} has {both[0]} as a number and as a text: senders disagree about its type"
                yield Found(subscription, text, _without(subscription, path, keep))


RULES = (
    Rule(
        "filter-never-matches",
        "A filter policy lets nothing through",
        "Denial of service",
        "high",
        "The subscription gets no message, and nobody gets an error.",
        "https://docs.aws.amazon.com/sns/latest/dg/numeric-value-matching.html",
        _never_matches,
    ),
    Rule(
        "filter-shadowed",
        "A part of a filter policy has no effect",
        "Tampering",
        "low",
        "What was meant to be narrower is covered by something wider: the policy lets through more than it seems to.",
        "https://docs.aws.amazon.com/sns/latest/dg/and-or-logic.html",
        _shadowed,
    ),
    Rule(
        "filter-overlap",
        "Two subscriptions lead to the same function",
        "Tampering",
        "low",
        "A message that matches both filter policies is processed twice.",
        _PAGE,
        _overlap,
    ),
    Rule(
        "filter-of-everything",
        "A condition takes all messages",
        "Information disclosure",
        "low",
        "A key that may exist and may be missing filters nothing: the endpoint gets what it should not see.",
        "https://docs.aws.amazon.com/sns/latest/dg/attribute-key-matching.html",
        _empty,
    ),
    Rule(
        "filter-scope",
        "A nested filter policy is about attributes",
        "Denial of service",
        "medium",
        "Attributes have no structure; SNS refuses the policy unless its scope is the body.",
        "https://docs.aws.amazon.com/sns/latest/dg/sns-message-filtering-scope.html",
        _wrong_scope,
    ),
    Rule(
        "filter-mixed-types",
        "A filter policy has a number as a text too",
        "Tampering",
        "low",
        "A number and its text are different values: a sender that changes the type changes who gets the message.",
        "https://docs.aws.amazon.com/sns/latest/dg/string-value-matching.html",
        _text_number,
    ),
)
