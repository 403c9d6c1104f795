"""A compiled filter policy: whether it lets a message through, and if not, why."""

from collections.abc import Iterable, Mapping, Sequence

from emulator.sns.filter_policy import explanation
from emulator.sns.filter_policy.attributes import Attribute, any_filterable, attribute_values
from emulator.sns.filter_policy.body import Found, find
from emulator.sns.filter_policy.consistency import Requirement
from emulator.sns.filter_policy.explanation import Failure, Verdict
from emulator.sns.filter_policy.grammar import Alternative, KeyRule, Scope, read_policy
from emulator.sns.filter_policy.values import MessageValue, parse_message_json
from emulator.sns.json_tree import Scalar

_Values = dict[str, tuple[Scalar, ...]]


def compile_policy(text: str, scope: Scope) -> "FilterPolicy":
    """The policy of the text, ready to match. Raises FilterPolicyError for what AWS refuses.

    https://docs.aws.amazon.com/sns/latest/dg/sns-subscription-filter-policies.html
    """
    return FilterPolicy(text, scope, read_policy(text, scope))


class FilterPolicy:
    """Made by ``compile_policy``. Immutable: ``text`` as it was given, ``scope`` as AWS names it."""

    __slots__ = ("_alternatives", "_paths", "_requirements", "scope", "text")

    def __init__(self, text: str, scope: Scope, alternatives: Sequence[Alternative]) -> None:
        self.text = text
        self.scope = scope
        self._alternatives = [tuple(alternative.values()) for alternative in alternatives]
        self._paths = tuple(dict.fromkeys(path for alternative in alternatives for path in alternative))
        numbers = {path: number for number, path in enumerate(self._paths)}
        self._requirements = [Requirement(rules, numbers) for rules in self._alternatives]

    def matches(self, message: str, attributes: Mapping[str, Attribute]) -> bool:
        """Whether the message passes, by whichever of the two the scope names."""
        if self.scope == "MessageBody":
            return self.matches_body(message)
        return self.matches_attributes(attributes)

    def matches_attributes(self, attributes: Mapping[str, Attribute]) -> bool:
        """Whether the attributes satisfy an alternative. A malformed one the policy names rejects the message."""
        values: _Values = {}
        for path in self._paths:
            if (attribute := attributes.get(path)) is not None:
                offered = attribute_values(attribute)
                if offered is None:
                    return False
                values[path] = offered
        for rules in self._alternatives:
            for rule in rules:
                if not _holds(rule, values.get(rule.path, ()), attributes):
                    break
            else:
                return True
        return False

    def matches_body(self, message: str) -> bool:
        """Whether the message is a JSON object that satisfies an alternative."""
        if not self._paths:
            return True
        body = _json_object(message)
        if body is None:
            return False
        found = find(body, self._paths)
        return any(requirement.satisfied_by(found) for requirement in self._requirements)

    def explain(self, message: str, attributes: Mapping[str, Attribute]) -> Verdict:
        """The answer of ``matches``, with the failures of every alternative where it is no."""
        if self.matches(message, attributes):
            return Verdict(True)
        if self.scope == "MessageAttributes":
            return Verdict(False, self._attribute_failures(attributes, message))
        body = _json_object(message)
        if body is None:
            hint = None if attributes.keys().isdisjoint(self._paths) else explanation.IN_ATTRIBUTES
            return Verdict(False, [Failure("", None, [], explanation.NO_JSON_OBJECT, hint)])
        return Verdict(False, self._body_failures(find(body, self._paths), attributes))

    def _attribute_failures(self, attributes: Mapping[str, Attribute], message: str) -> list[Failure]:
        body = find(_json_object(message) or {}, self._paths)
        failures: list[Failure] = []
        for rule in _distinct(rule for rules in self._alternatives for rule in rules):
            attribute = attributes.get(rule.path)
            values = () if attribute is None else attribute_values(attribute)
            if attribute is not None and values is None:
                failures.append(explanation.failure(rule, (attribute.string_value,), explanation.MALFORMED))
            elif values is not None and not _holds(rule, values, attributes):
                if rule.accepts_absence and not values:
                    failures.append(explanation.failure(rule, values, explanation.NO_ATTRIBUTES))
                elif values:
                    failures.append(explanation.mismatch(rule, values, self.scope))
                else:
                    in_body = bool(body.values[self._paths.index(rule.path)])
                    hint = explanation.IN_BODY if in_body else None
                    hint = explanation.IGNORED_BINARY if attribute is not None else hint
                    failures.append(explanation.failure(rule, values, explanation.ABSENT, hint))
        return failures

    def _body_failures(self, found: Found, attributes: Mapping[str, Attribute]) -> list[Failure]:
        values = dict(zip(self._paths, found.values, strict=True))
        culprits: list[KeyRule] = []
        for rules in self._alternatives:
            alone = [rule for rule in rules if not rule.satisfied_alone(values[rule.path])]
            # If each has its value or its absence, some have it in elements which do not go together.
            culprits += alone or [rule for rule in rules if not self._independent(rule, found)]
        return [self._body_failure(rule, values[rule.path], attributes) for rule in _distinct(culprits)]

    def _body_failure(self, rule: KeyRule, values: Sequence[Scalar], attributes: Mapping[str, Attribute]) -> Failure:
        if rule.satisfied_alone(values):
            return explanation.failure(rule, values, explanation.OTHER_ELEMENT)
        if values:
            return explanation.mismatch(rule, values, self.scope)
        hint = explanation.IN_ATTRIBUTES if rule.path in attributes else None
        return explanation.failure(rule, values, explanation.ABSENT, hint)

    def _independent(self, rule: KeyRule, found: Found) -> bool:
        """Whether the rule is satisfied without a value from an array of objects."""
        number = self._paths.index(rule.path)
        outside = [value for at, value in found.places[0].values if at == number]
        return not found.values[number] or any(map(rule.test, outside))


def _distinct(rules: Iterable[KeyRule]) -> Iterable[KeyRule]:
    """The rules without those that ask the same of the same key as another."""
    return {(rule.path, repr([condition.json for condition in rule.conditions])): rule for rule in rules}.values()


def _holds(rule: KeyRule, values: Sequence[Scalar], attributes: Mapping[str, Attribute]) -> bool:
    # "exists": false "only matches if at least one attribute is present":
    # https://docs.aws.amazon.com/sns/latest/dg/attribute-key-matching.html
    return rule.satisfied_alone(values) and (bool(values) or any_filterable(attributes))


def _json_object(message: str) -> dict[str, MessageValue] | None:
    try:
        body = parse_message_json(message)
    except ValueError:
        return None
    return body if isinstance(body, dict) else None
