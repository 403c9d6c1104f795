"""Actions by receipt handle: DeleteMessage, ChangeMessageVisibility, and their batches."""

from api_shapes import sqs
from emulator.actions.registry import action
from emulator.aws.errors import InvalidParameterValue, MissingParameter
from emulator.aws.limits import VISIBILITY_TIMEOUT_MAX
from emulator.sqs.actions.addressing import SqsContext, addressed_queue, time_at
from emulator.sqs.actions.batches import apply_to_each, check_entries
from emulator.sqs.queue import Queue


@action(sqs.DELETE_MESSAGE, owner_only=False, about="queue_url")
def delete_message(ctx: SqsContext, request: sqs.DeleteMessageRequest) -> None:
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteMessage.html"""
    queue = addressed_queue(ctx, request.queue_url)
    _check_given(request.receipt_handle)
    queue.delete(request.receipt_handle, time_at(ctx, queue))


@action(sqs.DELETE_MESSAGE_BATCH, owner_only=False, about="queue_url")
def delete_message_batch(ctx: SqsContext, request: sqs.DeleteMessageBatchRequest) -> sqs.DeleteMessageBatchResult:
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteMessageBatch.html"""
    queue = addressed_queue(ctx, request.queue_url)
    check_entries(request.entries, "DeleteMessageBatchRequestEntry")

    def delete(entry: sqs.DeleteMessageBatchRequestEntry) -> sqs.DeleteMessageBatchResultEntry:
        queue.delete(entry.receipt_handle, time_at(ctx, queue))
        return sqs.DeleteMessageBatchResultEntry(id=entry.id)

    successful, failed = apply_to_each(ctx, request.entries, delete)
    return sqs.DeleteMessageBatchResult(successful=successful, failed=failed)


@action(sqs.CHANGE_MESSAGE_VISIBILITY, owner_only=False, about="queue_url")
def change_message_visibility(ctx: SqsContext, request: sqs.ChangeMessageVisibilityRequest) -> None:
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ChangeMessageVisibility.html"""
    queue = addressed_queue(ctx, request.queue_url)
    _check_given(request.receipt_handle)
    _change_visibility(ctx, queue, request.receipt_handle, request.visibility_timeout)


@action(sqs.CHANGE_MESSAGE_VISIBILITY_BATCH, owner_only=False, about="queue_url")
def change_message_visibility_batch(
    ctx: SqsContext, request: sqs.ChangeMessageVisibilityBatchRequest
) -> sqs.ChangeMessageVisibilityBatchResult:
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ChangeMessageVisibilityBatch.html"""
    queue = addressed_queue(ctx, request.queue_url)
    check_entries(request.entries, "ChangeMessageVisibilityBatchRequestEntry")

    def change(entry: sqs.ChangeMessageVisibilityBatchRequestEntry) -> sqs.ChangeMessageVisibilityBatchResultEntry:
        if entry.visibility_timeout is None:
            raise MissingParameter.of("VisibilityTimeout")
        _change_visibility(ctx, queue, entry.receipt_handle, entry.visibility_timeout)
        return sqs.ChangeMessageVisibilityBatchResultEntry(id=entry.id)

    successful, failed = apply_to_each(ctx, request.entries, change)
    return sqs.ChangeMessageVisibilityBatchResult(successful=successful, failed=failed)


def _check_given(receipt_handle: str) -> None:
    if not receipt_handle:
        raise MissingParameter.of("MessageHandle")  # AWS's own name for it here


def _change_visibility(ctx: SqsContext, queue: Queue, receipt_handle: str, timeout: int) -> None:
    if not 0 <= timeout <= VISIBILITY_TIMEOUT_MAX:
        raise InvalidParameterValue.of(
            "VisibilityTimeout",
            timeout,
            f"VisibilityTimeout must be an integer between 0 and {VISIBILITY_TIMEOUT_MAX}.",
        )
    queue.change_visibility(receipt_handle, timeout, time_at(ctx, queue))
