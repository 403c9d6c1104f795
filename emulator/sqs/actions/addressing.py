"""Which queue a request means, and what time it is there."""

from emulator.actions.context import ActionContext
from emulator.actions.registry import TRAITS
from emulator.sqs.actions.catching_up import at_present
from emulator.sqs.queue import Queue
from emulator.sqs.queue_urls import parse_queue_url, queue_url
from emulator.sqs.service import SqsService

SqsContext = ActionContext[SqsService]


def addressed_queue(ctx: SqsContext, url: str) -> Queue:
    """The queue that ``url`` leads to from here; QueueDoesNotExist if none, AccessDenied if it is another's."""
    address = parse_queue_url(url)
    return accessible_queue(ctx, address.account or ctx.account, address.name)


def accessible_queue(ctx: SqsContext, owner: str, name: str) -> Queue:
    """The queue an account has under this name; QueueDoesNotExist if none, AccessDenied if the caller is barred."""
    queue = ctx.state.queues.get(owner, ctx.region, name)
    authorize(ctx, queue)
    return at_present(ctx, queue)


def authorize(ctx: SqsContext, queue: Queue) -> None:
    """AccessDenied where policies are enforced and the caller may not do this with the queue."""
    if ctx.enforce_policies:
        from emulator.sqs.access import check_call  # most never need it, and a start is the faster without

        check_call(
            queue,
            ctx.operation,
            owner_only=TRAITS["sqs", ctx.operation].owner_only,
            account=ctx.account,
            region=ctx.region,
            now=time_at(ctx, queue),
            caller=ctx.access,
        )


def url_of(ctx: SqsContext, queue: Queue) -> str:
    """A URL by which this caller reaches ``queue``."""
    return queue_url(ctx.endpoint, queue.identity.account, queue.identity.name)


def time_at(ctx: SqsContext, queue: Queue) -> float:
    """The time of the account that owns ``queue``, in seconds since the epoch."""
    return ctx.clocks.of(queue.identity.account).now()
