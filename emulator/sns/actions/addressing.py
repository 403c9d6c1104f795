"""Finds the topic, subscription, application or endpoint that a request names, and the time of its owner's account."""

from collections.abc import Mapping
from typing import Any

from api_shapes.operation import Operation
from emulator.actions.context import ActionContext
from emulator.actions.registry import EARLY_CHECKS, TRAITS
from emulator.sns.access import check_call, check_owned
from emulator.sns.platform_application import PlatformApplication
from emulator.sns.platform_endpoint import PlatformEndpoint
from emulator.sns.resource_arns import checked_arn
from emulator.sns.service import SnsService
from emulator.sns.subscription import Subscription
from emulator.sns.topic import Topic

SnsContext = ActionContext[SnsService]

_ARNS = ("TopicArn", "TargetArn", "ResourceArn", "SubscriptionArn", "PlatformApplicationArn", "EndpointArn")


def check_arns(operation: Operation[Any, Any], params: Mapping[str, str], region: str) -> None:
    """Raise InvalidParameter if a parameter is not an ARN, or is an ARN of another region.

    AWS checks this before it reports missing parameters. Whether the resource exists is checked later.
    """
    for name in _ARNS:
        if name in params and name in operation.request.__struct_encode_fields__:
            checked_arn(params[name], name, region)


EARLY_CHECKS["sns"] = check_arns


def addressed_topic(ctx: SnsContext, topic_arn: str, parameter: str = "TopicArn") -> Topic:
    """The topic with this ARN in the caller's region. Raises InvalidParameter, NotFound or AuthorizationError."""
    topic = ctx.state.topics.find(topic_arn, region=ctx.region, parameter=parameter)
    authorize(ctx, topic)
    return topic


def authorize(ctx: SnsContext, topic: Topic, details: Mapping[str, str] | None = None) -> None:
    """Raise AuthorizationError if policies are enforced and the caller may not perform the operation on the topic.

    ``details`` are values of the condition keys that only SNS has; the keys are in lower case.
    """
    if ctx.enforce_policies:
        check_call(
            topic,
            ctx.operation,
            owner_only=TRAITS["sns", ctx.operation].owner_only,
            account=ctx.account,
            region=ctx.region,
            now=time_at(ctx, topic),
            caller=ctx.access,
            details=details,
        )


def addressed_subscription(ctx: SnsContext, subscription_arn: str) -> tuple[Topic, Subscription]:
    """The subscription with this ARN, and its topic. Raises InvalidParameter, NotFound or AuthorizationError."""
    topic, subscription = ctx.state.subscriptions.find(subscription_arn, region=ctx.region, times=ctx.clocks.now_of)
    authorize_owner(ctx, subscription_arn, subscription.owner, topic.account)
    return topic, subscription


def addressed_application(ctx: SnsContext, application_arn: str) -> PlatformApplication:
    """The platform application with this ARN. Raises InvalidParameter, NotFound or AuthorizationError."""
    application = ctx.state.applications.find(application_arn, region=ctx.region)
    authorize_owner(ctx, application_arn, application.account)
    return application


def addressed_endpoint(ctx: SnsContext, endpoint_arn: str) -> tuple[PlatformApplication, PlatformEndpoint]:
    """The platform endpoint with this ARN, and its application. Raises InvalidParameter, NotFound or
    AuthorizationError.
    """
    found = ctx.state.applications.find_endpoint(endpoint_arn, region=ctx.region)
    authorize_endpoint(ctx, endpoint_arn)
    return found


def authorize_endpoint(ctx: SnsContext, endpoint_arn: str) -> None:
    """Raise AuthorizationError if policies are enforced and the platform endpoint belongs to another account."""
    found = ctx.state.applications.endpoint(endpoint_arn)
    if found is not None:
        authorize_owner(ctx, endpoint_arn, found[0].account)


def authorize_owner(ctx: SnsContext, resource_arn: str, *owners: str) -> None:
    """Raise AuthorizationError if policies are enforced, and the caller is none of the owners or may not do this."""
    if ctx.enforce_policies:
        check_owned(
            resource_arn,
            ctx.operation,
            owner=ctx.account in owners,
            account=ctx.account,
            region=ctx.region,
            now=ctx.clocks.of(owners[0]).now(),
            caller=ctx.access,
        )


def time_at(ctx: SnsContext, topic: Topic) -> float:
    """The time of the account that owns ``topic``, in seconds since the epoch."""
    return ctx.clocks.of(topic.account).now()
