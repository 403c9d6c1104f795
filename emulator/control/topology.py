"""The graph of queues, topics and subscribers, as JSON or as a Mermaid flowchart."""

import re
from collections.abc import AsyncIterator, Iterator, Mapping
from itertools import chain
from typing import Annotated, Literal

import msgspec
from starlette.responses import StreamingResponse

from emulator.aws.arns import Arn
from emulator.aws.place import Place
from emulator.control.graph import Edge, Node, Topology
from emulator.control.mermaid import flowchart
from emulator.control.parameters import Account, Cursor
from emulator.control.topics import topics_as_of_now
from emulator.functions.mapping import EventSourceMapping
from emulator.sns.notification import timestamp
from emulator.sns.subscription import Subscription
from emulator.sns.topic import Topic
from emulator.sqs.catching_up import Budget
from emulator.sqs.message import MessageState
from emulator.sqs.move_task import MoveTask
from emulator.sqs.queue import Queue
from emulator.timing.turns import Work, in_turns, next_turn, portions
from emulator.world.world import World

_AFTER_TYPE = re.compile("[:/]")  # in the resource of an ARN


class TopologyQuery(msgspec.Struct, forbid_unknown_fields=True):
    """Which queues and topics to include, with everything that they lead to; and the format.

    They must match everything that is given. A page has up to ``limit`` queues and topics; without a limit it has all.
    """

    account: Account | None = None
    region: str | None = None
    name: str | None = None  # a part of it, in upper or lower case
    tag: str | None = None  # its key, or key=value
    limit: Annotated[int, msgspec.Meta(ge=1, le=10_000)] | None = None
    cursor: Cursor | None = None
    format: Literal["json", "mermaid"] = "json"


async def show_topology(world: World, query: TopologyQuery) -> Topology | StreamingResponse:
    """The queues, topics and endpoints, and the connections between them."""
    topology = await in_turns(_topology(world, query))
    if query.format == "json":
        return topology
    return StreamingResponse(_chart(topology), media_type="text/plain")


async def _chart(topology: Topology) -> AsyncIterator[str]:
    for lines in portions(flowchart(topology.nodes, topology.edges)):
        yield "".join(f"{line}\n" for line in lines)
        await next_turn()


def _topology(world: World, query: TopologyQuery) -> Work[Topology]:
    """The graph: which queues, topics and tasks there are is of one moment, and each is as it is at its turn."""
    place = Place(query.account, query.region)
    all_topics = yield from topics_as_of_now(world, place)
    yield from world.sqs.catching_up(world.clocks.now_of, place)
    everything: list[Topic | Queue] = [*all_topics, *world.sqs.queues.within(place)]
    wanted = [each for each in everything if _is_wanted(each, query)]
    begin = int(query.cursor or 0)
    end = len(wanted) if query.limit is None else begin + query.limit
    topics = [each for each in wanted[begin:end] if isinstance(each, Topic)]
    queues = [each for each in wanted[begin:end] if isinstance(each, Queue)]
    nodes: dict[str, Node] = {}
    for things in portions(chain(map(_topic, topics), map(_queue, queues))):
        nodes |= {node.id: node for node in things}
        yield
    edges: list[Edge] = []
    of_topics = (edge for topic in topics for edge in _from_topic(topic))
    of_queues = (edge for queue in queues for edge in _from_queue(queue))
    tasks = [task for task in world.sqs.move_tasks if task.handle.source_arn in nodes]
    mappings = [_mapping(each) for each in world.mappings if each.queue_arn in nodes]
    for some in portions(chain(of_topics, of_queues, (edge for task in tasks for edge in _moves(task)), mappings)):
        for edge in some:
            if edge.target not in nodes:
                nodes[edge.target] = _target(world, edge)
        edges += some
        yield
    return Topology(list(nodes.values()), edges, str(end) if end < len(wanted) else None)


def _is_wanted(thing: Topic | Queue, query: TopologyQuery) -> bool:
    return (query.name is None or query.name.casefold() in thing.identity.name.casefold()) and (
        query.tag is None or _has_tag(thing.tags, query.tag)
    )


def _has_tag(tags: Mapping[str, str], tag: str) -> bool:
    """Whether there is a tag with this key, or with the key and the value in ``key=value``. Both may contain "="."""
    if tag in tags:
        return True
    return any(f"{key}={value}" == tag for key, value in tags.items())


def _topic(topic: Topic) -> Node:
    identity = topic.identity
    return Node(
        topic.arn,
        "topic",
        identity.name,
        identity.account,
        identity.region,
        missing=False,
        subscriptions=len(topic.subscriptions),
    )


def _queue(queue: Queue) -> Node:
    identity, counts, oldest = queue.identity, queue.contents.counts, queue.contents.oldest_sent_at
    return Node(
        queue.arn,
        "queue",
        identity.name,
        identity.account,
        identity.region,
        missing=False,
        visible=counts[MessageState.VISIBLE],
        delayed=counts[MessageState.DELAYED],
        in_flight=counts[MessageState.IN_FLIGHT],
        oldest_sent_at=None if oldest is None else timestamp(oldest),
    )


def _target(world: World, edge: Edge) -> Node:
    """The target of ``edge``, if it is none of the queues asked for."""
    if edge.type == "subscription" and edge.protocol != "sqs":
        return _endpoint(edge.target, edge.protocol or "")
    if edge.type == "event_source_mapping":
        return _endpoint(edge.target, "lambda")
    queue = world.sqs.queues.find(edge.target)
    if queue is not None:
        queue.catch_up(world.clocks.now_of(queue.identity.account), Budget())
        return _queue(queue)
    found = Arn.parse(edge.target)
    assert found is not None, "what a queue or a topic leads to was checked to be an ARN"
    return Node(edge.target, "queue", found.resource, found.account, found.region, missing=True)


def _endpoint(target: str, protocol: str) -> Node:
    """An endpoint that is not a queue. The name of an ARN is its resource without the type, such as ``function:``."""
    found = Arn.parse(target)
    if found is None:
        return Node(target, protocol, target, None, None, missing=False)
    name = _AFTER_TYPE.split(found.resource, maxsplit=1)[-1]
    return Node(target, protocol, name, found.account, found.region, missing=False)


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


def _mapping(mapping: EventSourceMapping) -> Edge:
    return Edge(
        mapping.queue_arn, mapping.function_arn, "event_source_mapping", mapping=mapping.uuid, enabled=mapping.enabled
    )


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
