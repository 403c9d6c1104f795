"""The statements of a policy as they are evaluated: whether one applies to a request, and to whom it grants.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html
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
# What a statement names: the caller itself, or everyone; the role of its session; its account.
Named = Literal["caller", "role", "account"]
_BY_RANK: tuple[Named, ...] = ("caller", "role", "account")


class Principal(NamedTuple):
    """Who makes a request: an account, a user or a session of a role in it, or a service with all its names."""

    account: str | None = None
    arn: str | None = None
    services: frozenset[str] = frozenset()
    declared: bool = False  # a user or session; otherwise a caller of which only the account is known
    unique_id: str | None = None  # of the user or, of a session, of its role
    role_arn: str | None = None  # of a session


class AccessRequest(Struct, frozen=True):
    """A request to be evaluated. ``context`` has the values of condition keys, by the key in lower case."""

    principal: Principal
    action: str  # with the service: sqs:SendMessage
    resource: str  # ARN
    context: Context


class _Part(Struct, frozen=True):
    """An element or its negation: the patterns, and whether a match includes or excludes."""

    patterns: tuple[str, ...]
    negated: bool


class Statement(Struct, frozen=True):
    """A statement. ``principals`` is None in policies of identities, whose statements are about these."""

    name: str  # the Sid, or the position from 1
    denies: bool
    principals: Mapping[str, tuple[str, ...]] | None  # by kind
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
            and any(self._matches(each, request.resource, context) for each in self.resources.patterns)
            != self.resources.negated
            and hold(self.conditions, request.context, variables=self.variables)
        )

    def _matches(self, pattern: str, resource: str, context: Context | None) -> bool:
        """Whether a pattern means the resource. Policies of queues may name one as ``/{account}/{name}``, as AWS's
        first guides and SQSQueueResource of its SDK for Java do.
        """
        if self.principals is not None and pattern.startswith("/"):
            resource = _path_of(resource)
        return wildcard(pattern, resource, context)

    def grants_to(self, principal: Principal) -> Named:
        """As what a statement names a caller to whom it applies."""
        if self.principals is None or self.not_principals:
            return "caller"
        named = self._named(principal)
        return next(each for each in _BY_RANK if each in named)

    def _names(self, principal: Principal) -> bool:
        """Whether the element names the caller. One who is known by account only counts as any user of the account,
        unless that would deny the request.

        To be exempt from a Deny by NotPrincipal, a session must be named with its role and its account, and a user with
        its account.
        """
        if self.principals is None:
            return True
        named = self._named(principal)
        if not self.not_principals:
            return bool(named)
        if not (self.denies and principal.declared):
            return not named
        wanted = {"caller", "account", *(("role",) if principal.role_arn else ())}
        return not ("everyone" in named or wanted <= named)

    def _named(self, principal: Principal) -> set[str]:
        assert self.principals is not None, "a statement about an identity names nobody"
        strict = self.denies and not self.not_principals
        found: set[str] = set()
        for kind, names in self.principals.items():
            for name in names:
                if kind == "Service":
                    found |= {"caller"} if name in principal.services else set()
                elif kind == "AWS":
                    found |= _as_named(principal, name, strict=strict)
        return found


def _path_of(resource: str) -> str:
    """The path of a queue's URL; of anything else, its ARN."""
    arn = Arn.parse(resource)
    return resource if arn is None or arn.service != "sqs" else f"/{arn.account}/{arn.resource}"


def _as_named(principal: Principal, name: str, *, strict: bool) -> set[str]:
    """As what an AWS principal of a statement names the caller; empty if it does not."""
    if name == "*":
        return {"caller", "everyone"}
    if principal.account is None:
        return set()
    if not principal.declared:
        return {"caller"} if _is_of_account(principal, name, strict=strict) else set()
    if name == principal.arn or (principal.role_arn is None and name == principal.unique_id):
        return {"caller"}
    if principal.role_arn is not None and name in (principal.role_arn, principal.unique_id):
        return {"role"}
    named = Arn.parse(name)
    is_account = name == principal.account or (
        named is not None and (named.account, named.resource) == (principal.account, "root")
    )
    return {"account"} if is_account else set()


def _is_of_account(principal: Principal, name: str, *, strict: bool) -> bool:
    assert principal.account is not None, "a service has no account"
    if name in (principal.account, principal.arn, user_id(principal.account)):
        return True
    named, caller = Arn.parse(name), Arn.parse(principal.arn or "")
    if named is None or caller is None or (named.partition, named.account) != (caller.partition, caller.account):
        return False
    return named.resource == "root" or not strict


# -- Reading ----------------------------------------------------------------------------------


@lru_cache(maxsize=1024)
def statements_of(policy: str) -> tuple[Statement, ...]:
    """The statements of a document that was checked when it was set."""
    document = json.loads(policy)
    variables = document.get("Version") == _WITH_VARIABLES
    return tuple(
        _statement(block, str(number), variables=variables)
        for number, block in enumerate(_several(document["Statement"]), 1)
        if isinstance(block, dict)
    )


def _statement(block: Document, number: str, *, variables: bool) -> Statement:
    given = block.get("Condition", {})
    assert isinstance(given, dict)
    has_principals = {"Principal", "NotPrincipal"} & block.keys()
    return Statement(
        name=str(block.get("Sid") or number),
        denies=block["Effect"] == "Deny",
        principals=_principals(block.get("Principal", block.get("NotPrincipal"))) if has_principals else None,
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
