"""Actions wait until the queue that they are about has caught up with what fell due there.

That is at once, as a rule. Where a great many messages fell due, the queue takes its turns of the event loop, so that
callers of other queues are answered in between. Nobody sees a queue that has not caught up.
"""

import asyncio
from collections.abc import Coroutine
from typing import Any

from api_shapes.operation import Shape
from emulator.actions import REGISTRY, ActionContext, ActionFunction
from emulator.part import NowOf
from emulator.sqs.catching_up import Budget
from emulator.sqs.queue import Queue
from emulator.sqs.service import SqsService

AnyAction = ActionFunction[Any, Any, Any]
Context = ActionContext[SqsService]


class StillCatchingUpError(Exception):
    """The queue has not caught up; nothing was done for the action."""

    def __init__(self, queue: Queue) -> None:
        super().__init__(queue.arn)
        self.queue = queue


def at_present(ctx: Context, queue: Queue) -> Queue:
    """``queue``, where everything has happened that fell due; else StillCatchingUpError."""
    if queue.is_small:
        return queue
    now = ctx.clocks.of(queue.identity.account).now()
    if queue.is_due(now) and not queue.catch_up(now, Budget()):
        raise StillCatchingUpError(queue)
    return queue


def waiting_for_queues(action: AnyAction) -> AnyAction:
    """``action``, which is performed once its queues have caught up."""

    def perform(ctx: Context, request: Shape) -> Shape | Coroutine[Any, Any, Shape | None] | None:
        try:
            outcome: Shape | Coroutine[Any, Any, Shape | None] | None = action(ctx, request)
        except StillCatchingUpError:
            return _perform_later(action, ctx, request)
        return outcome

    return perform


async def _perform_later(action: AnyAction, ctx: Context, request: Shape) -> Shape | None:
    while True:
        await asyncio.sleep(0)
        try:
            outcome = action(ctx, request)
        except StillCatchingUpError:
            continue
        result: Shape | None = await outcome if isinstance(outcome, Coroutine) else outcome
        return result


async def caught_up(service: SqsService, now_of: NowOf) -> None:
    """Wait until everything has happened that fell due in any queue."""
    while not service.catch_up(now_of, Budget()):  # noqa: ASYNC110 - there is no event: each round is work
        await asyncio.sleep(0)


async def queue_caught_up(ctx: Context, queue: Queue) -> None:
    """Wait until everything has happened that fell due in ``queue``."""
    while not queue.catch_up(ctx.clocks.now_of(queue.identity.account), Budget()):  # noqa: ASYNC110 - as above
        await asyncio.sleep(0)


def register() -> None:
    """Let every action of SQS wait."""
    for key, action in REGISTRY.items():
        if key[0] == "sqs":
            REGISTRY[key] = waiting_for_queues(action)
