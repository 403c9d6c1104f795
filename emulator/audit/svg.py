"""The data-flow diagram as SVG: nodes in layers from left to right, one band for each trust boundary."""

from collections.abc import Iterator
from html import escape
from typing import NamedTuple

from emulator.audit.diagram import INTERNET, Diagram, Flow, Node
from emulator.audit.mermaid import COLORS

_WIDTH, _HEIGHT = 190, 40  # of a node
_GAP_X, _GAP_Y = 90, 22
_MARGIN = 24
_TITLE = 26
_SHOWN_CHARACTERS = 24
_KINDS = {"topic": 20, "queue": 4, "function": 12, "endpoint": 0, "principal": 20}  # the radius of corners
_STYLE = """\
text { font: 12px sans-serif; fill: #1b1f24; }
.kind { font-size: 10px; fill: #57606a; }
.label { font-size: 10px; fill: #57606a; }
.boundary { fill: none; stroke: #57606a; stroke-dasharray: 6 4; }
.node { fill: #f6f8fa; stroke: #57606a; stroke-width: 1.5; }
.flow { fill: none; stroke: #57606a; }
.dashed { stroke-dasharray: 4 3; }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3; }
  .kind, .label { fill: #9198a1; }
  .boundary, .flow { stroke: #9198a1; }
  .node { fill: #161b22; stroke: #9198a1; }
}
"""


class _Box(NamedTuple):
    x: int
    y: int

    @property
    def left(self) -> tuple[int, int]:
        return self.x, self.y + _HEIGHT // 2

    @property
    def right(self) -> tuple[int, int]:
        return self.x + _WIDTH, self.y + _HEIGHT // 2


class _Band(NamedTuple):
    """A trust boundary, over the whole width."""

    name: str
    y: int
    height: int


def svg_of(diagram: Diagram) -> str:
    """The SVG document. Every text is escaped."""
    layers = _layers(diagram)
    boxes, bands = _placed(diagram, layers)
    width = 2 * _MARGIN + (max(layers.values(), default=0) + 1) * (_WIDTH + _GAP_X)
    height = max((band.y + band.height for band in bands), default=0) + _MARGIN
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        'role="img">',
        "<title>Data flow, with trust boundaries</title>",
        f"<style>\n{_STYLE}{''.join(_severity_styles())}</style>",
        '<defs><marker id="arrow" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        '<path class="flow" d="M0 0 L8 4 L0 8"/></marker></defs>',
        *(_band(band, width) for band in bands),
        *(_flow(flow, boxes) for flow in diagram.flows),
        *(_node(node, boxes[node.id]) for node in diagram.nodes),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _severity_styles() -> Iterator[str]:
    for severity, color in COLORS.items():
        yield f".{severity} {{ stroke: {color}; stroke-width: 3; }}\n"


def _layers(diagram: Diagram) -> dict[str, int]:
    """The layer of each node: behind all that lead to it, in as many steps as there are kinds of nodes."""
    layers = {node.id: 0 for node in diagram.nodes}
    for _ in range(min(len(layers), _LAYERS_MAX)):
        moved = False
        for flow in diagram.flows:
            if layers[flow.target] <= layers[flow.source] < _LAYERS_MAX and flow.source != flow.target:
                layers[flow.target] = layers[flow.source] + 1
                moved = True
        if not moved:
            break
    used = sorted(set(layers.values()))  # a circle moves its nodes to the end: no layer is empty
    return {id: used.index(layer) for id, layer in layers.items()}


_LAYERS_MAX = 8


def _placed(diagram: Diagram, layers: dict[str, int]) -> tuple[dict[str, _Box], list[_Band]]:
    """Where each node is, and the band of each boundary; the internet comes last."""
    boxes: dict[str, _Box] = {}
    bands = []
    y = _MARGIN
    for name, nodes in sorted(diagram.boundaries.items(), key=lambda each: (each[0] == INTERNET, each[0])):
        rows: dict[int, int] = {}
        for node in nodes:
            layer = layers[node.id]
            row = rows.get(layer, 0)
            rows[layer] = row + 1
            x = 2 * _MARGIN + layer * (_WIDTH + _GAP_X)
            boxes[node.id] = _Box(x, y + _TITLE + row * (_HEIGHT + _GAP_Y))
        height = _TITLE + max(rows.values()) * (_HEIGHT + _GAP_Y)
        bands.append(_Band(name, y, height))
        y += height + _MARGIN
    return boxes, bands


def _band(band: _Band, width: int) -> str:
    rect = f'<rect class="boundary" x="8" y="{band.y}" width="{width - 16}" height="{band.height}" rx="8"/>'
    return f'{rect}<text x="20" y="{band.y + 18}">{escape(band.name)}</text>'


def _flow(flow: Flow, boxes: dict[str, _Box]) -> str:
    (x1, y1), (x2, y2) = boxes[flow.source].right, boxes[flow.target].left
    bend = max(40, abs(x2 - x1) // 2)
    style = "flow dashed" if flow.dashed else "flow"
    path = (
        f'<path class="{style}" marker-end="url(#arrow)" d="M{x1} {y1} C{x1 + bend} {y1} {x2 - bend} {y2} {x2} {y2}"/>'
    )
    if not flow.label:
        return path
    return (
        f'{path}<text class="label" x="{(x1 + x2) // 2}" y="{(y1 + y2) // 2 - 4}">{escape(_short(flow.label))}</text>'
    )


def _node(node: Node, box: _Box) -> str:
    style = f"node {node.severity}" if node.severity else "node"
    radius = _KINDS[node.kind]
    rect = f'<rect class="{style}" x="{box.x}" y="{box.y}" width="{_WIDTH}" height="{_HEIGHT}" rx="{radius}"/>'
    name = f'<text x="{box.x + 12}" y="{box.y + 24}">{escape(_short(node.name))}</text>'
    kind = f'<text class="kind" x="{box.x + 12}" y="{box.y + 35}">{node.kind}</text>'
    return f"<g><title>{escape(_printable(node.id))}</title>{rect}{name}{kind}</g>"


def _short(text: str) -> str:
    text = _printable(text)
    return text if len(text) <= _SHOWN_CHARACTERS else f"{text[: _SHOWN_CHARACTERS - 1]}…"


def _printable(text: str) -> str:
    """``text`` without characters that XML does not allow."""
    return "".join(each if each.isprintable() else "�" for each in text)
