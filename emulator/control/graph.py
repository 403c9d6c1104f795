"""The graph of queues, topics and endpoints, as the control interface returns it."""

from typing import Literal

import msgspec


class Node(msgspec.Struct, omit_defaults=True):
    """A queue, a topic, or an endpoint of another protocol, in which case ``type`` is the protocol.

    ``id`` is the ARN or the endpoint. ``missing`` says that something refers to a queue that does not exist. Only
    queues have numbers of messages, and ``oldest_sent_at`` if there is a message; only topics have ``subscriptions``.
    """

    id: str
    type: str  # "queue", "topic", "http", "email", ...
    name: str
    account: str | None
    region: str | None
    missing: bool
    visible: int | None = None
    delayed: int | None = None
    in_flight: int | None = None
    oldest_sent_at: str | None = None
    subscriptions: int | None = None


class Edge(msgspec.Struct, omit_defaults=True):
    """A connection that messages take; what does not apply is left out. ``source`` and ``target`` are ids of nodes.

    ``dead_letter`` is the redrive policy of a queue, ``redrive`` that of a subscription, whose topic is the source;
    ``event_source_mapping`` leads from a queue to a function.
    """

    source: str
    target: str
    type: Literal["subscription", "redrive", "dead_letter", "move_task", "event_source_mapping"]
    subscription: str | None = None  # ARN
    protocol: str | None = None
    confirmed: bool | None = None
    raw: bool | None = None
    filter_policy: msgspec.Raw | None = None
    max_receive_count: int | None = None
    status: str | None = None  # of a move task
    mapping: str | None = None  # UUID
    enabled: bool | None = None
    moved: int | None = None
    to_move: int | None = None


class Topology(msgspec.Struct):
    """The nodes, and the edges that messages take. ``cursor`` is null if there is no other page."""

    nodes: list[Node]
    edges: list[Edge]
    cursor: str | None = None
