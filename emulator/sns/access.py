"""Who may use a topic, where policies are enforced. The owner may do everything that no statement denies.

Only topics have policies, and those cover only the actions that are not ``owner_only``.

https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-language-api-permissions-reference.html
"""

from collections.abc import Mapping

from emulator.aws import access
from emulator.aws.policy_evaluation import Verdict, evaluate
from emulator.aws.sns_errors import SnsAuthorizationError
from emulator.sns.topic import Topic


def check_call(
    topic: Topic,
    operation: str,
    *,
    owner_only: bool,
    account: str,
    region: str,
    now: float,
    source_ip: str,
    details: Mapping[str, str] | None = None,
) -> None:
    """Raise AuthorizationError unless ``account`` may perform the operation on the topic. A batch needs the permission
    to Publish.
    """
    action = operation.removesuffix("Batch")
    spelt = f"SNS:{action}"
    request = access.call(
        account=account,
        region=region,
        action=spelt,
        resource=topic.arn,
        now=now,
        source_ip=source_ip,
        details=details,
    )
    verdict = evaluate(topic.policy, request)
    if not verdict.permits(owner=account == topic.account, owner_only=owner_only):
        raise SnsAuthorizationError(access.refusal_of(request, verdict, spelt))


def refusal_of_owner_only(
    resource_arn: str, operation: str, *, account: str, region: str, now: float
) -> SnsAuthorizationError:
    """The AuthorizationError for a call that only the owner of the resource may make, whatever a policy says."""
    spelt = f"SNS:{operation}"
    request = access.call(account=account, region=region, action=spelt, resource=resource_arn, now=now)
    return SnsAuthorizationError(access.refusal_of(request, Verdict(None), spelt))
