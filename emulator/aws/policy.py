"""Policies: their grammar, their limits, and the statements that AddPermission writes.

The grammar is that of https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html. In policies
that are attached to a resource, a statement names principals, and may leave out the resource. In those of identities it
names no principals, and must name resources.

Each service has its own errors for invalid policies.
"""

import json
import re
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple, NoReturn

from emulator.aws.arns import partition_of

Document = dict[str, object]  # a JSON object

_VERSIONS = ("2008-10-17", "2012-10-17")
OWN_VERSION = "2008-10-17"  # of policies that AWS writes, and the default

_POLICY_ELEMENTS = frozenset(("Version", "Id", "Statement"))
_STATEMENT_ELEMENTS = frozenset(
    ("Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition")
)
_IDENTITY_ELEMENTS = _STATEMENT_ELEMENTS - {"Principal", "NotPrincipal"}
_TRUST_ELEMENTS = _STATEMENT_ELEMENTS - {"Resource", "NotResource"}
_IDENTITY_POLICY_SIZE = 10_240  # characters besides white space, AWS's limit for all inline policies of a role
_TRUST_POLICY_SIZE = 4_096  # as high as AWS raises it on demand
_EFFECTS = ("Allow", "Deny")
_PRINCIPAL_KINDS = frozenset(("AWS", "Service", "Federated", "CanonicalUser"))
# A principal: everyone, an account, a user or role by its ARN, or the unique id that replaces a deleted one.
_AWS_PRINCIPAL = re.compile(r"\*|[0-9]{12}|arn:[a-z-]+:(iam|sts)::[0-9]{12}:.+|A[A-Z0-9]{15,127}")

_OPERATOR = re.compile(
    "(ForAllValues:|ForAnyValue:)?"
    "(String(Not)?Equals(IgnoreCase)?|String(Not)?Like|Arn(Not)?(Equals|Like)|(Not)?IpAddress|Bool|BinaryEquals"
    "|(Numeric|Date)((Not)?Equals|(Less|Greater)Than(Equals)?))"
    "(IfExists)?|Null"
)


class PolicyLimits(NamedTuple):
    """The maximum size of a policy. The last three are per statement."""

    size: int  # bytes of UTF-8
    statements: int
    principals: int
    actions: int
    conditions: int


class MalformedPolicy(Exception):
    """The document is not a policy. The text says why."""


class UnknownPrincipal(MalformedPolicy):
    """An AWS principal of a statement is malformed."""


class ForeignAction(MalformedPolicy):
    """A statement names an action of another service."""


class PolicyOverLimit(Exception):
    """The policy exceeds a limit of its resource. The text is AWS's."""


class Statement(NamedTuple):
    """A statement of a checked policy."""

    sid: str  # "" if it has none
    principals: tuple[str, ...]
    actions: tuple[str, ...]
    conditions: tuple[str, ...]  # the condition keys


class Policy:
    """A checked policy, with the document as its author wrote it."""

    __slots__ = ("_document", "statements")

    def __init__(self, document: Document, statements: Sequence[Statement]) -> None:
        self._document = document
        self.statements = statements

    @classmethod
    def parse(cls, text: str, service: str) -> "Policy":
        """Parse a policy whose actions are those of ``service``. Raises MalformedPolicy."""
        return cls(*_parsed(text, lambda block: _statement(block, service)))

    def check_limits(self, limits: PolicyLimits) -> None:
        """Raise PolicyOverLimit if the policy exceeds one of the limits."""
        _check_count(len(self.statements), "statements", limits.statements)
        for statement in self.statements:
            _check_count(len(statement.actions), "actions", limits.actions, "a statement from ")
            _check_count(len(statement.principals), "principals", limits.principals, "a statement from ")
            _check_count(len(statement.conditions), "conditions", limits.conditions, "a statement from ")

    def has_statement(self, sid: str) -> bool:
        return sid != "" and any(statement.sid == sid for statement in self.statements)

    def with_statement(self, block: Document) -> str:
        """The document with one more statement."""
        return dump_policy(self._document | {"Statement": [*_blocks(self._document), block]})

    def without_statement(self, sid: str) -> str | None:
        """The document without the statement of this id; None if it has no other statement."""
        blocks = zip(_blocks(self._document), self.statements, strict=True)
        rest = [block for block, statement in blocks if statement.sid != sid]
        return dump_policy(self._document | {"Statement": rest}) if rest else None


