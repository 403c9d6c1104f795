"""Actions that publish messages."""

from collections.abc import Mapping
from functools import partial

from api_shapes import sns
from emulator.actions.registry import NotYetError, action
from emulator.aws.accepted import Accepted
from emulator.aws.errors import ServiceError
from emulator.aws.message_attribute import given_attributes
from emulator.aws.sns_errors import SnsInvalidParameter
from emulator.sns.actions.addressing import SnsContext, addressed_topic, authorize_endpoint
from emulator.sns.actions.searching import Coming, when_searched
from emulator.sns.data_protection import Findings
from emulator.sns.delivery.fan_out import Rest
from emulator.sns.direct_message import Sending
from emulator.sns.publication import Publication, check_batch
from emulator.sns.publishing import is_endpoint
from emulator.sns.topic import Topic
from emulator.timing.turns import begun


@action(sns.PUBLISH, owner_only=False, about=("topic_arn", "target_arn"))
def publish(ctx: SnsContext, request: sns.PublishInput) -> Coming[sns.PublishResponse]:
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
        topic = _target(ctx, request)
        if topic.data_protection is None:  # the usual case, as ``when_searched`` has it
            if not ctx.state.catch_up(topic):
                raise NotYetError
            return _to_topic(ctx, publication, topic, None)
        return when_searched(ctx, lambda: _target(ctx, request), [publication], partial(_to_topic, ctx, publication))
    return sns.PublishResponse(message_id=sending.message_id)


def _to_topic(
    ctx: SnsContext, publication: Publication, topic: Topic, findings: Findings | None
) -> Coming[sns.PublishResponse]:
    """Publish to a topic; the answer comes later if the topic has very many subscribers."""
    publisher, rests = ctx.state.publisher, list[Rest]()
    receipt = publisher.to_topic(topic, publication, _sending(ctx, topic.identity.account, findings), rests)
    response = sns.PublishResponse(message_id=receipt.message_id, sequence_number=receipt.sequence_number)
    return begun(publisher.finish(rests), response) if rests else response


@action(sns.PUBLISH_BATCH, owner_only=False, about="topic_arn")
def publish_batch(ctx: SnsContext, request: sns.PublishBatchInput) -> Coming[sns.PublishBatchResponse]:
    """https://docs.aws.amazon.com/sns/latest/api/API_PublishBatch.html"""
    entries = [(entry.id, _publication(entry)) for entry in request.publish_batch_request_entries]

    def to_topic(topic: Topic, findings: Findings | None) -> Coming[sns.PublishBatchResponse]:
        check_batch(topic, entries)
        publisher, rests = ctx.state.publisher, list[Rest]()
        outcomes = publisher.batch_to_topic(
            topic, entries, lambda: _sending(ctx, topic.account, findings), ctx.entry_failures or {}, rests
        )
        response = _batch_answer({entry_id: outcomes[entry_id] for entry_id, _ in entries})
        return begun(publisher.finish(rests), response) if rests else response

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
    now = ctx.clocks.of(account).now()
    return Sending(ctx.ids.uuid(), ctx.account, ctx.region, now, ctx.endpoint, ctx.trace_header, findings)


def _publication(request: sns.PublishInput | sns.PublishBatchRequestEntry) -> Publication:
    attributes = request.message_attributes
    return Publication(
        request.message,
        given_attributes(attributes) if attributes else {},
        request.subject,
        request.message_structure,
        request.message_group_id,
        request.message_deduplication_id,
    )
