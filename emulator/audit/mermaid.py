"""The data-flow diagram as a Mermaid flowchart: https://mermaid.js.org/syntax/flowchart.html.

Nodes are numbered, and all but the plainest characters of names are entity codes, so that no name means anything to
Mermaid, Markdown or HTML.
"""

import re
from collections.abc import Iterator

from emulator.audit.diagram import Diagram, Node

_SPECIAL = re.compile(r"[^A-Za-z0-9 ._/@+-]|(?<![A-Za-z0-9])[_+-]|[_+-](?![A-Za-z0-9])")
_SHAPES = {
    "endpoint": ("[", "]"),
    "function": ("{{", "}}"),
    "principal": ("((", "))"),
    "queue": ("[(", ")]"),
    "topic": ("([", "])"),
}
_SHOWN_CHARACTERS = 80
COLORS = {"high": "#c62828", "medium": "#ef6c00", "low": "#f9a825"}


def flowchart(diagram: Diagram) -> Iterator[str]:
    """The lines of the flowchart."""
    yield "flowchart LR"
    numbers = {node.id: number for number, node in enumerate(diagram.nodes)}
    for number, (boundary, nodes) in enumerate(diagram.boundaries.items()):
        yield f"    subgraph b{number}[{quoted(boundary)}]"
        for node in nodes:
            yield f"        {_node(numbers[node.id], node)}"
        yield "    end"
    for flow in diagram.flows:
        arrow = "-.->" if flow.dashed else "-->"
        label = f"|{quoted(flow.label)}|" if flow.label else ""
        yield f"    n{numbers[flow.source]} {arrow}{label} n{numbers[flow.target]}"
    for severity, color in COLORS.items():
        if any(node.severity == severity for node in diagram.nodes):
            yield f"    classDef {severity} stroke:{color},stroke-width:3px"


def _node(number: int, node: Node) -> str:
    left, right = _SHAPES[node.kind]
    return f"n{number}{left}{quoted(node.name)}{right}{f':::{node.severity}' if node.severity else ''}"


def quoted(text: str) -> str:
    shown = text if len(text) <= _SHOWN_CHARACTERS else f"{text[:_SHOWN_CHARACTERS]}..."
    return '"' + _SPECIAL.sub(lambda found: f"#{ord(found.group())};", shown) + '"'
