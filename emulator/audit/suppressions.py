"""Findings that are accepted: each suppression names a rule, and has a reason."""

from collections.abc import Iterable
from datetime import date
from fnmatch import fnmatchcase

from emulator.architecture.model import Element, Origin, Suppression
from emulator.audit.rules.table import RULES
from emulator.declared.document import Document, Mistakes
from emulator.declared.loading import load
from emulator.declared.wording import proposal, shown

_KEYS = ("expires", "reason", "resource", "rule")


class SuppressionError(Exception):
    """A suppression is wrong. The text says where, and why."""


def load_suppressions(file: str) -> list[Suppression]:
    """The suppressions in a TOML, YAML or JSON file. DocumentError if it cannot be read, or one is wrong."""
    document = load(file)
    mistakes = Mistakes(document)
    given = document.content.get("suppressions")
    for key in document.content:
        if key != "suppressions":
            mistakes.add((key,), f"There is no section {key}; {proposal(key, ['suppressions'])}", key=True)
    if not isinstance(given, list):
        mistakes.add((), "suppressions is a list of tables with rule, reason, and perhaps resource and expires.")
        given = []
    found = [_read(document, mistakes, index, each) for index, each in enumerate(given)]
    mistakes.check()
    return found


def _read(document: Document, mistakes: Mistakes, index: int, given: object) -> Suppression:
    path = ("suppressions", index)
    if not isinstance(given, dict):
        mistakes.add(path, f"suppressions[{index}] is {shown(given)}; a table is wanted.")
        return Suppression("")
    for key in given:
        if key not in _KEYS:
            mistakes.add((*path, key), f"A suppression has no {key}; {proposal(str(key), _KEYS)}", key=True)
    position = document.position_of(path)
    values = {key: str(value) for key, value in given.items() if key in _KEYS and value is not None}
    suppression = Suppression(
        rule=values.get("rule", ""),
        reason=values.get("reason", ""),
        expires=values.get("expires"),
        resource=values.get("resource", "*"),
        origin=Origin(document.file, None if position is None else position.line),
    )
    problem = problem_of(suppression)
    if problem is not None:
        mistakes.add(path, problem)
    return suppression


def check(suppressions: Iterable[Suppression]) -> None:
    """Raise SuppressionError if one is wrong."""
    for each in suppressions:
        problem = problem_of(each)
        if problem is not None:
            raise SuppressionError(f"{each.origin}: {problem}" if str(each.origin) else problem)


def problem_of(suppression: Suppression) -> str | None:
    """What is wrong with a suppression; None if nothing is."""
    if suppression.rule not in RULES:
        return f"There is no rule {shown(suppression.rule)}; {proposal(suppression.rule, RULES)}"
    if not suppression.reason.strip():
        return f"The suppression of {suppression.rule} has no reason."
    if suppression.expires is not None and _date(suppression.expires) is None:
        return f"expires is {shown(suppression.expires)}; a date is wanted, such as 2027-01-31."
    return None


def applies(suppressions: Iterable[Suppression], rule: str, element: Element, today: date) -> str | None:
    """The reason for which a finding is accepted; None if it is not. On the day of its expiry a suppression holds."""
    for each in suppressions:
        expires = None if each.expires is None else _date(each.expires)
        names = (element.arn, element.name, element.origin.name)
        holds = each.rule == rule and (expires is None or today <= expires)
        if holds and any(fnmatchcase(name, each.resource) for name in names if name):
            return each.reason
    return None


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None
