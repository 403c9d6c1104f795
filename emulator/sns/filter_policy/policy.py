"""A compiled filter policy: whether it lets a message through, and if not, why."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

from emulator.sns.filter_policy import explanation
from emulator.sns.filter_policy.attributes import Attribute, Offers
from emulator.sns.filter_policy.body import Found, find
from emulator.sns.filter_policy.budget import Budget, OverBudgetError
from emulator.sns.filter_policy.consistency import Requirement
from emulator.sns.filter_policy.explanation import Failure, Verdict
from emulator.sns.filter_policy.grammar import Alternative, KeyRule, Scope, read_policy
from emulator.sns.filter_policy.limits import MAX_KEYS_OF_A_PATTERN, MAX_STEPS
from emulator.sns.filter_policy.values import MessageValue
from emulator.sns.json_tree import Scalar

Refusal = Literal["MessageAttributes", "NoMessageAttributes", "InvalidAttributes", "MessageBody", "InvalidMessageBody"]
"""Why a policy turned a message down, as CloudWatch's metrics NumberOfNotificationsFilteredOut-... tell it apart."""


def compile_policy(text: str, scope: Scope) -> "FilterPolicy":
    """The policy of the text, ready to match. Raises FilterPolicyError for what AWS refuses.

    https://docs.aws.amazon.com/sns/latest/dg/sns-subscription-filter-policies.html
    """
    return FilterPolicy(text, scope, read_policy(text, scope))


def compile_pattern(text: str) -> "FilterPolicy":
    """The same of an event pattern, which has as many keys as it likes, on a JSON document."""
    return FilterPolicy(text, "MessageBody", read_policy(text, "MessageBody", MAX_KEYS_OF_A_PATTERN))


