"""SendMessage and SendMessageBatch."""

from api_shapes import sqs
from emulator.actions import action
from emulator.aws.checksums import md5_of_attributes
from emulator.aws.errors import InvalidParameterValue, MissingParameter
from emulator.aws.limits import BATCH_SIZE_MAX
from emulator.aws.message_attribute import given_attributes
from emulator.aws.principals import user_id
from emulator.aws.sqs_errors import BatchRequestTooLong, UnsupportedOperation
from emulator.sqs.actions.addressing import SqsContext, addressed_queue, time_at
from emulator.sqs.actions.batches import apply_to_each, check_entries
from emulator.sqs.message import Message
from emulator.sqs.message_content import NO_ATTRIBUTES, Content
from emulator.sqs.queue import Queue
from emulator.sqs.sending import (
    TRACE_HEADER,
    check_content,
    check_delay,
    check_group_and_deduplication,
    check_system_attributes,
)

Sendable = sqs.SendMessageRequest | sqs.SendMessageBatchRequestEntry


@action(sqs.SEND_MESSAGE, owner_only=False, about="queue_url")
def send_message(ctx: SqsContext, request: sqs.SendMessageRequest) -> sqs.SendMessageResult:
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html"""
    queue = addressed_queue(ctx, request.queue_url)
    _refuse_lists(request, "SendMessage")
    check_group_and_deduplication(queue, request.message_group_id, request.message_deduplication_id, MissingParameter)
    return _send(queue, _message(ctx, request), request, time_at(ctx, queue))


@action(sqs.SEND_MESSAGE_BATCH, owner_only=False, about="queue_url")
def send_message_batch(ctx: SqsContext, request: sqs.SendMessageBatchRequest) -> sqs.SendMessageBatchResult:
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html"""
    queue = addressed_queue(ctx, request.queue_url)
    check_entries(request.entries, "SendMessageBatchRequestEntry")
    for entry in request.entries:
        _refuse_lists(entry, "SendMessageBatch")
    messages = {entry.id: _message(ctx, entry) for entry in request.entries}
    size = sum(message.content.size for message in messages.values())
    if size > BATCH_SIZE_MAX:
        raise BatchRequestTooLong(
            f"Batch requests cannot be longer than {BATCH_SIZE_MAX} bytes. You have sent {size} bytes."
        )
    for entry in request.entries:
        check_group_and_deduplication(
            queue, entry.message_group_id, entry.message_deduplication_id, InvalidParameterValue
        )

    now = time_at(ctx, queue)

    def send(entry: sqs.SendMessageBatchRequestEntry) -> sqs.SendMessageBatchResultEntry:
        sent = _send(queue, messages[entry.id], entry, now)
        return sqs.SendMessageBatchResultEntry(
            id=entry.id,
            message_id=sent.message_id,
            md5_of_message_body=sent.md5_of_message_body,
            md5_of_message_attributes=sent.md5_of_message_attributes,
            md5_of_message_system_attributes=sent.md5_of_message_system_attributes,
            sequence_number=sent.sequence_number,
        )

    successful, failed = apply_to_each(ctx, request.entries, send)
    return sqs.SendMessageBatchResult(successful=successful, failed=failed)


def _refuse_lists(given: Sendable, action_name: str) -> None:
    """The lists of an attribute's value are in the model, and not in the service; an empty one is refused as well."""
    for values in (given.message_attributes, given.message_system_attributes):
        for value in values.values() if values else ():
            if value.string_list_values is not None or value.binary_list_values is not None:
                raise UnsupportedOperation(
                    f"Message attribute list values in {action_name} operation are not supported."
                )


def _message(ctx: SqsContext, given: Sendable) -> Message:
    system = given.message_system_attributes
    trace = system.get(TRACE_HEADER) if system else None
    content = Content(
        given.message_body,
        user_id(ctx.account),
        given_attributes(given.message_attributes) if given.message_attributes else NO_ATTRIBUTES,
        trace.string_value if trace else ctx.trace_header,
    )
    return Message(ctx.ids.uuid(), content, given.message_group_id, given.message_deduplication_id)


def _send(queue: Queue, message: Message, given: Sendable, now: float) -> sqs.SendMessageResult:
    content = message.content
    check_content(queue, content)
    md5_of_system_attributes = None
    if given.message_system_attributes:
        system_attributes = given_attributes(given.message_system_attributes)
        check_system_attributes(system_attributes)
        md5_of_system_attributes = md5_of_attributes(system_attributes)
    if given.delay_seconds is not None:
        check_delay(queue, given.delay_seconds)
    accepted = queue.send(message, now, given.delay_seconds)
    return sqs.SendMessageResult(
        message_id=accepted.message_id,
        sequence_number=accepted.sequence_number,
        md5_of_message_body=content.body_md5,
        md5_of_message_attributes=md5_of_attributes(content.attributes),
        md5_of_message_system_attributes=md5_of_system_attributes,
    )
