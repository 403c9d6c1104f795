"""Actions that publish messages."""

from collections.abc import Mapping

from api_shapes import sns
from emulator.actions import action
from emulator.aws.deduplication import Accepted
from emulator.aws.errors import ServiceError
from emulator.aws.message_attribute import MessageAttribute
from emulator.aws.principals import caller_principal
from emulator.aws.sns_errors import SnsInvalidParameter
from emulator.sns.actions.addressing import SnsContext, addressed_topic, authorize_endpoint, time_at
from emulator.sns.direct_publishing import Sending, is_endpoint
from emulator.sns.notification import Notification
from emulator.sns.publishing import Publication, SubjectRejected, check_batch, compose
from emulator.sns.topic import Topic


@action(sns.PUBLISH, owner_only=False, about=("topic_arn", "target_arn"))
def publish(ctx: SnsContext, request: sns.PublishInput) -> sns.PublishResponse:
    """https://docs.aws.amazon.com/sns/latest/api/API_Publish.html"""
    publication = _publication(request)
    if request.phone_number is not None:
        return _publish_to_phone(ctx, request.phone_number, publication)
    if request.topic_arn is None and request.target_arn is not None and is_endpoint(request.target_arn):
        return _publish_to_endpoint(ctx, request.target_arn, publication)
    topic = _target(ctx, request)
    receipt = _deliver(ctx, topic, _composed(ctx, topic, publication))
    return sns.PublishResponse(message_id=receipt.message_id, sequence_number=receipt.sequence_number)


@action(sns.PUBLISH_BATCH, owner_only=False, about="topic_arn")
def publish_batch(ctx: SnsContext, request: sns.PublishBatchInput) -> sns.PublishBatchResponse:
    """https://docs.aws.amazon.com/sns/latest/api/API_PublishBatch.html

    One bad message refuses all: nothing is delivered before every message is composed. A bad subject, and what
    data protection denies, fails alone.
    """
    topic = addressed_topic(ctx, request.topic_arn)
    entries = [(entry.id, _publication(entry)) for entry in request.publish_batch_request_entries]
    check_batch(topic, entries)
    notifications: dict[str, Notification] = {}
    failures = dict(ctx.entry_failures or {})
    for entry_id, publication in entries:
        try:
            notifications[entry_id] = _composed(ctx, topic, publication)
        except SubjectRejected as error:
            failures[entry_id] = error
    successful, failed = [], []
    for entry_id, _ in entries:
        try:
            if entry_id in failures:
                raise failures[entry_id]
            receipt = _deliver(ctx, topic, notifications[entry_id])
        except ServiceError as error:
            sender_fault = error.fault == "Sender"
            failed.append(
                sns.BatchResultErrorEntry(
                    id=entry_id, code=error.code, message=error.message, sender_fault=sender_fault
                )
            )
            continue
        successful.append(
            sns.PublishBatchResultEntry(
                id=entry_id, message_id=receipt.message_id, sequence_number=receipt.sequence_number
            )
        )
    return sns.PublishBatchResponse(successful=successful, failed=failed)


def _target(ctx: SnsContext, request: sns.PublishInput) -> Topic:
    if request.topic_arn is not None:
        return addressed_topic(ctx, request.topic_arn)
    if request.target_arn is None:
        raise SnsInvalidParameter.of("TopicArn or TargetArn", "no value for required parameter")
    return addressed_topic(ctx, request.target_arn, "TargetArn")


def _publish_to_phone(ctx: SnsContext, number: str, publication: Publication) -> sns.PublishResponse:
    sending = _sending(ctx)
    ctx.state.direct.to_phone(number, publication, sending)
    return sns.PublishResponse(message_id=sending.message_id)


def _publish_to_endpoint(ctx: SnsContext, endpoint_arn: str, publication: Publication) -> sns.PublishResponse:
    authorize_endpoint(ctx, endpoint_arn)
    sending = _sending(ctx)
    ctx.state.direct.to_endpoint(endpoint_arn, publication, sending)
    return sns.PublishResponse(message_id=sending.message_id)


def _sending(ctx: SnsContext) -> Sending:
    return Sending(ctx.ids.uuid(), ctx.account, ctx.region, ctx.clocks.of(ctx.account).now())


def _composed(ctx: SnsContext, topic: Topic, publication: Publication) -> Notification:
    return compose(
        topic, publication, message_id=ctx.ids.uuid(), now=time_at(ctx, topic), trace_header=ctx.trace_header
    )


def _deliver(ctx: SnsContext, topic: Topic, notification: Notification) -> Accepted:
    if topic.data_protection is not None:
        notification = topic.data_protection.admit(notification, caller_principal(ctx.account, ctx.region))
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