class FilterPolicy:
    """Made by ``compile_policy``. Immutable: ``text`` as it was given, ``scope`` as AWS names it.

    One of the ``alternatives`` must match. ``paths`` are those of all rules, and ``cost`` is what their tests take for
    one value each, of which ``reading`` is for each kilobyte of it.
    """

    __slots__ = ("_requirements", "alternatives", "cost", "paths", "reading", "scope", "text")

    def __init__(self, text: str, scope: Scope, alternatives: Sequence[Alternative]) -> None:
        self.text = text
        self.scope = scope
        self.alternatives = [tuple(alternative.values()) for alternative in alternatives]
        self.paths = tuple(dict.fromkeys(path for alternative in alternatives for path in alternative))
        numbers = {path: number for number, path in enumerate(self.paths)}
        self._requirements = [Requirement(rules, numbers) for rules in self.alternatives]
        self.reading = sum(rule.reading for rules in self.alternatives for rule in rules)
        self.cost = self.reading + sum(rule.cost for rules in self.alternatives for rule in rules)

    def matches(self, message: str, attributes: Mapping[str, Attribute]) -> bool:
        """Whether the message passes, by whichever of the two the scope names."""
        return self.refusal(message, Offers(attributes)) is None

    def refusal(self, message: str, offers: Offers) -> Refusal | None:
        """Why the message does not pass, by whichever of the two the scope names; None where it does.

        ``{}`` asks for nothing, and so looks at nothing.
        """
        if not self.paths:
            return None
        if self.scope == "MessageBody":
            return self._refusal_of_body(offers.body(message))
        return self._refusal_of_attributes(offers)

    def _refusal_of_attributes(self, offers: Offers) -> Refusal | None:
        if not offers.intact() or (self.cost * offers.size > MAX_STEPS and self._over_budget(offers)):
            return "InvalidAttributes"
        for rules in self.alternatives:
            for rule in rules:
                values = offers.of(rule.path)  # as ``_holds``, without a call
                if values is None or not rule.satisfied_alone(values) or not (values or offers.any()):
                    break
            else:
                return None
        return "MessageAttributes" if offers.attributes else "NoMessageAttributes"

    def _over_budget(self, offers: Offers) -> bool:
        """Whether the tests of attributes would take too many steps. For a usual message one comparison tells."""
        if self.cost * offers.size <= MAX_STEPS:
            return False
        steps = (rule.steps(offers.of(rule.path) or ()) for rules in self.alternatives for rule in rules)
        return sum(steps) > MAX_STEPS

    def _refusal_of_body(self, body: dict[str, MessageValue] | None) -> Refusal | None:
        if body is None:
            return "InvalidMessageBody"
        budget = Budget()
        try:
            found = find(body, self.paths, budget)
            satisfied = any(requirement.satisfied_by(found, budget) for requirement in self._requirements)
        except OverBudgetError:
            return "InvalidMessageBody"
        return None if satisfied else "MessageBody"

    def explain(self, message: str, attributes: Mapping[str, Attribute]) -> Verdict:
        """The answer of ``matches``, with the failures of every alternative where it is no."""
        offers = Offers(attributes)
        if self.refusal(message, offers) is None:
            return Verdict(True)
        if self.scope == "MessageAttributes":
            if malformed := _malformations(offers):
                return Verdict(False, malformed)
            if self._over_budget(offers):
                return Verdict(False, [explanation.over_budget()])
            return Verdict(False, self._attribute_failures(offers, attributes, message))
        body = offers.body(message)
        if body is None:
            hint = None if attributes.keys().isdisjoint(self.paths) else explanation.IN_ATTRIBUTES
            return Verdict(False, [Failure("", None, [], explanation.NO_JSON_OBJECT, hint)])
        try:
            found = find(body, self.paths, budget := Budget())
            for requirement in self._requirements:
                requirement.satisfied_by(found, budget)
        except OverBudgetError:
            return Verdict(False, [explanation.over_budget()])
        return Verdict(False, self._body_failures(found, attributes))

    def _attribute_failures(self, offers: Offers, attributes: Mapping[str, Attribute], message: str) -> list[Failure]:
        in_body = self._keys_of_body(offers.body(message))
        failures: list[Failure] = []
        for rule in _distinct(rule for rules in self.alternatives for rule in rules):
            found = offers.of(rule.path) or ()
            if _holds(rule, found, offers):
                continue
            if rule.accepts_absence and not found:
                failures.append(explanation.failure(rule, found, explanation.NO_ATTRIBUTES))
            elif found:
                failures.append(explanation.mismatch(rule, found, self.scope))
            else:
                hint = explanation.IN_BODY if rule.path in in_body else None
                hint = explanation.IGNORED_BINARY if rule.path in attributes else hint
                failures.append(explanation.failure(rule, found, explanation.ABSENT, hint))
        return failures

    def _keys_of_body(self, body: dict[str, MessageValue] | None) -> set[str]:
        """The keys of the policy that the body has; none if finding them takes too many steps."""
        try:
            found = find(body or {}, self.paths, Budget())
        except OverBudgetError:
            return set()
        return {path for path, values in zip(self.paths, found.values, strict=True) if values}

    def _body_failures(self, found: Found, attributes: Mapping[str, Attribute]) -> list[Failure]:
        values = dict(zip(self.paths, found.values, strict=True))
        culprits: list[KeyRule] = []
        for rules in self.alternatives:
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
        number = self.paths.index(rule.path)
        outside = [value for at, value in found.places[0].values if at == number]
        return not found.values[number] or any(map(rule.test, outside))


def _distinct(rules: Iterable[KeyRule]) -> Iterable[KeyRule]:
    """The rules without those that ask the same of the same key as another."""
    each_once = {id(rule): rule for rule in rules}.values()  # the alternatives of a "$or" share the keys around it
    return {(rule.path, repr([condition.json for condition in rule.conditions])): rule for rule in each_once}.values()


def _holds(rule: KeyRule, values: Sequence[Scalar] | None, offers: Offers) -> bool:
    # "exists": false "only matches if at least one attribute is present":
    # https://docs.aws.amazon.com/sns/latest/dg/attribute-key-matching.html
    return values is not None and rule.satisfied_alone(values) and (bool(values) or offers.any())


def _malformations(offers: Offers) -> list[Failure]:
    """The attributes that keep the message from every policy on attributes, whatever it asks for."""
    return [
        Failure(name, attribute.string_value, [], explanation.malformation(attribute.data_type))
        for name, attribute in offers.malformed()
    ]
