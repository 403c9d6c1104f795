"""Which topic or subscription a request means, and what time it is there."""

from collections.abc import Mapping

from emulator.actions import ActionContext
from emulator.sns.access import check_call, check_subscription_call
from emulator.sns.subscription import Subscription
from emulator.sns.topic import Topic
from emulator.sns.topics import Topics

SnsContext = ActionContext[Topics]


def addressed_topic(ctx: SnsContext, topic_arn: str, parameter: str = "TopicArn") -> Topic:
    """The topic of this ARN in the caller's region; InvalidParameter or NotFound if none, AuthorizationError."""
    topic = ctx.state.find(topic_arn, region=ctx.region, parameter=parameter)
    authorize(ctx, topic)
    return topic


def authorize(ctx: SnsContext, topic: Topic, details: Mapping[str, str] | None = None) -> None:
    """AuthorizationError where policies are enforced and the caller may not do this with the topic.

    ``details`` are values of condition keys that SNS alone has, in lower case.
    """
    if ctx.enforce_policies:
        check_call(
            topic, ctx.operation, account=ctx.account, region=ctx.region, now=time_at(ctx, topic), details=details
        )


def addressed_subscription(ctx: SnsContext, subscription_arn: str) -> tuple[Topic, Subscription]:
    """The subscription of this ARN, and its topic; InvalidParameter or NotFound if none."""
    forget_unconfirmed(ctx)
    topic, subscription = ctx.state.subscriptions.find(subscription_arn, region=ctx.region)
    if ctx.enforce_policies:
        check_subscription_call(
            topic, subscription, ctx.operation, account=ctx.account, region=ctx.region, now=time_at(ctx, topic)
        )
    return topic, subscription


def forget_unconfirmed(ctx: SnsContext) -> None:
    """Let pending subscriptions go whose time is over. Whoever is about to look at subscriptions calls this first."""
    ctx.state.subscriptions.forget_unconfirmed(ctx.clocks.now_of)


def time_at(ctx: SnsContext, topic: Topic) -> float:
    """The time of the account that owns ``topic``, in seconds since the epoch."""
    return ctx.clocks.of(topic.account).now()
