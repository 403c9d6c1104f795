"""A slow evaluator of policies, written from AWS's documents and not from the emulator's code, to compare it with.

Policies are plain dictionaries; nothing is prepared or kept.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

import datetime
import ipaddress
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

OWN, OTHER = "111111111111", "222222222222"

Context = Mapping[str, Sequence[str]]


class Case(NamedTuple):
    """A request and all policies; those of a session are None for a user or a session without any."""

    session: bool
    account: str  # of the caller; the resource is OWN's
    action: str
    context: Context
    identity: list[dict[str, Any]]
    resource: dict[str, Any] | None
    boundary: dict[str, Any] | None
    session_policies: list[dict[str, Any]] | None
    owner_only: bool


RESOURCE = f"arn:aws:sqs:us-east-1:{OWN}:orders"


# -- The reference ----------------------------------------------------------------------------


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _glob(pattern: list[str], text: str) -> bool:
    """``pattern`` is a list of characters and of the marks STAR and ANY, in which nothing else is special."""
    reached = {0}
    for each in pattern:
        if each == "STAR":
            reached = set(range(min(reached), len(text) + 1)) if reached else set()
        else:
            reached = {at + 1 for at in reached if at < len(text) and (each == "ANY" or text[at] == each)}
    return len(text) in reached


def _marked(text: str, context: Context | None) -> list[str] | None:
    """The characters of a policy's value; None if a variable in it has no value."""
    marks: list[str] = []
    while text:
        if context is not None and text.startswith("${") and "}" in text:
            name, _, text = text[2:].partition("}")
            if name in ("*", "?", "$"):
                marks.append(name)
                continue
            name, comma, default = name.partition(",")
            values = context.get(name.strip().lower())
            if values is None and comma:
                values = [default.strip().strip("'")]
            if values is None or len(values) != 1:
                return None
            marks += values[0]
            continue
        marks.append({"*": "STAR", "?": "ANY"}.get(text[0], text[0]))
        text = text[1:]
    return marks


def _plain(marks: list[str]) -> str:
    return "".join({"STAR": "*", "ANY": "?"}.get(each, each) for each in marks)


def _like(value: str, wanted: str, context: Context | None) -> bool:
    marks = _marked(wanted, context)
    return marks is not None and _glob(marks, value)


def _arn_like(value: str, wanted: str, context: Context | None) -> bool:
    if wanted == "*":
        return True
    marks = _marked(wanted, context)
    if marks is None:
        return False
    parts: list[list[str]] = [[]]
    for each in marks:
        if each == ":" and len(parts) < 6:
            parts.append([])
        else:
            parts[-1].append(each)
    given = value.split(":", 5)
    return len(given) == len(parts) == 6 and all(_glob(*pair) for pair in zip(parts, given, strict=True))


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _moment(text: str) -> float | None:
    try:
        return datetime.datetime.fromisoformat(text).timestamp()
    except ValueError:
        return _number(text)


