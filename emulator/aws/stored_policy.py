"""Policies as AWS stores and returns them: what the text says, in a form of its own.

AWS reads a policy and writes it again: without white space, with its elements in their usual order, and with a list of
one as the one. A policy without a version gets the older one, which is the default, and a principal that is an account
id becomes the ARN of the account.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-accounts
"""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from emulator.aws.policy import OWN_VERSION, account_principal, dump_policy

_ACCOUNT = re.compile("[0-9]{12}")
_ELEMENTS = ("Version", "Id", "Statement")
_PRINCIPALS = ("Principal", "NotPrincipal")
_NAMES = ("Action", "NotAction", "Resource", "NotResource")
_STATEMENT_ELEMENTS = ("Sid", "Effect", *_PRINCIPALS, *_NAMES, "Condition")


def stored_policy(text: str, region: str) -> str:
    """The checked policy in ``text`` as a resource of ``region`` stores it."""
    policy = json.loads(text)
    given = policy["Statement"]
    statements = [_stored_statement(each, region) for each in (given if isinstance(given, list) else [given])]
    return dump_policy(_in_order({"Version": OWN_VERSION, **policy, "Statement": statements}, _ELEMENTS))


def same_policy(one: str, other: str, region: str) -> bool:
    """Whether two checked policies are equal apart from what AWS changes, and the order of keys."""
    return bool(json.loads(stored_policy(one, region)) == json.loads(stored_policy(other, region)))


def _stored_statement(statement: Mapping[str, Any], region: str) -> dict[str, object]:
    stored = dict(statement)
    for name in _NAMES:
        if name in statement:
            stored[name] = _without_list_of_one(statement[name])
    for name in _PRINCIPALS:
        if isinstance(statement.get(name), dict):
            kinds = {kind: _without_list_of_one(values) for kind, values in statement[name].items()}
            if "AWS" in kinds:
                kinds["AWS"] = _with_arns(kinds["AWS"], region)
            stored[name] = kinds
    return _in_order(stored, _STATEMENT_ELEMENTS)


def _in_order(elements: Mapping[str, object], names: Sequence[str]) -> dict[str, object]:
    return {name: elements[name] for name in names if name in elements}


def _without_list_of_one(values: Any) -> Any:
    return values[0] if isinstance(values, list) and len(values) == 1 else values


def _with_arns(principals: str | list[str], region: str) -> str | list[str]:
    if isinstance(principals, list):
        return [_with_arn(each, region) for each in principals]
    return _with_arn(principals, region)


def _with_arn(principal: str, region: str) -> str:
    return account_principal(principal, region) if _ACCOUNT.fullmatch(principal) else principal
