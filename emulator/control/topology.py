"""The graph of queues, topics and subscribers, as JSON or as a Mermaid flowchart."""

from collections.abc import AsyncIterator, Iterator
from itertools import chain
from typing import Literal

import msgspec
from starlette.responses import StreamingResponse

from emulator.aws.arns import Arn
from emulator.aws.place import Place
from emulator.control.graph import Edge, Node, Topology
from emulator.control.mermaid import flowchart
from emulator.control.parameters import Account
from emulator.control.topics import topics_as_of_now
from emulator.sns.subscription import Subscription
from emulator.sns.topic import Topic
from emulator.sqs.move_task import MoveTask
from emulator.sqs.queue import Queue
from emulator.turns import Work, in_turns, next_turn, portions
from emulator.world import World


class TopologyQuery(msgspec.Struct, forbid_unknown_fields=True):
    """Whose queues and topics to include, with everything that they lead to; and the format."""

    account: Account | None = None
    region: str | None = None
    format: Literal["json", "mermaid"] = "json"


async def show_topology(world: World, query: TopologyQuery) -> Topology | StreamingResponse:
    """The queues, topics and endpoints, and the connections between them."""
    topology = await in_turns(_topology(world, Place(query.account, query.region)))
    if query.format == "json":
        return topology
    return StreamingResponse(_chart(topology), media_type="text/plain")


async def _chart(topology: Topology) -> AsyncIterator[str]:
    for lines in portions(flowchart(topology.nodes, topology.edges)):
        yield "".join(f"{line}\n" for line in lines)
        await next_turn()


def _topology(world: World, place: Place) -> Work[Topology]:
    """The graph: which queues, topics and tasks there are is of one moment, and each is as it is at its turn."""
    topics = yield from topics_as_of_now(world, place)
    yield from world.sqs.catching_up(world.clocks.now_of, place)
    queues = list(world.sqs.queues.within(place))
    nodes: dict[str, Node] = {}
    for things in portions(chain(map(_topic, topics), map(_queue, queues))):
        nodes |= {node.id: node for node in things}
        yield
    edges: list[Edge] = []
    of_topics = (edge for topic in topics for edge in _from_topic(topic))
    of_queues = (edge for queue in queues for edge in _from_queue(queue))
    tasks = [task for task in world.sqs.move_tasks if task.handle.source_arn in nodes]
    for some in portions(chain(of_topics, of_queues, (edge for task in tasks for edge in _moves(task)))):
        for edge in some:
            if edge.target not in nodes:
                nodes[edge.target] = _target(world, edge)
        edges += some
        yield
    return Topology(list(nodes.values()), edges)


def _topic(topic: Topic) -> Node:
    return _resource(topic.arn, "topic")


def _queue(queue: Queue) -> Node:
    return _resource(queue.arn, "queue")


def _resource(arn: str, kind: str, *, missing: bool = False) -> Node:
    found = Arn.parse(arn)
    assert found is not None, "what a queue or a topic leads to was checked to be an ARN"
    return Node(arn, kind, found.resource, found.account, found.region, missing)


def _target(world: World, edge: Edge) -> Node:
    """The target of ``edge``, if it is none of the queues asked for."""
    if edge.type != "subscription" or edge.protocol == "sqs":
        return _resource(edge.target, "queue", missing=world.sqs.queues.find(edge.target) is None)
    return Node(edge.target, edge.protocol or "", edge.target, None, None)


def _from_topic(topic: Topic) -> Iterator[Edge]:
    for subscription in list(topic.subscriptions.values()):
        yield _subscription(subscription)
        if subscription.dead_letter_queue is not None:
            yield Edge(topic.arn, subscription.dead_letter_queue, "redrive", subscription=subscription.arn)


def _subscription(subscription: Subscription) -> Edge:
    policy = subscription.filter_policy
    return Edge(
        subscription.topic_arn,
        subscription.shown_endpoint,
        "subscription",
        subscription=subscription.arn,
        protocol=subscription.protocol,
        confirmed=subscription.confirmed,
        raw=subscription.raw,
        filter_policy=None if policy is None else msgspec.Raw(policy.text.encode()),
    )


def _from_queue(queue: Queue) -> Iterator[Edge]:
    redrive = queue.attributes.redrive
    if redrive is not None:
        yield Edge(queue.arn, redrive.target_arn, "dead_letter", max_receive_count=redrive.max_receive_count)


def _moves(task: MoveTask) -> Iterator[Edge]:
    for destination in sorted(task.destinations):
        yield Edge(
            task.handle.source_arn,
            destination,
            "move_task",
            status=task.status,
            moved=task.moved,
            to_move=task.to_move,
        )
