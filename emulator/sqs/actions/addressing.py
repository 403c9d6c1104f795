"""Which queue a request means, and what time it is there."""

from emulator.actions import ActionContext
from emulator.sqs.queue import Queue
from emulator.sqs.queue_urls import parse_queue_url, queue_url
from emulator.sqs.state import SqsState

SqsContext = ActionContext[SqsState]


def addressed_queue(ctx: SqsContext, url: str) -> Queue:
    """The queue that ``url`` leads to from here; QueueDoesNotExist if none."""
    address = parse_queue_url(url)
    return ctx.state.queues.get(address.account or ctx.account, ctx.region, address.name)


def url_of(ctx: SqsContext, queue: Queue) -> str:
    """A URL by which this caller reaches ``queue``."""
    return queue_url(ctx.endpoint, queue.identity.account, queue.identity.name)


def time_at(ctx: SqsContext, queue: Queue) -> float:
    """The time of the account that owns ``queue``, in seconds since the epoch."""
    return ctx.clocks.of(queue.identity.account).now()
