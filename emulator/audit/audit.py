"""Tries all rules on an architecture."""

from collections.abc import Iterable
from datetime import UTC, datetime

from emulator.architecture.model import Architecture, Suppression
from emulator.audit.code import LANGUAGES, code_of
from emulator.audit.finding import Finding, Report
from emulator.audit.rule import SEVERITIES, Found, Rule
from emulator.audit.rules.table import RULES
from emulator.audit.suppressions import applies, check
from emulator.audit.view import View

FINDINGS_MAX = 10_000


def audit(
    architecture: Architecture,
    now: float,
    suppressions: Iterable[Suppression] = (),
    rules: Iterable[Rule] | None = None,
) -> Report:
    """What the rules find. ``now`` is in seconds since the epoch, for suppressions that expire.

    Raises SuppressionError if a suppression has no reason, or names no rule.
    """
    view, tried = View(architecture, now), list(RULES.values() if rules is None else rules)
    given = list(suppressions)
    check([*given, *(each for element in architecture.elements() for each in element.suppressions)])
    today = datetime.fromtimestamp(now, UTC).date()
    left: list[Finding] = []
    accepted: list[Finding] = []
    for rule in tried:
        for found in rule.find(view):
            reason = applies([*given, *found.element.suppressions], rule.id, found.element, today)
            finding = _finding(architecture, rule, found, reason)
            (left if reason is None else accepted).append(finding)
    left.sort(key=_order)
    return Report(
        architecture.source, architecture.name, len(tried), left[:FINDINGS_MAX], accepted, architecture.notices
    )


def _order(finding: Finding) -> tuple[int, str, int, str, str]:
    return SEVERITIES.index(finding.severity), finding.file, finding.line or 0, finding.resource, finding.rule


def _finding(architecture: Architecture, rule: Rule, found: Found, reason: str | None) -> Finding:
    element = found.element
    return Finding(
        rule=rule.id,
        title=rule.title,
        stride=rule.stride,
        severity=rule.severity,
        resource=element.arn,
        shown=element.shown,
        detail=found.detail,
        why=rule.why,
        page=rule.page,
        fix=code_of(found.fixes, architecture),
        language=LANGUAGES[architecture.source],
        file=element.origin.file,
        line=found.line or element.origin.line,
        name=element.origin.name,
        suppressed=reason,
    )
