"""Requests in the form in which policies are evaluated, and the words in which they are refused.

Unless a caller's context says otherwise, every request counts as an HTTPS request, whatever the scheme on localhost is:
a policy that denies plain HTTP behaves here as it does on AWS.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from msgspec import Struct

from emulator.aws.access_decision import decide
from emulator.aws.arns import Arn
from emulator.aws.identity import Identity
from emulator.aws.policy_evaluation import AccessRequest, Principal, Verdict, evaluate
from emulator.aws.principals import caller_principal, user_id

_SNS = "sns.amazonaws.com"
_NONE: Mapping[str, Sequence[str]] = {}


class CallerAccess(Struct, frozen=True):
    """What policies can ask of a caller besides the account. ``identity`` is None where only the account is known.

    ``context`` has values of condition keys, in lower case. ``organizations`` are by account.
    """

    identity: Identity | None = None
    context: Mapping[str, Sequence[str]] = _NONE
    organizations: Mapping[str, str] = {}

    def user_id(self, account: str) -> str:
        """The id of the caller, who is of ``account``."""
        return user_id(account) if self.identity is None else self.identity.user_id


ANY_CALLER = CallerAccess()


def call(
    *,
    account: str,
    region: str,
    action: str,
    resource: str,
    now: float,
    caller: CallerAccess = ANY_CALLER,
    details: Mapping[str, str] | None = None,
) -> AccessRequest:
    """A request by an account. ``details`` are values of the service's own condition keys, in lower case."""
    if caller.identity is None:
        arn = caller_principal(account, region)
        principal = Principal(account, arn)
        about_principal: Mapping[str, Sequence[str]] = _single(
            {
                "aws:principalarn": arn,
                "aws:principalaccount": account,
                "aws:principaltype": "User",
                "aws:principalisawsservice": "false",
                "aws:sourceowner": account,
            }
        )
    else:
        principal, about_principal = caller.identity.principal(region), caller.identity.context(region)
    context = {
        **about_principal,
        **_single({"aws:requestedregion": region, **_surroundings(now)}),
        **_single(_about_accounts(account, resource, caller.organizations)),
        **caller.context,
        **_single(details or {}),
    }
    return AccessRequest(principal, action, resource, context)


def delivery(*, topic_arn: str, queue_arn: str, now: float) -> AccessRequest:
    """The request with which SNS sends a topic's message to a queue."""
    topic = Arn.parse(topic_arn)
    assert topic is not None
    names = frozenset({_SNS, f"sns.{topic.region}.amazonaws.com"})
    context = {
        "aws:sourcearn": topic_arn,
        "aws:sourceaccount": topic.account,
        "aws:principalisawsservice": "true",
        "aws:principalservicename": _SNS,
        **_surroundings(now),
    }
    return AccessRequest(Principal(services=names), "sqs:SendMessage", queue_arn, _single(context))


def why_refused(
    request: AccessRequest, caller: CallerAccess, policy: str | None, *, owner: bool, owner_only: bool, action: str
) -> str | None:
    """AWS's text for a request that ``policy`` of the resource, and the caller's own policies, do not allow; None if
    they do. ``action`` is spelled as the service spells it in this text.
    """
    text = f"User: {request.principal.arn} is not authorized to perform: {action} on resource: {request.resource}"
    if caller.identity is None:
        verdict = evaluate(policy, request)
        if verdict.permits(owner=owner, owner_only=owner_only):
            return None
        return f"{text} {_clause(verdict, action)}"
    decision = decide(caller.identity, policy, request, owner=owner, owner_only=owner_only)
    return None if decision.allowed else f"{text} {decision.clause(action)}"


def _clause(verdict: Verdict, action: str) -> str:
    if verdict.effect == "Deny":
        return "with an explicit deny in a resource-based policy"
    return f"because no resource-based policy allows the {action} action"


def tags_of(tags: Mapping[str, str]) -> dict[str, str]:
    """The condition keys of a resource's tags."""
    return {f"aws:resourcetag/{key.lower()}": value for key, value in tags.items()}


def _about_accounts(account: str, resource: str, organizations: Mapping[str, str]) -> dict[str, str]:
    parsed = Arn.parse(resource)
    owner = parsed.account if parsed is not None else account
    keys = {"aws:resourceaccount": owner}
    if account in organizations:
        keys["aws:principalorgid"] = organizations[account]
    if owner in organizations:
        keys["aws:resourceorgid"] = organizations[owner]
    return keys


def _surroundings(now: float) -> dict[str, str]:
    moment = datetime.fromtimestamp(now, UTC)
    return {
        "aws:securetransport": "true",
        "aws:currenttime": moment.isoformat(),
        "aws:epochtime": str(int(now)),
    }


def _single(context: Mapping[str, str]) -> dict[str, tuple[str]]:
    return {key: (value,) for key, value in context.items()}
