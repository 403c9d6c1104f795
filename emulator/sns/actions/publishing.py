"""Actions that publish messages."""

from collections.abc import Mapping

from api_shapes import sns
from emulator.actions import action
from emulator.aws.arns import Arn
from emulator.aws.errors import SnsInvalidParameter
from emulator.aws.message_attribute import MessageAttribute
from emulator.sns.actions.addressing import SnsContext, addressed_topic, time_at
from emulator.sns.notification import Notification
from emulator.sns.protocols import is_phone_number
from emulator.sns.publishing import Publication, check_batch, check_direct, compose
from emulator.sns.topic import Receipt, Topic


@action(sns.PUBLISH)
def publish(ctx: SnsContext, request: sns.PublishInput) -> sns.PublishResponse:
    """https://docs.aws.amazon.com/sns/latest/api/API_Publish.html"""
    publication = _publication(request)
    if request.phone_number is not None:
        return _publish_to_phone(ctx, request.phone_number, publication)
    topic = _target(ctx, request)
    message_id, sequence_number = _deliver(ctx, topic, _composed(ctx, topic, publication))
    return sns.PublishResponse(message_id=message_id, sequence_number=sequence_number)


@action(sns.PUBLISH_BATCH)
def publish_batch(ctx: SnsContext, request: sns.PublishBatchInput) -> sns.PublishBatchResponse:
    """https://docs.aws.amazon.com/sns/latest/api/API_PublishBatch.html

    One bad message refuses all: nothing is delivered before every message is composed.
    """
    topic = addressed_topic(ctx, request.topic_arn)
    entries = [(entry.id, _publication(entry)) for entry in request.publish_batch_request_entries]
    check_batch(topic, entries)
    notifications = [(entry_id, _composed(ctx, topic, publication)) for entry_id, publication in entries]
    successful = []
    for entry_id, notification in notifications:
        message_id, sequence_number = _deliver(ctx, topic, notification)
        successful.append(
            sns.PublishBatchResultEntry(id=entry_id, message_id=message_id, sequence_number=sequence_number)
        )
    return sns.PublishBatchResponse(successful=successful, failed=[])


def _target(ctx: SnsContext, request: sns.PublishInput) -> Topic:
    if request.topic_arn is not None:
        return addressed_topic(ctx, request.topic_arn)
    if request.target_arn is None:
        raise SnsInvalidParameter.of("TopicArn or TargetArn", "no value for required parameter")
    arn = Arn.parse(request.target_arn)
    if arn is not None and arn.resource.startswith("endpoint/"):
        raise SnsInvalidParameter.of("TargetArn", "No endpoint found for the target arn specified")
    return addressed_topic(ctx, request.target_arn, "TargetArn")


def _publish_to_phone(ctx: SnsContext, number: str, publication: Publication) -> sns.PublishResponse:
    if not is_phone_number(number):
        raise SnsInvalidParameter.of("PhoneNumber", f"{number} is not valid to publish to")
    check_direct(publication)
    return sns.PublishResponse(message_id=ctx.ids.uuid())


def _composed(ctx: SnsContext, topic: Topic, publication: Publication) -> Notification:
    return compose(
        topic, publication, message_id=ctx.ids.uuid(), now=time_at(ctx, topic), trace_header=ctx.trace_header
    )


def _deliver(ctx: SnsContext, topic: Topic, notification: Notification) -> Receipt:
    return ctx.state.publish(topic, notification, endpoint=ctx.endpoint)


def _publication(request: sns.PublishInput | sns.PublishBatchRequestEntry) -> Publication:
    return Publication(
        message=request.message,
        attributes=_attributes(request.message_attributes),
        subject=request.subject,
        structure=request.message_structure,
        group_id=request.message_group_id,
        deduplication_id=request.message_deduplication_id,
    )


def _attributes(given: Mapping[str, sns.MessageAttributeValue] | None) -> dict[str, MessageAttribute]:
    return {
        name: MessageAttribute(value.data_type, value.string_value, value.binary_value)
        for name, value in (given or {}).items()
    }
