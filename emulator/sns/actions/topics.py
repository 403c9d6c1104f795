"""Actions on topics."""

from api_shapes import sns
from emulator.actions.registry import action
from emulator.sns import wording
from emulator.sns.actions.addressing import SnsContext, addressed_topic, authorize, time_at
from emulator.sns.data_protection import protection_of
from emulator.sns.protocols import is_fifo


@action(sns.CREATE_TOPIC, about="name")
def create_topic(ctx: SnsContext, request: sns.CreateTopicInput) -> sns.CreateTopicResponse:
    """https://docs.aws.amazon.com/sns/latest/api/API_CreateTopic.html"""
    data_protection = protection_of(request.data_protection_policy or "", fifo=is_fifo(request.name))
    with wording.attributes_of_request():
        topic = ctx.state.topics.create(
            request.name,
            account=ctx.account,
            region=ctx.region,
            attributes=request.attributes or {},
            tags=[(tag.key, tag.value) for tag in request.tags or ()],
            now=ctx.clocks.of(ctx.account).now(),
            data_protection=data_protection,
        )
    return sns.CreateTopicResponse(topic_arn=topic.arn)


@action(sns.DELETE_TOPIC, owner_only=False, about="topic_arn")
def delete_topic(ctx: SnsContext, request: sns.DeleteTopicInput) -> None:
    """https://docs.aws.amazon.com/sns/latest/api/API_DeleteTopic.html"""
    topic = ctx.state.topics.get(request.topic_arn)
    if topic is not None:
        authorize(ctx, topic)
    ctx.state.delete_topic(request.topic_arn, region=ctx.region, times=ctx.clocks.now_of)


@action(sns.LIST_TOPICS, reads=True)
def list_topics(ctx: SnsContext, request: sns.ListTopicsInput) -> sns.ListTopicsResponse:
    """https://docs.aws.amazon.com/sns/latest/api/API_ListTopics.html"""
    topics, token = ctx.state.topics.list_owned(account=ctx.account, region=ctx.region, token=request.next_token)
    return sns.ListTopicsResponse(topics=[sns.Topic(topic_arn=topic.arn) for topic in topics], next_token=token)


@action(sns.GET_TOPIC_ATTRIBUTES, reads=True, owner_only=False, about="topic_arn")
def get_topic_attributes(ctx: SnsContext, request: sns.GetTopicAttributesInput) -> sns.GetTopicAttributesResponse:
    """https://docs.aws.amazon.com/sns/latest/api/API_GetTopicAttributes.html"""
    topic = addressed_topic(ctx, request.topic_arn)
    return sns.GetTopicAttributesResponse(attributes=ctx.state.attributes_of(topic, time_at(ctx, topic)))


@action(sns.SET_TOPIC_ATTRIBUTES, owner_only=False, about="topic_arn")
def set_topic_attributes(ctx: SnsContext, request: sns.SetTopicAttributesInput) -> None:
    """https://docs.aws.amazon.com/sns/latest/api/API_SetTopicAttributes.html"""
    topic = addressed_topic(ctx, request.topic_arn)
    name, value = request.attribute_name, request.attribute_value or ""
    with wording.attribute_value():
        ctx.state.topics.set_attribute(topic, name, value, now=time_at(ctx, topic))
