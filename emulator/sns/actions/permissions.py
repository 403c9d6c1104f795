"""Actions on the permissions of a topic."""

from api_shapes import sns
from emulator.actions import action
from emulator.sns.actions.addressing import SnsContext, addressed_topic, time_at
from emulator.sns.permissions import add_permission as add
from emulator.sns.permissions import remove_permission as remove


@action(sns.ADD_PERMISSION, owner_only=False, about="topic_arn")
def add_permission(ctx: SnsContext, request: sns.AddPermissionInput) -> None:
    """https://docs.aws.amazon.com/sns/latest/api/API_AddPermission.html"""
    topic = addressed_topic(ctx, request.topic_arn)
    add(topic, label=request.label, accounts=request.aws_account_id, actions=request.action_name)
    ctx.state.attribute_changed(topic, "Policy", time_at(ctx, topic))


@action(sns.REMOVE_PERMISSION, owner_only=False, about="topic_arn")
def remove_permission(ctx: SnsContext, request: sns.RemovePermissionInput) -> None:
    """https://docs.aws.amazon.com/sns/latest/api/API_RemovePermission.html"""
    topic = addressed_topic(ctx, request.topic_arn)
    remove(topic, request.label)
    ctx.state.attribute_changed(topic, "Policy", time_at(ctx, topic))
