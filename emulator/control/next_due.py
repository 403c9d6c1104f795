"""What falls due next by the clock of an account."""

import math
from collections.abc import Iterator
from typing import Literal

from msgspec import Struct

from emulator.aws.place import Place
from emulator.control.parameters import ALL, AccountQuery
from emulator.sns.notification import timestamp
from emulator.sqs.catching_up import Budget
from emulator.sqs.message import MessageState
from emulator.sqs.queue import Queue
from emulator.timing.turns import Work, in_turns, portions
from emulator.world.world import World

# By how much a move is longer than the time until something is due, which has some 0.2 microseconds between one number
# and the next.
_MICROSECONDS_MORE = 1

Kind = Literal[
    "delay_ends", "visibility_timeout_ends", "message_expires", "move_task", "delivery", "confirmation_expires", "other"
]


class NextDue(Struct):
    """The next thing that falls due, ``seconds`` from now: a move of the clock by as much makes it happen.

    ``resource`` is the ARN of the queue or the subscription. A request that a fault holds up is ``other``.
    """

    account: str
    at: str
    seconds: float
    what: Kind
    resource: str | None
    message_id: str | None


class WhatIsNext(Struct):
    """What falls due next in an account, or in all ("all"); null if nothing does."""

    account: str
    now: str
    next: NextDue | None


class _Due(Struct):
    account: str
    at: float
    what: Kind
    resource: str | None = None
    message_id: str | None = None


async def show_next_due(world: World, query: AccountQuery) -> WhatIsNext:
    """What falls due next in an account, and how far to move its clock for that.

    Without an account it is the first in any account, for a move of all clocks.
    """
    return await in_turns(_next(world, query.account))


def _next(world: World, account: str | None) -> Work[WhatIsNext]:
    nows: dict[str, float] = {}  # one time for each account, so that equal dues are equally far away
    first: tuple[float, _Due] | None = None
    for some in portions(_dues(world, account, list(world.sqs.queues.within(Place(account))))):
        for due in some:
            now = nows.setdefault(due.account, world.clocks.now_of(due.account))
            left = max(0.0, due.at - now)
            if first is None or left < first[0]:
                first = left, due
        yield
    clock = world.clocks.there_are(account)[0]
    return WhatIsNext(account or ALL, timestamp(clock.now()), None if first is None else _shown(*first))


def _shown(left: float, due: _Due) -> NextDue:
    seconds = (math.ceil(left * 1e6) + _MICROSECONDS_MORE) / 1e6
    return NextDue(due.account, timestamp(due.at), seconds, due.what, due.resource, due.message_id)


def _dues(world: World, account: str | None, queues: list[Queue]) -> Iterator[_Due]:
    """The next thing in each queue, and all others."""
    for queue in queues:
        due = _of_queue(world, queue)
        if due is not None:
            yield due
    if world.has_sns:
        for delivery in world.dispatch.unfinished(account):
            if delivery.waits:
                message_id = delivery.request.headers.get("x-amz-sns-message-id")
                yield _Due(delivery.account, delivery.due, "delivery", delivery.subscription_arn, message_id)
        for subscription in world.sns.subscriptions.pending(account, world.clocks.now_of):
            at, owner = subscription.token_expires_at, subscription.topic.account
            yield _Due(owner, at, "confirmation_expires", subscription.arn)
    for owner, clock in world.clocks.known(account):
        next_call = clock.alarm.next_at()
        if next_call is not None:
            yield _Due(owner, next_call, "other")


def _of_queue(world: World, queue: Queue) -> _Due | None:
    account, contents = queue.identity.account, queue.contents
    queue.catch_up(world.clocks.now_of(account), Budget())
    at = queue.next_due()
    if at is None:
        return None
    next_change = contents.due.first()
    if next_change is not None and next_change[0] == at:
        message = contents.messages[next_change[1]]
        delayed = message.state == MessageState.DELAYED
        return _Due(account, at, "delay_ends" if delayed else "visibility_timeout_ends", queue.arn, message.id)
    oldest = contents.messages.oldest()
    if oldest is not None and oldest.sent_at + queue.attributes.retention_seconds == at:
        return _Due(account, at, "message_expires", queue.arn, oldest.id)
    return _Due(account, at, "move_task", queue.arn)
