"""Actions on the tags of topics."""

from api_shapes import sns
from emulator.actions.registry import action
from emulator.aws.sns_errors import SnsResourceNotFound
from emulator.sns.actions.addressing import SnsContext, authorize
from emulator.sns.resource_arns import checked_arn
from emulator.sns.tags import checked_tags
from emulator.sns.topic import Topic


@action(sns.TAG_RESOURCE, about="resource_arn")
def tag_resource(ctx: SnsContext, request: sns.TagResourceRequest) -> sns.TagResourceResponse:
    """https://docs.aws.amazon.com/sns/latest/api/API_TagResource.html"""
    checked_arn(request.resource_arn, "ResourceArn", ctx.region)
    new_tags = checked_tags((tag.key, tag.value) for tag in request.tags)
    topic = _tagged(ctx, request.resource_arn)
    topic.tag(new_tags)
    return sns.TagResourceResponse()


@action(sns.UNTAG_RESOURCE, about="resource_arn")
def untag_resource(ctx: SnsContext, request: sns.UntagResourceRequest) -> sns.UntagResourceResponse:
    """https://docs.aws.amazon.com/sns/latest/api/API_UntagResource.html"""
    topic = _tagged(ctx, request.resource_arn)
    topic.untag(request.tag_keys)
    return sns.UntagResourceResponse()


@action(sns.LIST_TAGS_FOR_RESOURCE, reads=True, owner_only=False, about="resource_arn")
def list_tags_for_resource(ctx: SnsContext, request: sns.ListTagsForResourceRequest) -> sns.ListTagsForResourceResponse:
    """https://docs.aws.amazon.com/sns/latest/api/API_ListTagsForResource.html"""
    topic = _tagged(ctx, request.resource_arn)
    return sns.ListTagsForResourceResponse(tags=[sns.Tag(key=key, value=value) for key, value in topic.tags.items()])


def _tagged(ctx: SnsContext, resource_arn: str) -> Topic:
    checked_arn(resource_arn, "ResourceArn", ctx.region)
    topic = ctx.state.topics.get(resource_arn)
    if topic is None:
        raise SnsResourceNotFound("Resource does not exist")
    authorize(ctx, topic)
    return topic
