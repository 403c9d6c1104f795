"""SendMessage and SendMessageBatch."""

from typing import TypeVar

from api_shapes import sqs
from emulator.actions.registry import action
from emulator.aws.checksums import md5_of_attributes
from emulator.aws.errors import InvalidParameterValue, MissingParameter
from emulator.aws.limits import BATCH_SIZE_MAX
from emulator.aws.message_attribute import given_attributes
from emulator.aws.principals import user_id
from emulator.aws.sqs_errors import BatchRequestTooLong, UnsupportedOperation
from emulator.sqs.actions.addressing import SqsContext, addressed_queue, time_at
from emulator.sqs.actions.batches import apply_to_each, check_entries
from emulator.sqs.content_text import body_md5_of, size_of
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
Sent = TypeVar("Sent", sqs.SendMessageResult, sqs.SendMessageBatchResultEntry)


@action(sqs.SEND_MESSAGE, owner_only=False, about="queue_url")
def send_message(ctx: SqsContext, request: sqs.SendMessageRequest) -> sqs.SendMessageResult:
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html"""
    queue = addressed_queue(ctx, request.queue_url)
    _refuse_lists(request, "SendMessage")
    check_group_and_deduplication(queue, request.message_group_id, request.message_deduplication_id, MissingParameter)
    message = _message(ctx, request)
    return _send(queue, message, size_of(message.content), request, time_at(ctx, queue), sqs.SendMessageResult)


@action(sqs.SEND_MESSAGE_BATCH, owner_only=False, about="queue_url")
def send_message_batch(ctx: SqsContext, request: sqs.SendMessageBatchRequest) -> sqs.SendMessageBatchResult:
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html"""
    queue = addressed_queue(ctx, request.queue_url)
    check_entries(request.entries, "SendMessageBatchRequestEntry")
    for entry in request.entries:
        _refuse_lists(entry, "SendMessageBatch")
    messages = {entry.id: _message(ctx, entry) for entry in request.entries}
    sizes = {id: size_of(message.content) for id, message in messages.items()}
    size = sum(sizes.values())
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
        sent = _send(queue, messages[entry.id], sizes[entry.id], entry, now, sqs.SendMessageBatchResultEntry)
        sent.id = entry.id
        return sent

    successful, failed = apply_to_each(ctx, request.entries, send)
    return sqs.SendMessageBatchResult(successful=successful, failed=failed)


def _refuse_lists(message: Sendable, action_name: str) -> None:
    """The lists of an attribute's value are in the model, and not in the service; an empty one is refused as well."""
    given, system = message.message_attributes, message.message_system_attributes
    if (given and any(map(_is_list, given.values()))) or (system and any(map(_is_list, system.values()))):
        raise UnsupportedOperation(f"Message attribute list values in {action_name} operation are not supported.")


def _is_list(value: sqs.MessageAttributeValue | sqs.MessageSystemAttributeValue) -> bool:
    return value.string_list_values is not None or value.binary_list_values is not None


def _message(ctx: SqsContext, given: Sendable) -> Message:
    system, attributes = given.message_system_attributes, given.message_attributes
    trace = system.get(TRACE_HEADER) if system else None
    content = Content(
        given.message_body,
        user_id(ctx.account) if ctx.access is None else ctx.access.user_id(ctx.account),
        given_attributes(attributes) if attributes else NO_ATTRIBUTES,
        trace.string_value if trace else ctx.trace_header,
    )
    return Message(ctx.ids.uuid(), content, given.message_group_id, given.message_deduplication_id)


def _send(queue: Queue, message: Message, size: int, given: Sendable, now: float, result: type[Sent]) -> Sent:
    content = message.content
    check_content(queue, content, size)
    md5_of_system_attributes = None
    system, delay = given.message_system_attributes, given.delay_seconds
    if system:
        system_attributes = given_attributes(system)
        check_system_attributes(system_attributes)
        md5_of_system_attributes = md5_of_attributes(system_attributes)
    if delay is not None:
        check_delay(queue, delay)
    accepted = queue.take_in(message, now, delay)
    attributes = content.attributes
    return result(
        message_id=message.id if accepted is None else accepted.message_id,
        sequence_number=None if accepted is None else accepted.sequence_number,
        md5_of_message_body=body_md5_of(content),
        md5_of_message_attributes=md5_of_attributes(attributes) if attributes else None,
        md5_of_message_system_attributes=md5_of_system_attributes,
    )
