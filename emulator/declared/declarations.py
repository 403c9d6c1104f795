"""What a file declares: queues, topics and subscriptions with their accounts and regions, faults, and the clock."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, TypeVar

from msgspec import Struct, field
from msgspec.structs import replace

from emulator.aws.arns import arn
from emulator.control.clock import ClockMove
from emulator.declared.document import Document, DocumentPath, Mistakes
from emulator.declared.endpoints import Endpoint, endpoint_of
from emulator.declared.reading import Reader
from emulator.declared.sections import SECTIONS
from emulator.declared.shapes import (
    EventSourceMappingShape,
    NamedQueue,
    NamedTopic,
    QueueShape,
    SubscriptionShape,
    TopicShape,
    TopicSubscription,
)
from emulator.declared.wording import proposal, shown
from emulator.faults.rule import Rule
from emulator.sns.identity import TopicIdentity
from emulator.sns.identity import identity_of as topic_identity
from emulator.sqs.identity import QueueIdentity
from emulator.sqs.identity import identity_of as queue_identity

if TYPE_CHECKING:
    from emulator.declared.principals import DeclaredPrincipals


class DeclaredQueue(Struct):
    """A queue of the file."""

    identity: QueueIdentity
    shape: QueueShape
    path: DocumentPath


class DeclaredTopic(Struct):
    """A topic of the file."""

    identity: TopicIdentity
    shape: TopicShape
    path: DocumentPath


class DeclaredSubscription(Struct):
    """A subscription of the file."""

    topic_arn: str
    endpoint: Endpoint
    shape: SubscriptionShape
    path: DocumentPath

    @property
    def key(self) -> tuple[str, str, str]:
        """A topic has one subscription of each endpoint."""
        return self.topic_arn, self.endpoint.protocol, self.endpoint.address


class DeclaredMapping(Struct):
    """An event source mapping of the file."""

    queue_arn: str
    function_arn: str
    shape: EventSourceMappingShape
    path: DocumentPath
    optional: bool = False  # whether it is left out if there is no such queue

    @property
    def key(self) -> tuple[str, str]:
        """A function has one mapping of each queue."""
        return self.queue_arn, self.function_arn


class Declarations(Struct):
    """All that a file declares, by identity."""

    queues: dict[str, DeclaredQueue] = field(default_factory=dict)  # by ARN
    topics: dict[str, DeclaredTopic] = field(default_factory=dict)  # by ARN
    subscriptions: dict[tuple[str, str, str], DeclaredSubscription] = field(default_factory=dict)
    mappings: dict[tuple[str, str], DeclaredMapping] = field(default_factory=dict)
    faults: list[tuple[Rule, DocumentPath]] = field(default_factory=list)
    clock: ClockMove | None = None
    principals: "DeclaredPrincipals | None" = None
    notices: list[str] = field(default_factory=list)  # for the log: what is not emulated, and so on

    def accounts(self) -> set[str]:
        """The accounts of the queues, topics, subscriptions and mappings."""
        arns = [*self.queues, *self.topics, *(each.topic_arn for each in self.subscriptions.values())]
        arns += [each.function_arn for each in self.mappings.values()]
        return {arn.split(":")[4] for arn in arns}

    def confine(self, account: str) -> None:
        """Let faults and the clock that name no account be those of ``account``, and not of all."""
        self.faults = [(replace(rule, account=rule.account or account), path) for rule, path in self.faults]
        if self.clock is not None:
            self.clock = replace(self.clock, account=self.clock.account or account)


def declarations_of(document: Document, mistakes: Mistakes, account: str, region: str) -> Declarations:
    """What ``document`` declares, in ``account`` and ``region`` where it names no others. Adds to ``mistakes``."""
    return _Declaring(document, mistakes, account, region).all()


Named = TypeVar("Named", QueueShape, TopicShape)


class _Declaring:
    def __init__(self, document: Document, mistakes: Mistakes, account: str, region: str) -> None:
        self._content = document.content
        self._mistakes = mistakes
        self._reader = Reader(mistakes)
        self._account = account
        self._region = region
        self._made = Declarations()

    def all(self) -> Declarations:
        for key in self._content:
            if key not in SECTIONS:
                self._mistakes.add((key,), f"There is no section {key}; {proposal(key, SECTIONS)}", key=True)
        made = self._made
        if (clock := self._content.get("clock")) is not None:
            made.clock = self._reader.table(clock, ClockMove, ("clock",))
        for name, queue, path in self._named("queues", QueueShape, NamedQueue):
            identity = queue_identity(name, queue.account or self._account, queue.region or self._region)
            if self._is_new("queue", identity.arn, made.queues, path):
                made.queues[identity.arn] = DeclaredQueue(identity, queue, path)
        for name, topic, path in self._named("topics", TopicShape, NamedTopic):
            of = topic_identity(name, topic.account or self._account, topic.region or self._region)
            if self._is_new("topic", of.arn, made.topics, path):
                made.topics[of.arn] = DeclaredTopic(of, topic, path)
                self._subscriptions_of(of, path)
        self._subscriptions()
        self._mappings()
        self._principals()
        for path, rule in self._items("faults"):
            read = self._reader.table(rule, Rule, path)
            if read is not None:
                made.faults.append((read, path))
        return made

    def _principals(self) -> None:
        principals = self._content.get("principals")
        if principals is not None:
            from emulator.declared.principals import principals_of  # few have any

            self._made.principals = principals_of(principals, self._reader, self._account)

    def _items(self, *path: str | int) -> Iterator[tuple[DocumentPath, Any]]:
        """The items of a list; nothing where there is none."""
        value: Any = self._content
        for step in path:
            value = value.get(step) if isinstance(value, dict) else value[step] if isinstance(step, int) else None
        if isinstance(value, list):
            yield from (((*path, index), each) for index, each in enumerate(value))
        elif value is not None:
            self._mistakes.add(path, f"{path[-1]} is {shown(value)}; a list is wanted.")

    def _named(self, section: str, kind: type[Named], listed: type[Named]) -> Iterator[tuple[str, Named, DocumentPath]]:
        """The queues or topics: a list of names and tables, or tables by name."""
        value = self._content.get(section)
        if isinstance(value, dict):
            for name, each in value.items():
                shape = self._reader.table(_alone(section, {} if each is None else each), kind, (section, name))
                yield name, kind() if shape is None else shape, (section, name)
            return
        for path, each in self._items(section):
            if isinstance(each, str):
                yield each, kind(), path
            elif isinstance(each, dict):
                table = self._reader.table(_alone(section, each), listed, path)
                name = each.get("name")
                if isinstance(name, str):
                    yield name, kind() if table is None else table, path
            else:
                self._mistakes.add(path, f"{section}[{path[-1]}] is {shown(each)}; a name or a table is wanted.")

    def _is_new(self, kind: str, arn: str, others: dict[str, Any], path: DocumentPath) -> bool:
        other = others.get(arn)
        if other is not None:
            where = self._mistakes.line_of(other.path, path)
            self._mistakes.add(path, f"There is another {kind} {arn.rpartition(':')[2]}{where}.")
        return other is None

    def _subscriptions_of(self, topic: TopicIdentity, path: DocumentPath) -> None:
        for at, each in self._items(*path, "subscriptions"):
            if isinstance(each, str):
                self._subscription(topic.arn, SubscriptionShape(), at, each)
            elif isinstance(each, dict):
                shape = self._reader.table(each, SubscriptionShape, at)
                if shape is not None:
                    self._subscription(topic.arn, shape, at)
            else:
                wanted = "the name of a queue, an ARN, a URL or a table is wanted"
                self._mistakes.add(at, f"subscriptions[{at[-1]}] is {shown(each)}; {wanted}.")

    def _subscriptions(self) -> None:
        for path, each in self._items("subscriptions"):
            shape = self._reader.table(each, TopicSubscription, path)
            if shape is None:
                continue
            account, region = shape.account or self._account, shape.region or self._region
            arn = shape.topic if shape.topic.startswith("arn:") else topic_identity(shape.topic, account, region).arn
            self._subscription(arn, shape, path)

    def _subscription(
        self, topic_arn: str, shape: SubscriptionShape, path: DocumentPath, short: str | None = None
    ) -> None:
        endpoint = endpoint_of(topic_arn, shape, short, path, self._mistakes)
        if endpoint is None:
            return
        declared = DeclaredSubscription(topic_arn, endpoint, shape, path)
        other = self._made.subscriptions.get(declared.key)
        if other is not None:
            where = self._mistakes.line_of(other.path, path)
            self._mistakes.add(path, f"The topic has another subscription of {endpoint.address}{where}.")
            return
        self._made.subscriptions[declared.key] = declared

    def _mappings(self) -> None:
        for path, each in self._items("event_source_mappings"):
            shape = self._reader.table(each, EventSourceMappingShape, path)
            if shape is None:
                continue
            account, region = shape.account or self._account, shape.region or self._region
            queue, function = shape.queue, shape.function
            if not queue.startswith("arn:"):
                queue = queue_identity(queue, account, region).arn
            if not function.startswith("arn:"):
                function = arn("lambda", region, account, f"function:{function}")
            add_mapping(self._made, DeclaredMapping(queue, function, shape, path), self._mistakes)


def add_mapping(declarations: Declarations, declared: DeclaredMapping, mistakes: Mistakes) -> None:
    """Add a mapping to ``declarations``, unless there is one of its queue and its function."""
    other = declarations.mappings.setdefault(declared.key, declared)
    if other is not declared:
        name = declared.queue_arn.rpartition(":")[2]
        where = mistakes.line_of(other.path, declared.path)
        mistakes.add(declared.path, f"There is another mapping of {name} and this function{where}.")


def _alone(section: str, value: Any) -> Any:
    """The table of a topic without its subscriptions, which are read one by one; any other table as it is."""
    if section == "topics" and isinstance(value, dict):
        return {key: each for key, each in value.items() if key != "subscriptions"}
    return value
