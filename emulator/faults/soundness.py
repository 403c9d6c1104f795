"""Checks that a rule can take effect. Otherwise it is refused, because a test would wait for its effect in vain.

Each check yields what is wrong, with the name of the field first.
"""

from collections.abc import Iterator

from emulator.aws.error_names import ERRORS, shapes_of
from emulator.faults.rule import DELIVERY_EFFECTS, REQUEST_EFFECTS, RandomLatency, Rule, effects_of
from emulator.faults.subjects import AnyOperation, has_resource, is_batch, operations_of
from emulator.sns.protocols import PROTOCOLS

_HTTP = ("http", "https")
_COUNTED = ("first", "every", "probability")


class UnsoundRuleError(ValueError):
    """The text says what is wrong with a rule, and where."""


def check(rule: Rule) -> None:
    """Raise UnsoundRuleError if the rule can never take effect, or contradicts itself."""
    for problem in _problems(rule):
        raise UnsoundRuleError(problem)


def _problems(rule: Rule) -> Iterator[str]:
    effects = effects_of(rule)
    if len(effects) != 1:
        found = " and ".join(effects) or "none"
        yield f"A rule has exactly one of {', '.join((*REQUEST_EFFECTS, *DELIVERY_EFFECTS))}; this one has {found}."
    yield from _firing(rule)
    yield from _latency(rule)
    if rule.message is not None and rule.error is None:
        yield "message: this is the text of an error, and the rule has no error."
    yield from _on_delivery(rule) if effects[0] in DELIVERY_EFFECTS else _on_request(rule)


def _firing(rule: Rule) -> Iterator[str]:
    given = [name for name in _COUNTED if getattr(rule, name) is not None]
    if len(given) > 1:
        yield f"{given[1]}: a rule has only one of {', '.join(_COUNTED)}, and this one has {given[0]}."
    if rule.seed is not None and rule.probability is None and not isinstance(rule.latency, RandomLatency):
        yield "seed: nothing in this rule is random; a seed needs probability or a random latency."


def _latency(rule: Rule) -> Iterator[str]:
    latency = rule.latency
    if not isinstance(latency, RandomLatency):
        return
    if (latency.uniform is None) == (latency.exponential is None):
        yield "latency: give seconds, or either uniform or exponential."
    if latency.uniform is not None and latency.uniform[0] > latency.uniform[1]:
        yield "latency.uniform: the first bound is above the second."


def _on_request(rule: Rule) -> Iterator[str]:
    for name in ("endpoint", "protocol"):
        if getattr(rule, name) is not None:
            yield f"{name}: {effects_of(rule)[0]} is for requests, which have no {name}."
    operations = operations_of(rule.service, rule.action)
    services = rule.service or "sqs or sns"
    if not operations:
        yield f"action: {services} has no action {rule.action!r}."
    if rule.batch_failures is not None:
        operations = [operation for operation in operations if is_batch(operation)]
        if not operations:
            yield f"batch_failures: no action {rule.action!r} of {services} takes a batch."
        yield from _error("batch_failures.error", rule.batch_failures.error, operations)
    if rule.error is not None:
        yield from _error("error", rule.error, operations)
    if rule.resource is not None and not any(has_resource(operation) for operation in operations):
        yield f"resource: {rule.action} does not name a queue or a topic."


def _error(field: str, name: str, operations: list[AnyOperation]) -> Iterator[str]:
    """The error must exist in each service whose requests the rule matches."""
    for service in sorted({operation.service for operation in operations}):
        if name not in ERRORS[service]:
            yield f"{field}: {service} has no error {name!r}. Its errors are {', '.join(shapes_of(service))}."


def _on_delivery(rule: Rule) -> Iterator[str]:
    effect = effects_of(rule)[0]
    if rule.service == "sqs":
        yield f"service: {effect} is for deliveries, which only sns makes."
    if rule.action is not None:
        yield f"action: {effect} is for deliveries, which have no action."
    possible = _HTTP if effect == "fail_delivery" else tuple(sorted(PROTOCOLS))
    if rule.protocol is not None and rule.protocol not in possible:
        yield f"protocol: {effect} is for deliveries by {', '.join(possible)}, not by {rule.protocol!r}."
