"""Actions that create, confirm, delete and list subscriptions."""

from collections.abc import Coroutine, Iterable
from typing import Any

from api_shapes import sns
from emulator.actions.registry import action
from emulator.sns import wording
from emulator.sns.actions.addressing import SnsContext, addressed_topic, authorize, time_at
from emulator.sns.actions.replaying import after_replay
from emulator.sns.owned_subscriptions import AskEverywhere, page_of_owned
from emulator.sns.pages import page
from emulator.sns.subscription import Subscription

_NOT_CONFIRMED = "pending confirmation"  # what Subscribe answers in place of an ARN
_LISTED_NOT_CONFIRMED = "PendingConfirmation"  # the same in lists


@action(sns.SUBSCRIBE, owner_only=False, about="topic_arn")
def subscribe(
    ctx: SnsContext, request: sns.SubscribeInput
) -> sns.SubscribeResponse | Coroutine[Any, Any, sns.SubscribeResponse]:
    """https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html"""
    topic = ctx.state.topics.find(request.topic_arn, region=ctx.region)
    authorize(ctx, topic, {"sns:protocol": request.protocol.lower(), "sns:endpoint": request.endpoint or ""})
    with wording.attributes_of_request():
        subscription = ctx.state.subscriptions.subscribe(
            topic,
            protocol=request.protocol,
            endpoint=request.endpoint,
            owner=ctx.account,
            attributes=request.attributes or {},
            reached_at=ctx.endpoint,
            now=time_at(ctx, topic),
        )
    tells_arn = subscription.confirmed or request.return_subscription_arn
    answer = sns.SubscribeResponse(subscription_arn=subscription.arn if tells_arn else _NOT_CONFIRMED)
    return after_replay(ctx, topic, answer)


@action(sns.CONFIRM_SUBSCRIPTION, about="topic_arn")
def confirm_subscription(
    ctx: SnsContext, request: sns.ConfirmSubscriptionInput
) -> sns.ConfirmSubscriptionResponse | Coroutine[Any, Any, sns.ConfirmSubscriptionResponse]:
    """https://docs.aws.amazon.com/sns/latest/api/API_ConfirmSubscription.html"""
    with wording.attributes_of_request():
        subscription = ctx.state.subscriptions.confirm(
            request.topic_arn,
            request.token,
            authenticated=ctx.signed,
            protected=ctx.signed and (request.authenticate_on_unsubscribe or "").lower() == "true",
            signed_in=ctx.region if ctx.signed else None,
            reached_at=ctx.endpoint,
            times=ctx.clocks.now_of,
        )
    answer = sns.ConfirmSubscriptionResponse(subscription_arn=subscription.arn)
    return after_replay(ctx, ctx.state.topics.known(subscription.topic.arn), answer)


@action(sns.UNSUBSCRIBE, about="subscription_arn")
def unsubscribe(ctx: SnsContext, request: sns.UnsubscribeInput) -> None:
    """https://docs.aws.amazon.com/sns/latest/api/API_Unsubscribe.html"""
    ctx.state.subscriptions.unsubscribe(
        request.subscription_arn,
        by=ctx.account if ctx.signed else None,
        signed_in=ctx.region if ctx.signed else None,
        reached_at=ctx.endpoint,
        times=ctx.clocks.now_of,
    )


@action(sns.LIST_SUBSCRIPTIONS, reads=True)
def list_subscriptions(
    ctx: SnsContext, request: sns.ListSubscriptionsInput
) -> sns.ListSubscriptionsResponse | Coroutine[Any, Any, sns.ListSubscriptionsResponse]:
    """https://docs.aws.amazon.com/sns/latest/api/API_ListSubscriptions.html"""
    if ctx.state.ask_everywhere is not None:
        return _list_everywhere(ctx.state.ask_everywhere, ctx, request)
    found, token = ctx.state.subscriptions.list_owned(
        owner=ctx.account, region=ctx.region, token=request.next_token, times=ctx.clocks.now_of
    )
    return sns.ListSubscriptionsResponse(subscriptions=_listed(found), next_token=token)


async def _list_everywhere(
    ask: AskEverywhere, ctx: SnsContext, request: sns.ListSubscriptionsInput
) -> sns.ListSubscriptionsResponse:
    found, token = await page_of_owned(ask, ctx.account, ctx.region, request.next_token)
    listed = [
        sns.Subscription(
            subscription_arn=each.arn if each.confirmed else _LISTED_NOT_CONFIRMED,
            owner=each.owner,
            protocol=each.protocol,
            endpoint=each.endpoint,
            topic_arn=each.topic_arn,
        )
        for each in found
    ]
    return sns.ListSubscriptionsResponse(subscriptions=listed, next_token=token)


@action(sns.LIST_SUBSCRIPTIONS_BY_TOPIC, reads=True, owner_only=False, about="topic_arn")
def list_subscriptions_by_topic(
    ctx: SnsContext, request: sns.ListSubscriptionsByTopicInput
) -> sns.ListSubscriptionsByTopicResponse:
    """https://docs.aws.amazon.com/sns/latest/api/API_ListSubscriptionsByTopic.html"""
    topic = addressed_topic(ctx, request.topic_arn)
    found, token = page(ctx.state.subscriptions.of_topic(topic, time_at(ctx, topic)).values(), request.next_token)
    return sns.ListSubscriptionsByTopicResponse(subscriptions=_listed(found), next_token=token)


def _listed(subscriptions: Iterable[Subscription]) -> list[sns.Subscription]:
    return [
        sns.Subscription(
            subscription_arn=subscription.arn if subscription.confirmed else _LISTED_NOT_CONFIRMED,
            owner=subscription.owner,
            protocol=subscription.protocol,
            endpoint=subscription.shown_endpoint,
            topic_arn=subscription.topic_arn,
        )
        for subscription in subscriptions
    ]
