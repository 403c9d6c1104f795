"""Policy documents of Terraform's data source that name what is not made yet.

https://registry.terraform.io/providers/hashicorp/aws/latest/docs/data-sources/iam_policy_document
"""

import json
from collections.abc import Iterator
from typing import Any

from emulator.infrastructure.terraform.instances import Instances
from emulator.infrastructure.terraform.references import UnreadDocument

_VERSION = "2012-10-17"
# By argument of a statement, the element of the policy.
_LISTS = {"actions": "Action", "not_actions": "NotAction", "resources": "Resource", "not_resources": "NotResource"}
_PRINCIPALS = {"principals": "Principal", "not_principals": "NotPrincipal"}


def policy_json(document: UnreadDocument, instances: Instances) -> str:
    """The policy as JSON."""
    reader = _Reader(document, instances)
    expressions = document.written.expressions
    policy: dict[str, Any] = {"Version": reader.text(expressions.get("version")) or _VERSION}
    policy_id = reader.text(expressions.get("policy_id"))
    if policy_id:
        policy["Id"] = policy_id
    policy["Statement"] = [reader.statement(each) for each in _blocks(expressions.get("statement"))]
    return json.dumps(policy, separators=(",", ":"))


def _blocks(value: Any) -> Iterator[dict[str, Any]]:
    yield from (each for each in value if isinstance(each, dict)) if isinstance(value, list) else ()


class _Reader:
    def __init__(self, document: UnreadDocument, instances: Instances) -> None:
        self._user = document.user
        self._instances = instances

    def values(self, expression: Any) -> list[Any]:
        """The values of an expression for a list, or for one text."""
        found: list[Any] = []
        for each in self._instances.values_of(self._instances.targets_of(self._user, expression)):
            found += each if isinstance(each, list) else [each]
        return found

    def text(self, expression: Any) -> str | None:
        found = self.values(expression)
        return str(found[0]) if found else None

    def statement(self, block: dict[str, Any]) -> dict[str, Any]:
        statement: dict[str, Any] = {}
        sid = self.text(block.get("sid"))
        if sid:
            statement["Sid"] = sid
        statement["Effect"] = self.text(block.get("effect")) or "Allow"
        for argument, element in _PRINCIPALS.items():
            if argument in block:
                statement[element] = self._principals(block[argument])
        for argument, element in _LISTS.items():
            if argument in block:
                statement[element] = _short(self.values(block[argument]))
        conditions: dict[str, Any] = {}
        for each in _blocks(block.get("condition")):
            test, variable = self.text(each.get("test")), self.text(each.get("variable"))
            if test and variable:
                conditions.setdefault(test, {})[variable] = _short(self.values(each.get("values")))
        if conditions:
            statement["Condition"] = conditions
        return statement

    def _principals(self, blocks: Any) -> Any:
        principals: dict[str, Any] = {}
        for each in _blocks(blocks):
            kind, identifiers = self.text(each.get("type")) or "AWS", self.values(each.get("identifiers"))
            if kind == "*":
                return "*"
            principals[kind] = _short(identifiers)
        return principals


def _short(values: list[Any]) -> Any:
    return values[0] if len(values) == 1 else values
