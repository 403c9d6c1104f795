"""The report in SARIF 2.1.0, for code scanning: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html."""

from hashlib import sha256
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from emulator import __version__
from emulator.audit.finding import Finding, Report
from emulator.audit.rule import Rule, Severity
from emulator.audit.rules.table import RULES

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS: dict[Severity, str] = {"high": "error", "medium": "warning", "low": "note"}
_SCORES: dict[Severity, str] = {"high": "8.0", "medium": "5.0", "low": "2.0"}  # as GitHub sorts alerts
_HOME = "https://github.com/sqs-sns-emulator/sqs-sns-emulator"


def sarif_of(report: Report) -> dict[str, Any]:
    """The log of one run."""
    rules = list(RULES.values())
    numbers = {rule.id: number for number, rule in enumerate(rules)}
    driver = {
        "name": "sqs-sns-emulator audit",
        "version": __version__,
        "informationUri": _HOME,
        "rules": [_rule(rule) for rule in rules],
    }
    findings = [*report.findings, *report.suppressed]
    results = [_result(each, numbers[each.rule], report.name) for each in findings]
    return {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "columnKind": "utf16CodeUnits", "results": results}],
    }


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.id,
        "name": "".join(part.capitalize() for part in rule.id.split("-")),
        "shortDescription": {"text": f"{rule.title}."},
        "fullDescription": {"text": rule.why},
        "helpUri": rule.page,
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": {"tags": ["security", rule.stride], "security-severity": _SCORES[rule.severity]},
    }


def _result(finding: Finding, number: int, source: str) -> dict[str, Any]:
    location: dict[str, Any] = {
        "logicalLocations": [
            {"name": finding.name or finding.shown, "fullyQualifiedName": finding.resource, "kind": "resource"}
        ]
    }
    uri = _uri(finding.file or source)
    physical: dict[str, Any] = {"artifactLocation": {"uri": uri}}
    if finding.line is not None:
        physical["region"] = {"startLine": finding.line}
    if finding.file:
        location["physicalLocation"] = physical
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": number,
        "level": _LEVELS[finding.severity],
        "message": {"text": _plain(f"{finding.shown}: {finding.detail}. {finding.why}")},
        "locations": [location],
        "partialFingerprints": {"resource/v1": _fingerprint(finding)},
        "properties": {"fix": finding.fix, "language": finding.language, "stride": finding.stride},
    }
    if finding.suppressed is not None:
        result["suppressions"] = [{"kind": "external", "justification": finding.suppressed}]
    return result


def _plain(text: str) -> str:
    """A text without links: ``[text](target)`` is one in a message."""
    return text.replace("](", "] (")


def _uri(file: str) -> str:
    """The path as a relative reference, or a file URI."""
    path = PurePath(file)
    return path.as_uri() if path.is_absolute() else quote(path.as_posix())


def _fingerprint(finding: Finding) -> str:
    """The same for a finding in every run, wherever the resource moves in its file."""
    return sha256(f"{finding.rule}\n{finding.resource}\n{finding.detail}".encode()).hexdigest()[:32]
