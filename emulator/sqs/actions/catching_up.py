"""Actions wait until their queue has caught up with what fell due in it. No caller sees a queue that has not.

Usually it catches up at once. Where a great many messages fell due, that takes several turns of the event loop, so that
callers of other queues are answered in between.
"""

from emulator.actions.context import ActionContext
from emulator.actions.registry import NotYetError
from emulator.sqs.catching_up import Budget
from emulator.sqs.queue import Queue
from emulator.sqs.service import SqsService
from emulator.timing.turns import next_turn

Context = ActionContext[SqsService]


def at_present(ctx: Context, queue: Queue) -> Queue:
    """``queue``, once everything that fell due is done; NotYetError if that takes more than one turn."""
    if not queue.is_shallow() or queue.attributes.redrive is not None:  # then the dead-letter queue may be deep
        now = ctx.clocks.of(queue.identity.account).now()
        if queue.is_due(now) and not queue.catch_up(now, Budget()):
            raise NotYetError
    return queue


async def queue_caught_up(ctx: Context, queue: Queue) -> None:
    """Wait until everything that fell due in ``queue`` is done."""
    while not queue.catch_up(ctx.clocks.now_of(queue.identity.account), Budget()):
        await next_turn()
