"""ListDeadLetterSourceQueues."""

from api_shapes import sqs
from emulator.actions.registry import action
from emulator.sqs.actions.addressing import SqsContext, addressed_queue, url_of
from emulator.sqs.actions.pages import page_of


@action(sqs.LIST_DEAD_LETTER_SOURCE_QUEUES, reads=True, about="queue_url")
def list_dead_letter_source_queues(
    ctx: SqsContext, request: sqs.ListDeadLetterSourceQueuesRequest
) -> sqs.ListDeadLetterSourceQueuesResult:
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ListDeadLetterSourceQueues.html"""
    sources = ctx.state.queues.dead_letter_sources(addressed_queue(ctx, request.queue_url))
    page, next_token = page_of(
        lambda after: (queue for queue in sources if queue.identity.name > after),
        request.max_results,
        request.next_token,
    )
    urls = [url_of(ctx, queue) for queue in page]
    return sqs.ListDeadLetterSourceQueuesResult(queue_urls=urls or None, next_token=next_token)
