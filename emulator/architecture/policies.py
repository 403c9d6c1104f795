"""Resource policies as part of the model: their statements, with every element as a list.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

import json
from typing import Any

from msgspec import Struct

SIZE_MAX = 1 << 17  # characters; a key policy has at most 32 KiB, and that of a queue less
STATEMENTS_MAX = 1_000


class MalformedPolicyError(Exception):
    """The document is no policy. The text says why."""


class Principal(Struct, frozen=True):
    """Who a statement is about. ``kind`` is AWS, Service, Federated or CanonicalUser."""

    kind: str
    name: str


class Statement(Struct, frozen=True, omit_defaults=True):
    """A statement. With ``not_principals`` and so on, the list has what is left out."""

    number: int  # from 1
    effect: str
    principals: list[Principal]
    actions: list[str]
    resources: list[str]
    conditions: dict[str, dict[str, list[str]]]
    sid: str = ""
    not_principals: bool = False
    not_actions: bool = False
    not_resources: bool = False
    line: int | None = None

    @property
    def allows(self) -> bool:
        return self.effect == "Allow"

    @property
    def shown(self) -> str:
        return f"statement {self.sid or self.number}"

    def compared(self, key: str) -> list[tuple[str, list[str]]]:
        """The operators, without ForAnyValue and IfExists, and the values with which a condition key is compared."""
        return [
            (operator.rpartition(":")[2].removesuffix("IfExists"), values)
            for operator, comparisons in self.conditions.items()
            for name, values in comparisons.items()
            if name.lower() == key.lower()
        ]


class Policy(Struct, frozen=True):
    """A policy: its document, and the statements in it. ``name`` is the logical id of the resource that has it."""

    document: dict[str, Any]
    statements: list[Statement]
    name: str = ""


def policy_of(value: Any, *, name: str = "", lines: dict[int, int] | None = None) -> Policy:
    """The policy in a document or its text. ``lines`` are those of statements, by number. Or MalformedPolicyError."""
    document = value
    if isinstance(value, str):
        if len(value) > SIZE_MAX:
            raise MalformedPolicyError(f"it has more than {SIZE_MAX} characters")
        try:
            document = json.loads(value)
        except (ValueError, RecursionError):
            raise MalformedPolicyError("it is no JSON") from None
    if not isinstance(document, dict):
        raise MalformedPolicyError("it is no JSON object")
    blocks = several(document.get("Statement"))
    if len(blocks) > STATEMENTS_MAX:
        raise MalformedPolicyError(f"it has more than {STATEMENTS_MAX} statements")
    statements = [_statement(each, number, lines or {}) for number, each in enumerate(blocks, 1)]
    return Policy(document, statements, name)


def _statement(block: Any, number: int, lines: dict[int, int]) -> Statement:
    if not isinstance(block, dict) or block.get("Effect") not in ("Allow", "Deny"):
        raise MalformedPolicyError(f"statement {number} has no Effect, which is Allow or Deny")
    principals, not_principals = _one_of(block, "Principal", number)
    actions, not_actions = _one_of(block, "Action", number)
    resources, not_resources = _one_of(block, "Resource", number)
    conditions = block.get("Condition") or {}
    if not isinstance(conditions, dict) or not all(isinstance(each, dict) for each in conditions.values()):
        raise MalformedPolicyError(f"statement {number} has a Condition that is no mapping of mappings")
    return Statement(
        number=number,
        effect=block["Effect"],
        principals=_principals(principals, number),
        actions=list(map(str, several(actions))),
        resources=list(map(str, several(resources))) or ["*"],
        conditions={
            str(operator): {str(key): list(map(as_text, several(values))) for key, values in comparisons.items()}
            for operator, comparisons in conditions.items()
        },
        sid=str(block.get("Sid") or ""),
        not_principals=not_principals,
        not_actions=not_actions,
        not_resources=not_resources,
        line=lines.get(number),
    )


def _one_of(block: dict[str, Any], element: str, number: int) -> tuple[Any, bool]:
    negation = f"Not{element}"
    if negation in block and element in block:
        raise MalformedPolicyError(f"statement {number} has both {element} and {negation}")
    if negation in block:
        return block[negation], True
    if not block.get(element) and element != "Resource":
        raise MalformedPolicyError(f"statement {number} has neither {element} nor {negation}")
    return block.get(element), False


def _principals(value: Any, number: int) -> list[Principal]:
    if value is None or isinstance(value, str):
        return [Principal("AWS", value)] if value else []
    if not isinstance(value, dict):
        raise MalformedPolicyError(f"statement {number} has a Principal that is no mapping")
    return [Principal(str(kind), str(name)) for kind, names in value.items() for name in several(names)]


def several(value: Any) -> list[Any]:
    """A value, or a list of them, as a list; nothing for None."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def as_text(operand: Any) -> str:
    return str(operand).lower() if isinstance(operand, bool) else str(operand)
