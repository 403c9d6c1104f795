"""The report as one HTML document that fetches nothing, with the data-flow diagram as SVG."""

from collections.abc import Iterator
from html import escape

from emulator.audit.diagram import Diagram
from emulator.audit.finding import Finding, Report
from emulator.audit.svg import svg_of

_STYLE = """\
:root { color-scheme: light dark; }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 70rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; }
th, td { border-bottom: 1px solid #8884; padding: .3rem .6rem; text-align: left; vertical-align: top; }
pre { background: #8881; padding: .8rem; overflow-x: auto; }
.diagram { overflow-x: auto; }
.severity-high { color: #c62828; font-weight: bold; }
.severity-medium { color: #ef6c00; font-weight: bold; }
"""
# Nothing is loaded or run, whatever a name may have slipped in.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def html_of(report: Report, diagram: Diagram) -> str:
    """The whole report."""
    return "".join(f"{line}\n" for line in _lines(report, diagram))


def _lines(report: Report, diagram: Diagram) -> Iterator[str]:
    title = escape(f"Audit of {report.name}")
    counts = ", ".join(f"{number} {severity}" for severity, number in report.counts().items())
    yield "<!doctype html>"
    yield '<html lang="en"><head><meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
    yield f"<title>{title}</title><style>\n{_STYLE}</style></head><body>"
    yield f"<h1>{title}</h1>"
    yield f"<p>{counts}, {len(report.suppressed)} suppressed; {report.rules} rules.</p>"
    yield '<h2>Data flow</h2><div class="diagram">'
    yield svg_of(diagram)
    yield "</div>"
    if diagram.omitted:
        yield f"<p>{diagram.omitted} more are left out.</p>"
    yield "<h2>Findings</h2>"
    if report.findings:
        yield "<table><tr><th>Severity<th>STRIDE<th>Rule<th>Resource<th>Finding</tr>"
        for number, each in enumerate(report.findings):
            yield _row(each, f'<a href="#f{number}">{escape(each.rule)}</a>')
        yield "</table>"
        for number, each in enumerate(report.findings):
            yield from _section(each, number)
    else:
        yield "<p>None.</p>"
    if report.suppressed:
        yield "<h2>Suppressed</h2><table><tr><th>Rule<th>Resource<th>Finding<th>Reason</tr>"
        for each in report.suppressed:
            cells = (each.rule, each.shown, each.detail, each.suppressed or "")
            yield f"<tr>{''.join(f'<td>{escape(cell)}' for cell in cells)}</tr>"
        yield "</table>"
    yield "</body></html>"


def _row(finding: Finding, rule: str) -> str:
    severity = f'<td class="severity-{finding.severity}">{finding.severity}'
    return f"<tr>{severity}<td>{finding.stride}<td>{rule}<td>{escape(finding.shown)}<td>{escape(finding.detail)}</tr>"


def _section(finding: Finding, number: int) -> Iterator[str]:
    yield f'<h3 id="f{number}">{escape(finding.shown)}: {escape(finding.title)}</h3>'
    place = f" ({escape(finding.place)})" if finding.place else ""
    yield f"<p><b>{finding.severity}</b>, {finding.stride}, {finding.rule}{place}: {escape(finding.detail)}.</p>"
    yield f'<p>{escape(finding.why)} <a href="{escape(finding.page)}">AWS</a></p>'
    yield f"<pre>{escape(finding.fix)}</pre>"
