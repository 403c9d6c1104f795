"""Actions that publish messages."""

from collections.abc import Coroutine, Mapping
from typing import Any

from api_shapes import sns
from emulator.actions import action
from emulator.aws.accepted import Accepted
from emulator.aws.errors import ServiceError
from emulator.aws.message_attribute import given_attributes
from emulator.aws.sns_errors import SnsInvalidParameter
from emulator.sns.actions.addressing import SnsContext, addressed_topic, authorize_endpoint
from emulator.sns.actions.searching import when_searched
from emulator.sns.data_protection import Findings
from emulator.sns.direct_message import Sending
from emulator.sns.publication import Publication, check_batch
from emulator.sns.publishing import is_endpoint
from emulator.sns.topic import Topic


@action(sns.PUBLISH, owner_only=False, about=("topic_arn", "target_arn"))
def publish(
    ctx: SnsContext, request: sns.PublishInput
) -> sns.PublishResponse | Coroutine[Any, Any, sns.PublishResponse]:
    """https://docs.aws.amazon.com/sns/latest/api/API_Publish.html"""
    publisher, publication = ctx.state.publisher, _publication(request)
    if request.phone_number is not None:
        sending = _sending(ctx, ctx.account)
        publisher.to_phone(request.phone_number, publication, sending)
    elif request.topic_arn is None and request.target_arn is not None and is_endpoint(request.target_arn):
        authorize_endpoint(ctx, request.target_arn)
        sending = _sending(ctx, ctx.account)
        publisher.to_device(request.target_arn, publication, sending)
    else:

        def to_topic(topic: Topic, findings: Findings | None) -> sns.PublishResponse:
            receipt = publisher.to_topic(topic, publication, _sending(ctx, topic.identity.account, findings))
            return sns.PublishResponse(message_id=receipt.message_id, sequence_number=receipt.sequence_number)

        return when_searched(ctx, lambda: _target(ctx, request), [publication], to_topic)
    return sns.PublishResponse(message_id=sending.message_id)


@action(sns.PUBLISH_BATCH, owner_only=False, about="topic_arn")
def publish_batch(
    ctx: SnsContext, request: sns.PublishBatchInput
) -> sns.PublishBatchResponse | Coroutine[Any, Any, sns.PublishBatchResponse]:
    """https://docs.aws.amazon.com/sns/latest/api/API_PublishBatch.html"""
    entries = [(entry.id, _publication(entry)) for entry in request.publish_batch_request_entries]

    def to_topic(topic: Topic, findings: Findings | None) -> sns.PublishBatchResponse:
        check_batch(topic, entries)
        outcomes = ctx.state.publisher.batch_to_topic(
            topic, entries, lambda: _sending(ctx, topic.account, findings), ctx.entry_failures or {}
        )
        return _batch_answer({entry_id: outcomes[entry_id] for entry_id, _ in entries})

    publications = [publication for _, publication in entries]
    return when_searched(ctx, lambda: addressed_topic(ctx, request.topic_arn), publications, to_topic)


def _batch_answer(outcomes: Mapping[str, Accepted | ServiceError]) -> sns.PublishBatchResponse:
    successful, failed = [], []
    for entry_id, outcome in outcomes.items():
        if isinstance(outcome, ServiceError):
            failed.append(
                sns.BatchResultErrorEntry(
                    id=entry_id,
                    code=outcome.code,
                    message=outcome.message,
                    sender_fault=outcome.fault == "Sender",
                )
            )
        else:
            successful.append(
                sns.PublishBatchResultEntry(
                    id=entry_id, message_id=outcome.message_id, sequence_number=outcome.sequence_number
                )
            )
    return sns.PublishBatchResponse(successful=successful, failed=failed)


def _target(ctx: SnsContext, request: sns.PublishInput) -> Topic:
    if request.topic_arn is not None:
        return addressed_topic(ctx, request.topic_arn)
    if request.target_arn is None:
        raise SnsInvalidParameter.of("TopicArn or TargetArn", "no value for required parameter")
    return addressed_topic(ctx, request.target_arn, "TargetArn")


def _sending(ctx: SnsContext, account: str, findings: Findings | None = None) -> Sending:
    """The publisher, the message id and the time of a Publish, by the clock of ``account``: the topic's or the
    publisher's.
    """
    return Sending(
        ctx.ids.uuid(), ctx.account, ctx.region, ctx.clocks.of(account).now(), ctx.endpoint, ctx.trace_header, findings
    )


def _publication(request: sns.PublishInput | sns.PublishBatchRequestEntry) -> Publication:
    return Publication(
        message=request.message,
        attributes=given_attributes(request.message_attributes or {}),
        subject=request.subject,
        structure=request.message_structure,
        group_id=request.message_group_id,
        deduplication_id=request.message_deduplication_id,
    )
