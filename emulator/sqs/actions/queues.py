"""Actions on queues as a whole: make, find, list, empty, delete."""

from functools import partial

from api_shapes import sqs
from emulator.actions.registry import action
from emulator.aws.limits import PURGE_INTERVAL_SECONDS
from emulator.aws.sqs_errors import PurgeQueueInProgress
from emulator.sqs.actions.addressing import SqsContext, accessible_queue, addressed_queue, time_at, url_of
from emulator.sqs.actions.pages import page_of
from emulator.sqs.actions.tags import check_tags


@action(sqs.CREATE_QUEUE, about="queue_name")
def create_queue(ctx: SqsContext, request: sqs.CreateQueueRequest) -> sqs.CreateQueueResult:
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html"""
    tags = request.tags or {}
    check_tags(tags)
    now = ctx.clocks.of(ctx.account).now()
    queue = ctx.state.queues.create(request.queue_name, ctx.account, ctx.region, request.attributes or {}, tags, now)
    return sqs.CreateQueueResult(queue_url=url_of(ctx, queue))


@action(sqs.GET_QUEUE_URL, reads=True, owner_only=False, about="queue_name")
def get_queue_url(ctx: SqsContext, request: sqs.GetQueueUrlRequest) -> sqs.GetQueueUrlResult:
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueUrl.html"""
    owner = request.queue_owner_aws_account_id or ctx.account
    queue = accessible_queue(ctx, owner, request.queue_name)
    return sqs.GetQueueUrlResult(queue_url=url_of(ctx, queue))


@action(sqs.LIST_QUEUES, reads=True)
def list_queues(ctx: SqsContext, request: sqs.ListQueuesRequest) -> sqs.ListQueuesResult:
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ListQueues.html"""
    queues_after = partial(ctx.state.queues.in_scope, ctx.account, ctx.region, request.queue_name_prefix or "")
    page, next_token = page_of(queues_after, request.max_results, request.next_token)
    return sqs.ListQueuesResult(queue_urls=[url_of(ctx, queue) for queue in page] or None, next_token=next_token)


@action(sqs.DELETE_QUEUE, about="queue_url")
def delete_queue(ctx: SqsContext, request: sqs.DeleteQueueRequest) -> None:
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteQueue.html"""
    queue = addressed_queue(ctx, request.queue_url)
    ctx.state.queues.delete(queue, time_at(ctx, queue))


@action(sqs.PURGE_QUEUE, owner_only=False, about="queue_url")
def purge_queue(ctx: SqsContext, request: sqs.PurgeQueueRequest) -> None:
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_PurgeQueue.html"""
    queue = addressed_queue(ctx, request.queue_url)
    now = time_at(ctx, queue)
    last = queue.purged_at
    if ctx.state.strict_timing and last is not None and now < last + PURGE_INTERVAL_SECONDS:
        raise PurgeQueueInProgress(
            f"Only one PurgeQueue operation on {queue.identity.name} is allowed every {PURGE_INTERVAL_SECONDS} seconds."
        )
    queue.purge(now)
