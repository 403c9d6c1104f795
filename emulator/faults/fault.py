"""A fault: a rule that was added, the counts of its matches and firings, and its last firings."""

from collections import deque
from fnmatch import fnmatchcase

from msgspec import Struct

from emulator.actions.subjects import Names, names_in_arn
from emulator.faults.pauses import Pauses
from emulator.faults.rule import RandomLatency, Rule, effects_of
from emulator.faults.subjects import AnyOperation, is_batch, names_of_endpoint, operations_of
from emulator.foundation.ids import seeded_chance
from emulator.sns.phone_numbers import as_kept
from emulator.sns.protocols import without_password

_FIRINGS_MAX = 1_000  # how many firings of a fault are kept


class Firing(Struct, frozen=True):
    """One time a fault took effect: on a request, which has an action and a request id, or on a delivery."""

    at: float  # by the clock of the account
    account: str
    resource: str | None  # ARN of the queue or the topic
    action: str | None = None
    request_id: str | None = None
    message_id: str | None = None
    endpoint: str | None = None


class Fault:
    """A fault in force. Its rule has passed ``soundness.check``."""

    def __init__(self, fault_id: str, rule: Rule) -> None:
        self.id = fault_id
        self.rule = rule
        self.effect = effects_of(rule)[0]
        self._endpoint = None if rule.endpoint is None else as_kept(without_password(rule.endpoint))
        self.matched = 0
        self.fired = 0
        self.firings: deque[Firing] = deque(maxlen=_FIRINGS_MAX)
        self.pauses = Pauses()
        self._chance = seeded_chance(rule.seed or 0)
        self._operations = frozenset(
            operation
            for operation in operations_of(rule.service, rule.action)
            if rule.batch_failures is None or is_batch(operation)
        )

    def matches_request(self, operation: AnyOperation, account: str, names: Names) -> bool:
        return operation in self._operations and self._matches(account, names)

    def matches_delivery(self, account: str, topic_arn: str, protocol: str, endpoint: str) -> bool:
        """``account`` is the topic's; a password in ``endpoint`` is masked."""
        rule = self.rule
        return (
            rule.protocol in (None, protocol)
            and _fits(names_of_endpoint(endpoint), self._endpoint)
            and self._matches(account, names_in_arn(topic_arn))
        )

    def _matches(self, account: str, names: Names) -> bool:
        return self.rule.account in (None, account) and _fits(names, self.rule.resource)

    def takes_effect(self) -> bool:
        """Count a match. Whether the fault fires this time."""
        self.matched += 1
        rule, number = self.rule, self.matched - (self.rule.after or 0)
        if number < 1:
            return False
        if rule.first is not None:
            return number <= rule.first
        if rule.every is not None:
            return number % rule.every == 0
        return rule.probability is None or self._chance.random() < rule.probability

    def note(self, firing: Firing) -> None:
        self.fired += 1
        self.firings.append(firing)

    def draw_latency(self) -> float:
        """Seconds; 0 if the rule has another effect."""
        latency = self.rule.latency
        if not isinstance(latency, RandomLatency):
            return latency or 0.0
        if latency.uniform is not None:
            return self._chance.uniform(*latency.uniform)
        return self._chance.expovariate(1 / latency.exponential) if latency.exponential else 0.0


def _fits(names: Names, wanted: str | None) -> bool:
    return wanted is None or any(fnmatchcase(name, wanted) for name in names)