def _in_order(name: str, one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return False
    return {
        "Equals": one == other,
        "LessThan": one < other,
        "LessThanEquals": one <= other,
        "GreaterThan": one > other,
        "GreaterThanEquals": one >= other,
    }[name]


def _compares(operator: str, value: str, wanted: str, context: Context | None) -> bool:
    """An operator without its Not."""
    if operator == "StringLike":
        return _like(value, wanted, context)
    if operator in ("ArnLike", "ArnEquals"):
        return _arn_like(value, wanted, context)
    marks = _marked(wanted, context)
    if marks is None:
        return False
    text = _plain(marks)
    if operator in ("StringEquals", "BinaryEquals"):
        return value == text
    if operator in ("StringEqualsIgnoreCase", "Bool"):
        return value.lower() == text.lower()
    if operator == "IpAddress":
        try:
            return ipaddress.ip_address(value) in ipaddress.ip_network(text, strict=False)
        except (ValueError, TypeError):
            return False
    if operator.startswith("Numeric"):
        return _in_order(operator.removeprefix("Numeric"), _number(value), _number(text))
    return _in_order(operator.removeprefix("Date"), _moment(value), _moment(text))


def _condition(operator: str, key: str, wanted: list[str], context: Context, *, variables: bool) -> bool:
    values = context.get(key.lower())
    if operator == "Null":
        return any((each == "true") == (values is None) for each in wanted)
    quantifier, _, base = operator.rpartition(":")
    if_exists = base.endswith("IfExists")
    base = base.removesuffix("IfExists")
    negated = "Not" in base
    base = base.replace("Not", "")
    if not values:
        return if_exists or quantifier == "ForAllValues" or (negated and not quantifier)
    met = []
    for value in values:
        one = any(_compares(base, value, each, context if variables else None) for each in wanted)
        met.append(one != negated)
    if quantifier == "ForAllValues" or (not quantifier and negated):
        return all(met)
    return any(met)


def _element(statement: Mapping[str, Any], name: str, fits: Any) -> bool:
    if name in statement:
        return any(fits(each) for each in _listed(statement[name]))
    return not any(fits(each) for each in _listed(statement[f"Not{name}"]))


def _applies(statement: Mapping[str, Any], version: str, case: Case) -> bool:
    """Without a look at the principal."""
    variables = version == "2012-10-17"
    context = case.context if variables else None
    if not _element(statement, "Action", lambda each: _like(case.action.lower(), each.lower(), None)):
        return False
    if not _element(statement, "Resource", lambda each: _like(RESOURCE, each, context)):
        return False
    return all(
        _condition(operator, key, [str(each) for each in _listed(values)], case.context, variables=variables)
        for operator, block in statement.get("Condition", {}).items()
        for key, values in block.items()
    )


def _chain(case: Case) -> dict[str, str]:
    """How a statement can name the caller, from the closest to the widest, by the grade of the grant."""
    root = f"arn:aws:iam::{case.account}:root"
    if case.session:
        return {
            "caller": f"arn:aws:sts::{case.account}:assumed-role/worker/build",
            "role": f"arn:aws:iam::{case.account}:role/worker",
            "account": root,
        }
    return {"caller": f"arn:aws:iam::{case.account}:user/worker", "account": root}


def _grades(value: Any, case: Case) -> set[str]:
    names = ["*"] if value == "*" else _listed(value.get("AWS", []))
    grades = {grade for grade, arn in _chain(case).items() if arn in names}
    if case.account in names:
        grades.add("account")
    return set(_chain(case)) if "*" in names else grades


def _verdicts(policy: Mapping[str, Any], case: Case, *, of_resource: bool) -> set[str]:
    """``deny``, ``allow``, and for a resource the grades of the grants."""
    found = set()
    for statement in policy["Statement"]:
        if not _applies(statement, policy["Version"], case):
            continue
        denies = statement["Effect"] == "Deny"
        if not of_resource:
            found.add("deny" if denies else "allow")
        elif "Principal" in statement:
            grades = _grades(statement["Principal"], case)
            found |= {"deny"} if denies and grades else grades if not denies else set()
        else:
            grades = _grades(statement["NotPrincipal"], case)
            if denies and grades != set(_chain(case)):
                found.add("deny")
            elif not denies and not grades:
                found.add("caller")
    return found


def allowed(case: Case) -> bool:
    by_identity: set[str] = set()
    for policy in case.identity:
        by_identity |= _verdicts(policy, case, of_resource=False)
    by_session: set[str] = set()
    for policy in case.session_policies or []:
        by_session |= _verdicts(policy, case, of_resource=False)
    by_boundary = _verdicts(case.boundary, case, of_resource=False) if case.boundary else set()
    by_resource = _verdicts(case.resource, case, of_resource=True) if case.resource else set()
    if "deny" in by_identity | by_session | by_boundary | by_resource:
        return False
    limited = (case.boundary is not None and "allow" not in by_boundary) or (
        case.session_policies is not None and "allow" not in by_session
    )
    if case.account != OWN:
        return "allow" in by_identity and not limited and bool(by_resource) and not case.owner_only
    if "caller" in by_resource:
        return True
    return ("allow" in by_identity or "role" in by_resource) and not limited
