"""The data-flow diagram of an architecture: what messages pass through, and the trust boundaries that they cross."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from emulator.architecture.model import Architecture, Subscription
from emulator.audit.view import View
from emulator.aws.arns import Arn

INTERNET = "the internet"
_PEOPLE = ("application", "email", "email-json", "sms")
NODES_MAX = 400  # more are no picture


class Node(NamedTuple):
    """Something that messages pass. ``kind`` is topic, queue, function, endpoint or principal."""

    id: str
    kind: str
    name: str
    boundary: str  # an account and region, or the internet
    severity: str | None = None  # of its worst finding


class Flow(NamedTuple):
    """A way of messages. A ``dashed`` one is taken by those that fail, or by those that a policy allows."""

    source: str
    target: str
    label: str
    dashed: bool = False


class Diagram(NamedTuple):
    """Nodes and flows. ``omitted`` says how many nodes are left out, as there are too many to be seen."""

    nodes: list[Node]
    flows: list[Flow]
    omitted: int = 0

    @property
    def boundaries(self) -> dict[str, list[Node]]:
        """The nodes within each trust boundary."""
        found: dict[str, list[Node]] = {}
        for node in self.nodes:
            found.setdefault(node.boundary, []).append(node)
        return found


def diagram_of(architecture: Architecture, severities: Mapping[str, str]) -> Diagram:
    """The diagram. ``severities`` are those of the worst findings, by ARN."""
    drawing = _Drawing(View(architecture, 0), severities)
    drawing.add_elements(architecture)
    drawing.add_subscriptions(architecture)
    drawing.add_others(architecture)
    return _bounded(list(drawing.nodes.values()), list(dict.fromkeys(drawing.flows)))


class _Drawing:
    def __init__(self, view: View, severities: Mapping[str, str]) -> None:
        self._view = view
        self._severities = severities
        self.nodes: dict[str, Node] = {}
        self.flows: list[Flow] = []

    def _add(self, id: str, kind: str, name: str, boundary: str) -> str:
        self.nodes.setdefault(id, Node(id, kind, name, boundary, self._severities.get(id)))
        return id

    def _resource(self, arn: str, kind: str) -> str:
        return self._add(arn, kind, self._view.name(arn), boundary_of(arn))

    def add_elements(self, architecture: Architecture) -> None:
        for topic in architecture.topics:
            self._resource(topic.arn, "topic")
        for queue in architecture.queues:
            self._resource(queue.arn, "queue")
        for function in architecture.functions:
            self._resource(function.arn, "function")
        for queue in architecture.queues:
            if queue.dead_letters is not None:
                label = f"after {queue.dead_letters.max_receive_count} receives"
                target = self._resource(queue.dead_letters.queue, "queue")
                self.flows.append(Flow(queue.arn, target, label, dashed=True))

    def add_subscriptions(self, architecture: Architecture) -> None:
        for subscription in architecture.subscriptions:
            topic = self._resource(subscription.topic, "topic")
            self.flows.append(Flow(topic, self._endpoint(subscription), _label(subscription)))
            if subscription.dead_letters is not None:
                target = self._resource(subscription.dead_letters, "queue")
                self.flows.append(Flow(topic, target, "not delivered", dashed=True))

    def _endpoint(self, subscription: Subscription) -> str:
        endpoint, protocol = subscription.endpoint, subscription.protocol
        kind = {"sqs": "queue", "lambda": "function"}.get(protocol, "endpoint")
        if endpoint.startswith("arn:"):
            return self._resource(endpoint, kind)
        name = f"{protocol} subscriber" if protocol in _PEOPLE else endpoint
        return self._add(f"{protocol}:{endpoint}", kind, name, INTERNET)

    def add_others(self, architecture: Architecture) -> None:
        """What functions consume and send, and principals from outside."""
        for consumer in architecture.consumers:
            source, target = self._resource(consumer.queue, "queue"), self._resource(consumer.function, "function")
            self.flows.append(Flow(source, target, ""))
        for function in architecture.functions:
            for arn in function.sends_to:
                kind = "topic" if ":sns:" in arn else "queue"
                self.flows.append(Flow(function.arn, self._resource(arn, kind), "sends"))
        for id, name, boundary, arn, label in _principals(self._view):
            self.flows.append(Flow(self._add(id, "principal", name, boundary), arn, label, dashed=True))


def _bounded(nodes: list[Node], flows: list[Flow]) -> Diagram:
    """The diagram, with the nodes that have findings first if there are too many."""
    kept = sorted(nodes, key=lambda node: node.severity is None)[:NODES_MAX] if len(nodes) > NODES_MAX else nodes
    ids = {node.id for node in kept}
    inside = [flow for flow in flows if flow.source in ids and flow.target in ids]
    return Diagram(kept, inside, len(nodes) - len(kept))


def _label(subscription: Subscription) -> str:
    parts = [subscription.protocol] if subscription.protocol not in ("sqs", "lambda") else []
    if not subscription.confirmed:
        parts.append("pending")
    if subscription.filter_policy:
        parts.append("filtered")
    return ", ".join(parts)


def _principals(view: View) -> Iterator[tuple[str, str, str, str, str]]:
    """Principals of other accounts, and everyone: id, name, boundary, what they may use, and how."""
    for owner, _, statement in view.statements():
        for principal in statement.principals:
            if not statement.allows or statement.not_principals or principal.kind != "AWS":
                continue
            account = Arn.parse(principal.name)
            number = principal.name if account is None else account.account
            label = ", ".join(each.partition(":")[2] or each for each in statement.actions[:2])
            if principal.name == "*" and not statement.conditions:
                yield "everyone", "everyone", INTERNET, owner.arn, label
            elif number.isdecimal() and number not in view.accounts:
                yield principal.name, f"account {number}", f"account {number}", owner.arn, label


def boundary_of(arn: str) -> str:
    """The trust boundary around a resource: its account and region."""
    parsed = Arn.parse(arn)
    if parsed is None or not parsed.account:
        return INTERNET
    return f"account {parsed.account}, {parsed.region}" if parsed.region else f"account {parsed.account}"
