"""Who may use a topic, where policies are enforced. An account whose callers are not declared may do everything with
its topics that no statement denies.

Only topics have policies, and those cover only the actions that are not ``owner_only``.

https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-language-api-permissions-reference.html
"""

from collections.abc import Mapping

from emulator.aws import access
from emulator.aws.sns_errors import SnsAuthorizationError
from emulator.sns.topic import Topic

_NO_POLICY = " because no resource-based policy allows the"  # which SNS does not say where it knows no identity


def check_call(
    topic: Topic,
    operation: str,
    *,
    owner_only: bool,
    account: str,
    region: str,
    now: float,
    caller: access.CallerAccess | None = None,
    details: Mapping[str, str] | None = None,
) -> None:
    """Raise AuthorizationError unless the caller of ``account`` may perform the operation on the topic. A batch needs
    the permission to Publish.
    """
    spelt, caller = f"SNS:{operation.removesuffix('Batch')}", caller or access.ANY_CALLER
    request = access.call(
        account=account,
        region=region,
        action=spelt,
        resource=topic.arn,
        now=now,
        caller=caller,
        details={**access.tags_of(topic.tags), **(details or {})},
    )
    owner = account == topic.account
    _raise(access.why_refused(request, caller, topic.policy, owner=owner, owner_only=owner_only, action=spelt), caller)


def check_owned(
    resource_arn: str,
    operation: str,
    *,
    owner: bool,
    account: str,
    region: str,
    now: float,
    caller: access.CallerAccess | None = None,
) -> None:
    """Raise AuthorizationError for a call to what has no policy, unless it comes from an ``owner`` who may make it."""
    spelt, caller = f"SNS:{operation}", caller or access.ANY_CALLER
    request = access.call(account=account, region=region, action=spelt, resource=resource_arn, now=now, caller=caller)
    _raise(access.why_refused(request, caller, None, owner=owner, owner_only=True, action=spelt), caller)


def _raise(refusal: str | None, caller: access.CallerAccess) -> None:
    if refusal is None:
        return
    raise SnsAuthorizationError(refusal.partition(_NO_POLICY)[0] if caller.identity is None else refusal)