def check_policy(text: str, service: str, limits: PolicyLimits) -> Policy:
    """Parse and check a policy for a resource of ``service``. Raises MalformedPolicy or PolicyOverLimit."""
    if len(text.encode()) > limits.size:
        raise PolicyOverLimit("Submitted policy is over max allowed size.")
    policy = Policy.parse(text, service)
    policy.check_limits(limits)
    return policy


def check_identity_policy(text: str) -> None:
    """Check a policy of a user, a role or a session. Raises MalformedPolicy or PolicyOverLimit."""
    if len(text) > 2 * _IDENTITY_POLICY_SIZE or sum(not each.isspace() for each in text) > _IDENTITY_POLICY_SIZE:
        raise PolicyOverLimit(f"a policy has at most {_IDENTITY_POLICY_SIZE} characters besides white space")
    _parsed(text, _identity_statement)


def check_trust_policy(text: str) -> None:
    """Check a policy that says who may assume a role. Raises MalformedPolicy or PolicyOverLimit."""
    if len(text) > 2 * _TRUST_POLICY_SIZE or sum(not each.isspace() for each in text) > _TRUST_POLICY_SIZE:
        raise PolicyOverLimit(f"a trust policy has at most {_TRUST_POLICY_SIZE} characters besides white space")
    _parsed(text, _trust_statement)


def first_policy(id: str, block: Document) -> str:
    """The document that the first AddPermission on a resource writes."""
    return dump_policy({"Version": OWN_VERSION, "Id": id, "Statement": [block]})


def permission(sid: str, principals: Iterable[str], actions: Iterable[str], resource: str) -> Document:
    """The statement that AddPermission writes. A single principal or action is not in an array."""
    return {
        "Sid": sid,
        "Effect": "Allow",
        "Principal": {"AWS": _single(principals)},
        "Action": _single(actions),
        "Resource": resource,
    }


def account_principal(account: str, region: str) -> str:
    """The principal that AddPermission writes for an account."""
    return f"arn:{partition_of(region)}:iam::{account}:root"


def _single(values: Iterable[str]) -> str | list[str]:
    distinct = list(dict.fromkeys(values))
    return distinct[0] if len(distinct) == 1 else distinct


def dump_policy(document: Document) -> str:
    """The document as AWS writes policies."""
    return json.dumps(document, separators=(",", ":"))


# -- The grammar -------------------------------------------------------------------------------


