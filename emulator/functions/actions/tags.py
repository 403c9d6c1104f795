"""The actions for the tags of event source mappings."""

from msgspec.structs import replace

from api_shapes import aws_lambda
from emulator.actions.registry import action
from emulator.aws.lambda_errors import InvalidParameterValue, ResourceNotFound
from emulator.functions.mapping import EventSourceMapping
from emulator.functions.service import Context

_TAGS_MAX = 50


@action(aws_lambda.LIST_TAGS, reads=True)
def list_tags(ctx: Context, request: aws_lambda.ListTagsRequest) -> aws_lambda.ListTagsResponse:
    """https://docs.aws.amazon.com/lambda/latest/api/API_ListTags.html"""
    return aws_lambda.ListTagsResponse(tags=dict(_mapping(ctx, request.resource).tags))


@action(aws_lambda.TAG_RESOURCE)
def tag_resource(ctx: Context, request: aws_lambda.TagResourceRequest) -> None:
    """https://docs.aws.amazon.com/lambda/latest/api/API_TagResource.html"""
    mapping = _mapping(ctx, request.resource)
    tags = {**mapping.tags, **(request.tags or {})}
    if len(tags) > _TAGS_MAX:
        raise InvalidParameterValue(f"Number of tags exceeds resource tag limit. (Limit: {_TAGS_MAX})")
    _put(ctx, mapping, tags)


@action(aws_lambda.UNTAG_RESOURCE)
def untag_resource(ctx: Context, request: aws_lambda.UntagResourceRequest) -> None:
    """https://docs.aws.amazon.com/lambda/latest/api/API_UntagResource.html"""
    mapping = _mapping(ctx, request.resource)
    gone = request.tag_keys or []
    _put(ctx, mapping, {key: value for key, value in mapping.tags.items() if key not in gone})


def _put(ctx: Context, mapping: EventSourceMapping, tags: dict[str, str]) -> None:
    if tags != mapping.tags:
        ctx.state.mappings.put(replace(mapping, tags=tags))


def _mapping(ctx: Context, arn: str | None) -> EventSourceMapping:
    mapping = ctx.state.mappings.find((arn or "").rpartition(":")[2])
    if mapping is None or mapping.arn != arn or mapping.place[0] != ctx.account:
        raise ResourceNotFound(f"The resource {arn} does not exist.")
    return mapping
