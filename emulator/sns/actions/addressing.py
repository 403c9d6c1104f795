"""Which topic or subscription a request means, and what time it is there."""

from emulator.actions import ActionContext
from emulator.sns.subscription import Subscription
from emulator.sns.topic import Topic
from emulator.sns.topics import Topics

SnsContext = ActionContext[Topics]


def addressed_topic(ctx: SnsContext, topic_arn: str, parameter: str = "TopicArn") -> Topic:
    """The topic of this ARN in the caller's region; InvalidParameter or NotFound if none."""
    return ctx.state.find(topic_arn, region=ctx.region, parameter=parameter)


def addressed_subscription(ctx: SnsContext, subscription_arn: str) -> tuple[Topic, Subscription]:
    """The subscription of this ARN, and its topic; InvalidParameter or NotFound if none."""
    forget_unconfirmed(ctx)
    return ctx.state.subscriptions.find(subscription_arn, region=ctx.region)


def forget_unconfirmed(ctx: SnsContext) -> None:
    """Let pending subscriptions go whose time is over. Whoever is about to look at subscriptions calls this first."""
    ctx.state.subscriptions.forget_unconfirmed(lambda account: ctx.clocks.of(account).now())


def time_at(ctx: SnsContext, topic: Topic) -> float:
    """The time of the account that owns ``topic``, in seconds since the epoch."""
    return ctx.clocks.of(topic.account).now()
