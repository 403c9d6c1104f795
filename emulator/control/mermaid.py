"""A graph as a Mermaid flowchart: https://mermaid.js.org/syntax/flowchart.html.

Nodes are numbered. Names are quoted, and all but the plainest characters in them are entity codes: so no name that AWS
allows, and no URL, means anything to Mermaid.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from emulator.control.graph import Edge, Node

# Signs within a word are plain. At its ends they could be Markdown, which Mermaid renders in labels.
_SPECIAL = re.compile(r"[^A-Za-z0-9 ._/@+-]|(?<![A-Za-z0-9])[_+-]|[_+-](?![A-Za-z0-9])")
_SHOWN_CHARACTERS = 100  # of a filter policy

# The two sides of a node's shape, by its type; an endpoint is a rectangle.
_SHAPES = {"queue": ("[(", ")]"), "topic": ("([", "])")}
_ENDPOINT = ("[", "]")


def flowchart(nodes: Sequence[Node], edges: Iterable[Edge]) -> Iterator[str]:
    """The lines of the flowchart."""
    yield "flowchart LR"
    numbers: dict[str, int] = {}
    for number, node in enumerate(nodes):
        numbers[node.id] = number
        yield _node(number, node)
    for edge in edges:
        yield _edge(numbers, edge)
    if any(node.missing for node in nodes):
        yield "    classDef missing stroke-dasharray: 5 5"


def _node(number: int, node: Node) -> str:
    left, right = _SHAPES.get(node.type, _ENDPOINT)
    return f"    n{number}{left}{_quoted(node.name)}{right}{':::missing' if node.missing else ''}"


def _edge(numbers: dict[str, int], edge: Edge) -> str:
    arrow, label = _drawn(edge)
    text = f"|{_quoted(label)}|" if label else ""
    return f"    n{numbers[edge.source]} {arrow}{text} n{numbers[edge.target]}"


def _drawn(edge: Edge) -> tuple[str, str]:
    """The arrow and its label."""
    match edge.type:
        case "subscription":
            if not edge.confirmed:
                return "-.->", "pending"
            return "-->", "" if edge.filter_policy is None else _shortened(bytes(edge.filter_policy).decode())
        case "redrive":
            return "-.->", "not delivered"
        case "dead_letter":
            return "-.->", f"maxReceiveCount {edge.max_receive_count}"
        case "event_source_mapping":
            return ("-->", "") if edge.enabled else ("-.->", "disabled")
        case "move_task":
            return "==>", f"{edge.status}: {edge.moved} of {edge.to_move} moved"


def _shortened(text: str) -> str:
    return text if len(text) <= _SHOWN_CHARACTERS else f"{text[:_SHOWN_CHARACTERS]}..."


def _quoted(text: str) -> str:
    return '"' + _SPECIAL.sub(lambda found: f"#{ord(found.group())};", text) + '"'
