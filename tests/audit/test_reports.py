"""Reports in all forms, also of names that would be code in them."""

import json
import re
from html.parser import HTMLParser
from typing import Any
from xml.etree import ElementTree

import msgspec
import pytest

from emulator.architecture.model import Architecture, Origin, Suppression
from emulator.architecture.of_attributes import queue_of, subscription_of, topic_of
from emulator.audit.audit import audit
from emulator.audit.diagram import NODES_MAX, diagram_of
from emulator.audit.finding import Report
from emulator.audit.formats import FORMATS
from emulator.audit.mermaid import flowchart
from emulator.audit.report_sarif import sarif_of
from emulator.audit.rules.table import RULES
from emulator.audit.svg import svg_of

_PLACE = "us-east-1:000000000000"
_NOW = 1_800_000_000.0
HOSTILE = [
    "<script>alert(1)</script>",
    '"]; end; click n0 "javascript:alert(1)"',
    "[x](javascript:alert(1)) `code` **bold** | cell",
    "</svg><img src=x onerror=alert(1)>",
    "```\n# heading\n```",
    "\x1b[31mred\x00\u202e",
    "&lt;b&gt; ${jndi:ldap://x} {{7*7}} %{x}",
]


def _hostile(name: str) -> Architecture:
    queue = queue_of(f"arn:aws:sqs:{_PLACE}:{name}", {}, {name: "AKIAABCDEFGHIJKLMNOP"}, Origin(name, 3, name))
    policy = {"Statement": [{"Sid": name, "Effect": "Allow", "Principal": "*", "Action": f"sqs:{name}*"}]}
    other = queue_of(f"arn:aws:sqs:{_PLACE}:other", {"Policy": json.dumps(policy)}, {}, Origin(name, 4, name))
    topic = topic_of(f"arn:aws:sns:{_PLACE}:{name}", {}, {}, Origin(name, 5, name))
    subscription = subscription_of("", topic.arn, "http", f"http://host/{name}", {}, Origin(name, 6, name))
    return Architecture(
        source="cloudformation", name=name, queues=[queue, other], topics=[topic], subscriptions=[subscription]
    )


@pytest.fixture(params=HOSTILE, ids=range(len(HOSTILE)))
def hostile(request: pytest.FixtureRequest) -> tuple[Architecture, Report]:
    architecture = _hostile(str(request.param))
    report = audit(architecture, _NOW)
    assert report.findings
    return architecture, report


