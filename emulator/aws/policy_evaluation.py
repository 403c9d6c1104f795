"""Evaluates a resource's policy for a request: whether it is allowed, and by which statement.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Literal, NamedTuple

from msgspec import Struct

from emulator.aws.arns import Arn
from emulator.aws.conditions import Conditions, Context, hold, wildcard
from emulator.aws.policy import Document
from emulator.aws.principals import user_id

_WITH_VARIABLES = "2012-10-17"  # the version of the policy language that has variables


class Principal(NamedTuple):
    """Who makes a request: a user of an account, or a service with all its names."""

    account: str | None = None
    arn: str | None = None
    services: frozenset[str] = frozenset()


class AccessRequest(Struct, frozen=True):
    """A request to be evaluated. ``context`` has the values of condition keys, by the key in lower case."""

    principal: Principal
    action: str  # with the service: sqs:SendMessage
    resource: str  # ARN
    context: Context


class Verdict(NamedTuple):
    """The result. ``statement`` is the Sid, or the position from 1, of the statement that decided; None if none
    applies.
    """

    effect: Literal["Allow", "Deny"] | None
    statement: str | None = None

    @property
    def allowed(self) -> bool:
        return self.effect == "Allow"

    def permits(self, *, owner: bool, owner_only: bool) -> bool:
        """Whether the call may be made: the owner's, unless it is denied; another account's, if it is allowed and no
        operation that only the owner may call.
        """
        return self.effect != "Deny" and (owner or (self.allowed and not owner_only))


class _Part(Struct, frozen=True):
    """An element or its negation: the patterns, and whether a match includes or excludes."""

    patterns: tuple[str, ...]
    negated: bool


class _Statement(Struct, frozen=True):
    name: str
    denies: bool
    principals: Mapping[str, tuple[str, ...]]  # by kind
    not_principals: bool
    actions: _Part
    resources: _Part
    conditions: Conditions
    variables: bool

    def applies_to(self, request: AccessRequest) -> bool:
        context = request.context if self.variables else None
        return (
            self._names(request.principal)
            and any(wildcard(each.lower(), request.action.lower()) for each in self.actions.patterns)
            != self.actions.negated
            and any(wildcard(each, request.resource, context) for each in self.resources.patterns)
            != self.resources.negated
            and hold(self.conditions, request.context, variables=self.variables)
        )

    def _names(self, principal: Principal) -> bool:
        """Whether the element names the caller. A caller is known by account only: it counts as any user of the
        account, unless that would deny the request.
        """
        strict = self.denies and not self.not_principals
        named = any(
            _is_named(principal, kind, name, strict=strict) for kind, names in self.principals.items() for name in names
        )
        return named != self.not_principals


def evaluate(policy: str | None, request: AccessRequest) -> Verdict:
    """Evaluate the document ``policy`` (None: the resource has none) for a request. A Deny wins over any Allow."""
    allowed = Verdict(None)
    for statement in () if policy is None else _statements(policy):
        if (statement.denies or not allowed.allowed) and statement.applies_to(request):
            if statement.denies:
                return Verdict("Deny", statement.name)
            allowed = Verdict("Allow", statement.name)
    return allowed


def statement_for_topic(topic_arn: str, queue_arn: str) -> str:
    """The statement that allows a topic to send to a queue, as in AWS's guides."""
    statement: Document = {
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": queue_arn,
        "Condition": {"ArnEquals": {"aws:SourceArn": topic_arn}},
    }
    return json.dumps(statement, separators=(",", ":"))


def _is_named(principal: Principal, kind: str, name: str, *, strict: bool) -> bool:
    if kind == "Service":
        return name in principal.services
    if kind != "AWS":
        return False
    if name == "*":
        return True
    if principal.account is None:
        return False
    if name in (principal.account, principal.arn, user_id(principal.account)):
        return True
    named, caller = Arn.parse(name), Arn.parse(principal.arn or "")
    if named is None or caller is None or (named.partition, named.account) != (caller.partition, caller.account):
        return False
    return named.resource == "root" or not strict


# -- Reading ----------------------------------------------------------------------------------


@lru_cache(maxsize=1024)
def _statements(policy: str) -> tuple[_Statement, ...]:
    """The statements of a document that was checked when it was set."""
    document = json.loads(policy)
    variables = document.get("Version") == _WITH_VARIABLES
    return tuple(
        _statement(block, str(number), variables=variables)
        for number, block in enumerate(_several(document["Statement"]), 1)
        if isinstance(block, dict)
    )


def _statement(block: Document, number: str, *, variables: bool) -> _Statement:
    given = block.get("Condition", {})
    assert isinstance(given, dict)
    return _Statement(
        name=str(block.get("Sid") or number),
        denies=block["Effect"] == "Deny",
        principals=_principals(block.get("Principal", block.get("NotPrincipal"))),
        not_principals="NotPrincipal" in block,
        actions=_part(block, "Action"),
        resources=_part(block, "Resource") if {"Resource", "NotResource"} & block.keys() else _Part(("*",), False),
        conditions={
            operator: {key: tuple(map(_text, _several(values))) for key, values in comparisons.items()}
            for operator, comparisons in given.items()
        },
        variables=variables,
    )


def _principals(value: object) -> dict[str, tuple[str, ...]]:
    if isinstance(value, dict):
        return {kind: tuple(map(str, _several(names))) for kind, names in value.items()}
    return {"AWS": (str(value),)}


def _part(block: Document, element: str) -> _Part:
    negation = f"Not{element}"
    negated = negation in block
    return _Part(tuple(map(str, _several(block[negation if negated else element]))), negated)


def _text(operand: object) -> str:
    return json.dumps(operand) if isinstance(operand, bool) else str(operand)


def _several(value: object) -> Sequence[object]:
    return value if isinstance(value, list) else [value]