def _parsed(text: str, read: Callable[[object], Statement]) -> tuple[Document, list[Statement]]:
    try:
        document = json.loads(text, object_pairs_hook=_distinct, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise MalformedPolicy(str(error)) from None
    policy = _object(document, _POLICY_ELEMENTS)
    if policy.get("Version", OWN_VERSION) not in _VERSIONS:
        raise MalformedPolicy(f"Version must be one of {_VERSIONS}")
    if not isinstance(policy.get("Id", ""), str):
        raise MalformedPolicy("Id must be a string")
    blocks = _blocks(policy)
    if not blocks:
        raise MalformedPolicy("there is no statement")
    statements = [read(block) for block in blocks]
    sids = [statement.sid for statement in statements if statement.sid]
    if len(set(sids)) < len(sids):
        raise MalformedPolicy("a Sid is used twice")
    return policy, statements


def _identity_statement(block: object) -> Statement:
    statement = _object(block, _IDENTITY_ELEMENTS)
    _texts(_one_of(statement, "Resource"))
    actions = _texts(_one_of(statement, "Action"))
    if not all(action == "*" or ":" in action for action in actions):
        raise MalformedPolicy("an action is * or begins with its service, such as sqs:SendMessage")
    return Statement(_sid(statement), (), actions, _condition_keys(statement.get("Condition", {})))


def _trust_statement(block: object) -> Statement:
    _object(block, _TRUST_ELEMENTS)
    return _statement(block, "sts")


def _sid(statement: Document) -> str:
    """The Sid of a statement with a known effect; "" if it has none."""
    sid = statement.get("Sid", "")
    if not isinstance(sid, str):
        raise MalformedPolicy("Sid must be a string")
    if statement.get("Effect") not in _EFFECTS:
        raise MalformedPolicy(f"Effect must be one of {_EFFECTS}")
    return sid


def _blocks(policy: Document) -> list[object]:
    return _several(policy.get("Statement"))


def _statement(block: object, service: str) -> Statement:
    statement = _object(block, _STATEMENT_ELEMENTS)
    sid = _sid(statement)
    if "Resource" in statement or "NotResource" in statement:
        _texts(_one_of(statement, "Resource"))
    return Statement(
        sid,
        _principals(_one_of(statement, "Principal")),
        _actions(_one_of(statement, "Action"), service),
        _condition_keys(statement.get("Condition", {})),
    )


def _one_of(statement: Document, element: str) -> object:
    """The value of ``element`` or of its negation. A statement has exactly one of the two."""
    negation = f"Not{element}"
    if (element in statement) == (negation in statement):
        raise MalformedPolicy(f"a statement has either {element} or {negation}")
    return statement.get(element, statement.get(negation))


def _principals(value: object) -> tuple[str, ...]:
    if value == "*":
        return ("*",)
    by_kind = {kind: _texts(names) for kind, names in _object(value, _PRINCIPAL_KINDS).items()}
    if not by_kind:
        raise MalformedPolicy("there is no principal")
    for name in by_kind.get("AWS", ()):
        if _AWS_PRINCIPAL.fullmatch(name) is None:
            raise UnknownPrincipal(f"{name} is no AWS principal")
    return tuple(name for names in by_kind.values() for name in names)


def _actions(value: object, service: str) -> tuple[str, ...]:
    """Names of actions, in any letter case. Actions of another service raise an error."""
    actions = _texts(value)
    for action in actions:
        if action != "*" and not action.lower().startswith(service + ":"):
            raise ForeignAction(f"{action} is no action of {service}")
    return actions


def _condition_keys(value: object) -> tuple[str, ...]:
    found: list[str] = []
    for operator, comparisons in _object(value).items():
        if _OPERATOR.fullmatch(operator) is None:
            raise MalformedPolicy(f"unknown condition operator {operator}")
        for key, operands in _object(comparisons).items():
            if not all(isinstance(operand, str | int | float) for operand in _several(operands)):
                raise MalformedPolicy("a condition compares with strings, numbers and booleans")
            found.append(key)
    return tuple(found)


def _object(value: object, elements: frozenset[str] | None = None) -> Document:
    """``value`` as an object; if ``elements`` are given, it may have only these."""
    if not isinstance(value, dict):
        raise MalformedPolicy("expected an object")
    if elements is not None and not value.keys() <= elements:
        raise MalformedPolicy(f"unknown element {min(value.keys() - elements)}")
    return value


def _texts(value: object) -> tuple[str, ...]:
    """One string or a list of strings; at least one, and none empty."""
    texts = tuple(text for text in _several(value) if isinstance(text, str) and text)
    if not texts or len(texts) < len(_several(value)):
        raise MalformedPolicy("expected a string or a list of strings")
    return texts


def _several(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


def _distinct(pairs: list[tuple[str, object]]) -> Document:
    if len(dict(pairs)) < len(pairs):
        raise MalformedPolicy("an element is given twice")
    return dict(pairs)


def _refuse(constant: str) -> NoReturn:
    raise MalformedPolicy(f"{constant} is no JSON")


def _check_count(count: int, what: str, limit: int, where: str = "") -> None:
    if count > limit:
        raise PolicyOverLimit(f"{count} {what} were found in {where}the submitted policy, max allowed is {limit}")
