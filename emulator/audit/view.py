"""An architecture with the look-ups that rules need."""

from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property

from emulator.architecture.model import (
    Architecture,
    Consumer,
    Function,
    Key,
    Queue,
    Subscription,
    Topic,
    account_of,
)
from emulator.architecture.policies import Policy, Statement

_SENSITIVE_TAGS = ("classification", "data-classification", "dataclassification", "sensitivity", "data-sensitivity")
_SENSITIVE_VALUES = ("confidential", "pci", "personal", "phi", "pii", "restricted", "secret", "sensitive")
_SENSITIVE_WORDS = (
    "card",
    "credential",
    "customer",
    "health",
    "identity",
    "invoice",
    "medical",
    "passport",
    "password",
    "patient",
    "payment",
    "pii",
    "salary",
    "ssn",
)


class View:
    """Look-ups by ARN. Each is made when a rule first asks for it."""

    def __init__(self, architecture: Architecture, now: float) -> None:
        """``now`` is in seconds since the epoch, for policies with dates."""
        self.architecture = architecture
        self.now = now
        self.queues = {queue.arn: queue for queue in architecture.queues}
        self.topics = {topic.arn: topic for topic in architecture.topics}
        self.functions = {function.arn: function for function in architecture.functions}

    @property
    def subscriptions(self) -> list[Subscription]:
        return self.architecture.subscriptions

    def knows(self, kind: str) -> bool:
        """Whether the source shows elements of this kind, so that what is missing is missing."""
        return kind in self.architecture.known

    @cached_property
    def accounts(self) -> set[str]:
        """The accounts of the queues and topics: what is in others is beyond a trust boundary."""
        return {each.account for each in (*self.architecture.queues, *self.architecture.topics)}

    @cached_property
    def of_topic(self) -> dict[str, list[Subscription]]:
        found: dict[str, list[Subscription]] = defaultdict(list)
        for subscription in self.subscriptions:
            found[subscription.topic].append(subscription)
        return found

    @cached_property
    def to_queue(self) -> dict[str, list[Subscription]]:
        found: dict[str, list[Subscription]] = defaultdict(list)
        for subscription in self.subscriptions:
            if subscription.protocol == "sqs":
                found[subscription.endpoint].append(subscription)
        return found

    @cached_property
    def consumers(self) -> dict[str, list[Consumer]]:
        found: dict[str, list[Consumer]] = defaultdict(list)
        for consumer in self.architecture.consumers:
            found[consumer.queue].append(consumer)
        return found

    @cached_property
    def sources(self) -> dict[str, list[Queue]]:
        """By dead-letter queue, the queues that use it."""
        found: dict[str, list[Queue]] = defaultdict(list)
        for queue in self.architecture.queues:
            if queue.dead_letters is not None:
                found[queue.dead_letters.queue].append(queue)
        return found

    @cached_property
    def dead_letter_queues(self) -> set[str]:
        """The ARNs of queues that queues or subscriptions use as their dead-letter queue."""
        return {*self.sources, *(each.dead_letters for each in self.subscriptions if each.dead_letters)}

    @cached_property
    def senders(self) -> dict[str, list[Function]]:
        """By queue or topic, the functions that name it."""
        found: dict[str, list[Function]] = defaultdict(list)
        for function in self.architecture.functions:
            for target in function.sends_to:
                found[target].append(function)
        return found

    @property
    def owners(self) -> Iterator[Queue | Topic]:
        """What has a policy, or could have one."""
        yield from self.architecture.queues
        yield from self.architecture.topics

    def statements(self) -> Iterator[tuple[Queue | Topic, Policy, Statement]]:
        for owner in self.owners:
            if owner.policy is not None:
                for statement in owner.policy.statements:
                    yield owner, owner.policy, statement

    def key(self, given: str | None) -> Key | None:
        """The customer managed key with an id, ARN or alias, if it is in the model."""
        if given is None:
            return None
        for key in self.architecture.keys:
            if given in (key.arn, key.arn.rpartition("/")[2], *key.aliases):
                return key
        return None

    def name(self, arn: str) -> str:
        """The name of what has an ARN, for people."""
        element = self.queues.get(arn) or self.topics.get(arn) or self.functions.get(arn)
        return arn.rpartition(":")[2] if element is None else element.shown

    def is_own(self, arn: str) -> bool:
        return account_of(arn) in self.accounts

    def has_target(self, arn: str) -> bool:
        return arn in self.queues or arn in self.topics or arn in self.functions


def sensitivity(element: Queue | Topic) -> str | None:
    """What says that an element has sensitive data: a tag, or a word in its name; None if nothing does."""
    for key, value in element.tags.items():
        if key.lower() in _SENSITIVE_TAGS and value.lower() in _SENSITIVE_VALUES:
            return f"the tag {key} is {value}"
    words = element.name.lower().replace("_", "-").replace(".", "-").split("-")
    for word in _SENSITIVE_WORDS:
        if word in words or f"{word}s" in words:
            return f"its name has the word {word}"
    return None
