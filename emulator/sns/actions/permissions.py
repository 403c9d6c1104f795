"""Actions on the permissions of a topic."""

from api_shapes import sns
from emulator.actions.registry import action
from emulator.sns.actions.addressing import SnsContext, addressed_topic, time_at
from emulator.sns.permissions import with_permission, without_permission


@action(sns.ADD_PERMISSION, owner_only=False, about="topic_arn")
def add_permission(ctx: SnsContext, request: sns.AddPermissionInput) -> None:
    """https://docs.aws.amazon.com/sns/latest/api/API_AddPermission.html"""
    topic = addressed_topic(ctx, request.topic_arn)
    policy = with_permission(topic, label=request.label, accounts=request.aws_account_id, actions=request.action_name)
    ctx.state.topics.set_policy(topic, policy, now=time_at(ctx, topic))


@action(sns.REMOVE_PERMISSION, owner_only=False, about="topic_arn")
def remove_permission(ctx: SnsContext, request: sns.RemovePermissionInput) -> None:
    """https://docs.aws.amazon.com/sns/latest/api/API_RemovePermission.html; an unknown label is no error."""
    topic = addressed_topic(ctx, request.topic_arn)
    policy = without_permission(topic, request.label)
    if policy != topic.policy:
        ctx.state.topics.set_policy(topic, policy, now=time_at(ctx, topic))
