"""Actions on the attributes of a subscription."""

from collections.abc import Coroutine
from typing import Any

from api_shapes import sns
from emulator.actions.registry import action
from emulator.sns import wording
from emulator.sns.actions.addressing import SnsContext, addressed_subscription, time_at
from emulator.sns.actions.replaying import after_replay


@action(sns.GET_SUBSCRIPTION_ATTRIBUTES, reads=True, about="subscription_arn")
def get_subscription_attributes(
    ctx: SnsContext, request: sns.GetSubscriptionAttributesInput
) -> sns.GetSubscriptionAttributesResponse:
    """https://docs.aws.amazon.com/sns/latest/api/API_GetSubscriptionAttributes.html"""
    topic, subscription = addressed_subscription(ctx, request.subscription_arn)
    return sns.GetSubscriptionAttributesResponse(attributes=subscription.visible(topic.settings.get("DeliveryPolicy")))


@action(sns.SET_SUBSCRIPTION_ATTRIBUTES, about="subscription_arn")
def set_subscription_attributes(
    ctx: SnsContext, request: sns.SetSubscriptionAttributesInput
) -> Coroutine[Any, Any, None] | None:
    """https://docs.aws.amazon.com/sns/latest/api/API_SetSubscriptionAttributes.html"""
    topic, subscription = addressed_subscription(ctx, request.subscription_arn)
    with wording.attribute_value():
        ctx.state.subscriptions.set_attribute(
            topic,
            subscription,
            request.attribute_name,
            request.attribute_value,
            reached_at=ctx.endpoint,
            now=time_at(ctx, topic),
        )
    return after_replay(ctx, topic, None)
