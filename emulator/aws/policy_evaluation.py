"""Evaluates one policy for a request: whether it is allowed, and by which statement.

``access_decision.py`` evaluates all policies of a request together.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

import json
from typing import Literal, NamedTuple

from emulator.aws.policy import Document
from emulator.aws.policy_statements import AccessRequest as AccessRequest
from emulator.aws.policy_statements import Named, statements_of
from emulator.aws.policy_statements import Principal as Principal


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


_RANKS: dict[Named | None, int] = {None: 0, "account": 1, "role": 2, "caller": 3}


def evaluate(policy: str | None, request: AccessRequest) -> Verdict:
    """Evaluate the document ``policy`` (None: there is none) for a request. A Deny wins over any Allow."""
    return evaluate_grant(policy, request)[0]


def evaluate_grant(policy: str | None, request: AccessRequest) -> tuple[Verdict, Named | None]:
    """The same, and as what the statement names the caller, if it allows. Of several, that is the closest one."""
    verdict, named = Verdict(None), None
    for statement in () if policy is None else statements_of(policy):
        if (not statement.denies and named == "caller") or not statement.applies_to(request):
            continue
        if statement.denies:
            return Verdict("Deny", statement.name), None
        grants_to = statement.grants_to(request.principal)
        if _RANKS[grants_to] > _RANKS[named]:
            verdict, named = Verdict("Allow", statement.name), grants_to
    return verdict, named


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
