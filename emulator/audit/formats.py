"""The forms of a report, as a table."""

from collections.abc import Callable, Mapping

import msgspec

from emulator.architecture.model import Architecture
from emulator.audit.diagram import Diagram, diagram_of
from emulator.audit.finding import Report
from emulator.audit.mermaid import flowchart
from emulator.audit.report_html import html_of
from emulator.audit.report_markdown import markdown_of
from emulator.audit.report_sarif import sarif_of
from emulator.audit.svg import svg_of

Write = Callable[[Report, Architecture], str]


def as_json(value: object) -> str:
    """JSON that people can read."""
    return msgspec.json.format(msgspec.json.encode(value), indent=2).decode() + "\n"


def _mermaid(diagram: Diagram) -> str:
    return "".join(f"{line}\n" for line in flowchart(diagram))


def _diagram(report: Report, architecture: Architecture) -> Diagram:
    """The diagram, with the severity of the worst finding at each node; the worst come first."""
    severities: dict[str, str] = {}
    for finding in report.findings:
        severities.setdefault(finding.resource, finding.severity)
    return diagram_of(architecture, severities)


FORMATS: Mapping[str, Write] = {
    "json": lambda report, _: as_json(report),
    "sarif": lambda report, _: as_json(sarif_of(report)),
    "markdown": lambda report, architecture: markdown_of(report, _diagram(report, architecture)),
    "html": lambda report, architecture: html_of(report, _diagram(report, architecture)),
    "mermaid": lambda report, architecture: _mermaid(_diagram(report, architecture)),
    "svg": lambda report, architecture: svg_of(_diagram(report, architecture)),
}
