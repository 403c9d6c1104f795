"""Requests in the form in which the policies of queues and topics are evaluated.

Every request counts as an HTTPS request, whatever the scheme on localhost is: a policy that denies plain HTTP behaves
here as it does on AWS.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""

from collections.abc import Mapping
from datetime import UTC, datetime

from emulator.aws.arns import Arn
from emulator.aws.policy_evaluation import AccessRequest, Principal, Verdict
from emulator.aws.principals import caller_principal

_SNS = "sns.amazonaws.com"


def call(
    *,
    account: str,
    region: str,
    action: str,
    resource: str,
    now: float,
    source_ip: str = "",
    details: Mapping[str, str] | None = None,
) -> AccessRequest:
    """A request by an account. ``details`` are values of the service's own condition keys, in lower case. An empty
    ``source_ip`` is not known.
    """
    arn = caller_principal(account, region)
    context = {
        "aws:principalarn": arn,
        "aws:principalaccount": account,
        "aws:principaltype": "User",
        "aws:principalisawsservice": "false",
        "aws:sourceowner": account,
        "aws:requestedregion": region,
        **_surroundings(now),
        **({"aws:sourceip": source_ip} if source_ip else {}),
        **(details or {}),
    }
    return AccessRequest(Principal(account, arn), action, resource, _single(context))


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


def refusal_of(request: AccessRequest, verdict: Verdict, action: str) -> str:
    """AWS's text for a request that is not allowed. ``action`` is spelled as the service spells it in this text."""
    return f"User: {request.principal.arn} is not authorized to perform: {action} on resource: {request.resource}" + (
        " with an explicit deny in a resource-based policy" if verdict.effect == "Deny" else ""
    )


def _surroundings(now: float) -> dict[str, str]:
    moment = datetime.fromtimestamp(now, UTC)
    return {
        "aws:securetransport": "true",
        "aws:currenttime": moment.isoformat(),
        "aws:epochtime": str(int(now)),
    }


def _single(context: Mapping[str, str]) -> dict[str, tuple[str]]:
    return {key: (value,) for key, value in context.items()}
