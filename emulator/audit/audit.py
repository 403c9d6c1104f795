"""Tries all rules on an architecture."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from emulator.architecture.model import Architecture, Suppression
from emulator.audit.code import LANGUAGES, code_of, names_in
from emulator.audit.finding import Finding, Report
from emulator.audit.rule import SEVERITIES, Found, Rule
from emulator.audit.rules.table import RULES
from emulator.audit.suppressions import applies, check
from emulator.audit.view import View

FINDINGS_MAX = 10_000

_Tried = tuple[Rule, Found, str | None]  # with the reason for which it is accepted


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
    left: list[_Tried] = []
    accepted: list[_Tried] = []
    for rule in tried:
        for found in rule.find(view):
            reason = applies([*given, *found.element.suppressions], rule.id, found.element, today)
            (left if reason is None else accepted).append((rule, found, reason))
    left.sort(key=_order)
    names = names_in(architecture)
    return Report(
        architecture.source,
        architecture.name,
        len(tried),
        [_finding(architecture, names, *each) for each in left[:FINDINGS_MAX]],
        [_finding(architecture, names, *each) for each in accepted[:FINDINGS_MAX]],
        _notices(architecture, len(left)),
    )


def _notices(architecture: Architecture, count: int) -> list[str]:
    if count <= FINDINGS_MAX:
        return architecture.notices
    return [*architecture.notices, f"{count - FINDINGS_MAX} findings more are left out."]


def _order(tried: _Tried) -> tuple[int, str, int, str, str]:
    rule, found, _ = tried
    element = found.element
    line = found.line or element.origin.line or 0
    return SEVERITIES.index(rule.severity), element.origin.file, line, element.arn, rule.id


def _finding(
    architecture: Architecture, names: Mapping[str, str], rule: Rule, found: Found, reason: str | None
) -> Finding:
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
        fix=code_of(found.fixes, architecture.source, names),
        language=LANGUAGES[architecture.source],
        file=element.origin.file,
        line=found.line or element.origin.line,
        name=element.origin.name,
        suppressed=reason,
    )