class _Elements(HTMLParser):
    """The elements of a page, and the text of its headings."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}


def test_no_name_is_code_in_html(hostile: tuple[Architecture, Report]) -> None:
    architecture, report = hostile
    page = _Elements()
    page.feed(FORMATS["html"](report, architecture))
    assert not page.tags & {"script", "img", "iframe", "b<", "object"}
    assert not any(name.startswith("on") for name in page.attributes)


def test_svg_is_a_document_of_shapes_and_texts_only(hostile: tuple[Architecture, Report]) -> None:
    architecture, report = hostile
    root = ElementTree.fromstring(FORMATS["svg"](report, architecture))
    tags = {each.tag.rpartition("}")[2] for each in root.iter()}
    assert tags <= {"svg", "title", "style", "defs", "marker", "path", "rect", "text", "g"}


def test_no_name_is_code_in_mermaid(hostile: tuple[Architecture, Report]) -> None:
    architecture, report = hostile
    for line in FORMATS["mermaid"](report, architecture).splitlines():
        assert "javascript:" not in line
        bare = re.sub(r'"[^"]*"', '""', line)
        assert re.fullmatch(
            r"flowchart LR|    subgraph b\d+\[\"\"\]|    end|        n\d+\W{1,2}\"\"\W{1,2}(:::\w+)?"
            r"|    n\d+ (-->|-\.->)(\|\"\"\|)? n\d+|    classDef \w+ stroke:#\w+,stroke-width:3px",
            bare,
        ), line


def test_no_name_is_code_in_markdown(hostile: tuple[Architecture, Report]) -> None:
    architecture, report = hostile
    markdown = FORMATS["markdown"](report, architecture)
    outside = re.sub(r"^(`{3,})\w+\n.*?^\1$", "", markdown, flags=re.MULTILINE | re.DOTALL)
    assert "<script" not in outside
    assert "<img" not in outside
    assert not re.search(r"(?<!\\)\]\((?!https://docs\.aws\.amazon\.com/)", outside)
    headings = re.findall(r"^# .*$", outside, re.MULTILINE)
    assert len(headings) == 1
    cells = {len(re.findall(r"(?<!\\)\|", line)) for line in outside.splitlines() if line.startswith("| ")}
    assert cells == {6}


def test_rows_of_the_table_stay_in_their_lines(hostile: tuple[Architecture, Report]) -> None:
    from emulator.command_line.output import one_line

    _, report = hostile
    assert all(one_line(finding.shown).isprintable() for finding in report.findings)


# -- SARIF: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html -------------------------


class _Strict(msgspec.Struct, forbid_unknown_fields=True):
    """An object with no other members than those that the standard names."""


class _Text(_Strict):
    text: str


class _Region(_Strict):
    start_line: int = msgspec.field(name="startLine")


class _ArtifactLocation(_Strict):
    uri: str


class _Physical(_Strict):
    artifact_location: _ArtifactLocation = msgspec.field(name="artifactLocation")
    region: _Region | None = None


class _Logical(_Strict, rename="camel"):
    name: str
    fully_qualified_name: str
    kind: str


class _Location(_Strict, rename="camel"):
    logical_locations: list[_Logical]
    physical_location: _Physical | None = None


class _Suppression(_Strict):
    kind: str
    justification: str


class _Result(_Strict, rename="camel"):
    rule_id: str
    rule_index: int
    level: str
    message: _Text
    locations: list[_Location]
    partial_fingerprints: dict[str, str]
    properties: dict[str, str]
    suppressions: list[_Suppression] = []


class _Configuration(_Strict):
    level: str


class _Rule(_Strict, rename="camel"):
    id: str
    name: str
    short_description: _Text
    full_description: _Text
    help_uri: str
    default_configuration: _Configuration
    properties: dict[str, Any]


class _Driver(_Strict, rename="camel"):
    name: str
    version: str
    information_uri: str
    rules: list[_Rule]


class _Tool(_Strict):
    driver: _Driver


class _Run(_Strict, rename="camel"):
    tool: _Tool
    results: list[_Result]
    column_kind: str


class _Log(_Strict):
    schema: str = msgspec.field(name="$schema")
    version: str
    runs: list[_Run]


def test_sarif_has_the_structure_that_the_standard_requires(hostile: tuple[Architecture, Report]) -> None:
    _, report = hostile
    log = msgspec.json.decode(msgspec.json.encode(sarif_of(report)), type=_Log)
    assert log.version == "2.1.0"
    (run,) = log.runs
    rules = run.tool.driver.rules
    assert len({rule.id for rule in rules}) == len(rules) == report.rules
    assert len(run.results) == len(report.findings)
    for result in run.results:
        assert rules[result.rule_index].id == result.rule_id
        assert result.level in ("error", "warning", "note")
        assert "](" not in result.message.text
        for location in result.locations:
            assert location.physical_location is not None
            assert re.fullmatch(r"[\w%./~-]+|file:///[\w%./~-]+", location.physical_location.artifact_location.uri)
            assert location.physical_location.region is not None
            assert location.physical_location.region.start_line >= 1
    assert len({tuple(result.partial_fingerprints.values()) for result in run.results}) == len(run.results)


def test_fingerprint_stays_if_a_resource_moves_in_its_file() -> None:
    architecture = _hostile("orders")
    before = sarif_of(audit(architecture, _NOW))["runs"][0]["results"]
    for element in architecture.elements():
        element.origin = msgspec.structs.replace(element.origin, line=99)
    after = sarif_of(audit(architecture, _NOW))["runs"][0]["results"]
    assert {each["partialFingerprints"]["resource/v1"] for each in before} == {
        each["partialFingerprints"]["resource/v1"] for each in after
    }


# -- The diagram ----------------------------------------------------------------------------------


def test_diagram_has_a_boundary_for_each_account_and_for_the_internet() -> None:
    diagram = diagram_of(_hostile("orders"), {})
    assert list(diagram.boundaries) == ["account 000000000000, us-east-1", "the internet"]
    assert {node.kind for node in diagram.nodes} == {"topic", "queue", "endpoint", "principal"}


def test_circles_and_flows_to_oneself_are_drawn() -> None:
    names = ["one", "two"]
    architecture = Architecture(source="emulator", name="circle")
    for name, target in zip(names, reversed(names), strict=True):
        redrive = {"deadLetterTargetArn": f"arn:aws:sqs:{_PLACE}:{target}", "maxReceiveCount": 3}
        architecture.queues.append(queue_of(f"arn:aws:sqs:{_PLACE}:{name}", {"RedrivePolicy": json.dumps(redrive)}, {}))
    own = {"deadLetterTargetArn": f"arn:aws:sqs:{_PLACE}:own", "maxReceiveCount": 3}
    architecture.queues.append(queue_of(f"arn:aws:sqs:{_PLACE}:own", {"RedrivePolicy": json.dumps(own)}, {}))
    assert ElementTree.fromstring(svg_of(diagram_of(architecture, {}))) is not None


def test_empty_architecture_is_drawn() -> None:
    diagram = diagram_of(Architecture(source="emulator", name="empty"), {})
    assert ElementTree.fromstring(svg_of(diagram)) is not None
    assert list(flowchart(diagram)) == ["flowchart LR"]


def test_diagram_of_very_many_nodes_has_those_with_findings() -> None:
    queues = [queue_of(f"arn:aws:sqs:{_PLACE}:q{number}", {}, {}) for number in range(NODES_MAX + 10)]
    worst = queues[-1].arn
    diagram = diagram_of(Architecture(source="emulator", name="many", queues=queues), {worst: "high"})
    assert len(diagram.nodes) == NODES_MAX
    assert diagram.omitted == 10
    assert worst in {node.id for node in diagram.nodes}


def test_reports_say_what_is_suppressed_and_what_is_left_out() -> None:
    queues = [queue_of(f"arn:aws:sqs:{_PLACE}:q{number}", {}, {}) for number in range(NODES_MAX + 10)]
    architecture = Architecture(source="emulator", name="many", queues=queues)
    rules = [RULES["short-polling"]]
    accepted = [Suppression("short-polling", "The <consumers> wait.")]
    report = audit(architecture, _NOW, accepted, rules)
    assert (len(report.findings), len(report.suppressed)) == (0, NODES_MAX + 10)
    markdown, html = FORMATS["markdown"](report, architecture), FORMATS["html"](report, architecture)
    for text in (markdown, html):
        assert "10 more are left out." in text
        assert "None." in text
        assert "The &lt;consumers&gt; wait." in text
    results = sarif_of(report)["runs"][0]["results"]
    assert results[0]["suppressions"] == [{"kind": "external", "justification": "The <consumers> wait."}]
