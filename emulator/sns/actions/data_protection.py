"""Actions on the data protection policy of a topic."""

from api_shapes import sns
from emulator.actions.registry import action
from emulator.sns.actions.addressing import SnsContext, addressed_topic, time_at
from emulator.sns.data_protection import protection_of


@action(sns.GET_DATA_PROTECTION_POLICY, reads=True, owner_only=False, about="resource_arn")
def get_data_protection_policy(
    ctx: SnsContext, request: sns.GetDataProtectionPolicyInput
) -> sns.GetDataProtectionPolicyResponse:
    """https://docs.aws.amazon.com/sns/latest/api/API_GetDataProtectionPolicy.html; empty where there is none."""
    protection = addressed_topic(ctx, request.resource_arn, "ResourceArn").data_protection
    return sns.GetDataProtectionPolicyResponse(data_protection_policy="" if protection is None else protection.policy)


@action(sns.PUT_DATA_PROTECTION_POLICY, owner_only=False, about="resource_arn")
def put_data_protection_policy(ctx: SnsContext, request: sns.PutDataProtectionPolicyInput) -> None:
    """https://docs.aws.amazon.com/sns/latest/api/API_PutDataProtectionPolicy.html; an empty policy removes it."""
    topic = addressed_topic(ctx, request.resource_arn, "ResourceArn")
    protection = protection_of(request.data_protection_policy, fifo=topic.fifo)
    ctx.state.topics.protect(topic, protection, now=time_at(ctx, topic))
