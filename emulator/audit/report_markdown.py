"""The report as Markdown, with the data-flow diagram in Mermaid."""

import re
from collections.abc import Iterator

from emulator.audit.diagram import Diagram
from emulator.audit.finding import Finding, Report
from emulator.audit.mermaid import flowchart

_SPECIAL = re.compile(r"[\\`*_{}\[\]()#+!|<>&~$^:@-]")


def markdown_of(report: Report, diagram: Diagram) -> str:
    """The whole report."""
    return "".join(f"{line}\n" for line in _lines(report, diagram))


def _lines(report: Report, diagram: Diagram) -> Iterator[str]:
    counts = ", ".join(f"{number} {severity}" for severity, number in report.counts().items())
    yield f"# Audit of {text(report.name)}"
    yield ""
    yield f"{counts}, {len(report.suppressed)} suppressed; {report.rules} rules."
    yield ""
    yield "## Data flow"
    yield ""
    yield "```mermaid"
    yield from flowchart(diagram)
    yield "```"
    if diagram.omitted:
        yield ""
        yield f"{diagram.omitted} more are left out."
    yield ""
    yield "## Findings"
    yield ""
    if not report.findings:
        yield "None."
        yield ""
    else:
        yield "| Severity | STRIDE | Rule | Resource | Finding |"
        yield "|---|---|---|---|---|"
        for each in report.findings:
            cells = (each.severity, each.stride, f"`{each.rule}`", text(each.shown), text(each.detail))
            yield f"| {' | '.join(cells)} |"
        yield ""
        for each in report.findings:
            yield from _section(each)
    if report.suppressed:
        yield "## Suppressed"
        yield ""
        yield "| Rule | Resource | Finding | Reason |"
        yield "|---|---|---|---|"
        for each in report.suppressed:
            reason = text(each.suppressed or "")
            yield f"| `{each.rule}` | {text(each.shown)} | {text(each.detail)} | {reason} |"


def _section(finding: Finding) -> Iterator[str]:
    yield f"### {text(finding.shown)}: {text(finding.title)}"
    yield ""
    place = f" ({text(finding.place)})" if finding.place else ""
    yield f"**{finding.severity}**, {finding.stride}, `{finding.rule}`{place}: {text(finding.detail)}."
    yield ""
    yield f"{text(finding.why)} [AWS]({finding.page})"
    yield ""
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", finding.fix)), default=0))
    yield f"{fence}{finding.language}"
    yield finding.fix.rstrip("\n")
    yield fence
    yield ""


def text(given: str) -> str:
    """A text that Markdown shows as it is, in one line. Signs between letters or digits are plain."""
    line = "".join(each if each.isprintable() else "�" for each in given)
    return _SPECIAL.sub(lambda sign: _escaped(line, sign.start()), line)


def _escaped(line: str, at: int) -> str:
    sign = line[at]
    inside = line[at - 1 : at].isalnum() and line[at + 1 : at + 2].isalnum()
    if sign in "-:" and (inside or line[at - 1 : at].isalnum()):
        return sign
    return {"<": "&lt;", ">": "&gt;", "&": "&amp;"}.get(sign, f"\\{sign}")
