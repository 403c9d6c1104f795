"""Routes for deliveries to HTTP endpoints and for pending subscriptions."""

import asyncio
from itertools import accumulate
from typing import TYPE_CHECKING, Annotated

import msgspec
from starlette.requests import Request

from emulator.control.aws_address import aws_url
from emulator.control.functions import unfinished_invocations
from emulator.control.parameters import Account, AccountQuery
from emulator.control.refusals import BadRequestError, Refusal
from emulator.control.run import Run
from emulator.functions.mapping import EventSourceMapping
from emulator.sns.delivery.delivery import Delivery
from emulator.sns.notification import timestamp
from emulator.sns.subscription import Subscription
from emulator.timing.turns import Work, in_turns, portions
from emulator.world.world import World

if TYPE_CHECKING:
    from emulator.sns.delivery.transfers import Transfer

_TIMEOUT_SECONDS = 10.0
_LOOK_SECONDS = 0.01

_Timeout = Annotated[
    float,
    msgspec.Meta(ge=0, le=3_600, description=f"In seconds of real time; {_TIMEOUT_SECONDS:g} by default."),
]


class Settle(msgspec.Struct, forbid_unknown_fields=True):
    """How long to wait for deliveries, and whose: one account's, or all."""

    timeout: _Timeout | None = None
    account: Account | None = None


class UnfinishedDelivery(msgspec.Struct):
    """A delivery that has neither arrived nor failed for good. What does not apply is null."""

    account: str
    subscription: str  # ARN; of an event source mapping, if a function is called with messages of a queue
    endpoint: str
    type: str | None  # Notification, SubscriptionConfirmation or UnsubscribeConfirmation; null for functions and queues
    message_id: str | None
    attempts: int  # failed ones
    last_status: int | None
    last_answer: str | None
    next_attempt_at: str | None  # null while an attempt is being made


class PlannedDelivery(UnfinishedDelivery):
    """A delivery under way; ``retries_at`` is when it is tried again if the next attempt fails, and those after it."""

    retries_at: list[str]


class DeliveriesQuery(msgspec.Struct, forbid_unknown_fields=True):
    """Which deliveries to list."""

    account: Account | None = None
    topic: str | None = None  # ARN
    limit: Annotated[int, msgspec.Meta(ge=1, le=1_000)] = 100


class DeliveriesUnderWay(msgspec.Struct):
    """Deliveries under way; ``omitted`` says how many more there are."""

    deliveries: list[PlannedDelivery]
    omitted: int


class Pending(msgspec.Struct):
    """A subscription that waits for confirmation."""

    subscription: str  # ARN
    topic: str  # ARN
    protocol: str
    endpoint: str
    token: str
    subscribe_url: str  # a GET of it confirms the subscription
    expires_at: str


class Unfinished(msgspec.Struct, omit_defaults=True):
    """The deliveries still under way. ``stuck`` says that all of them wait for a clock that is stopped."""

    under_way: list[UnfinishedDelivery]
    stuck: bool = False


class NotSettledError(Refusal):
    """There are still deliveries under way."""

    status = 408
    answer: Unfinished


class AllPending(msgspec.Struct):
    subscriptions: list[Pending]


async def settle(world: World, query: Settle, body: Settle) -> Unfinished:
    """Wait until no delivery to an HTTP endpoint is under way, nor a request to confirm, nor a call of a function.

    In a cluster also until no message is on its way to a queue of another account.

    An ``account`` limits this to deliveries from its topics and deliveries to its subscriptions to other accounts'
    topics. Each argument is given in the body or in the query string.
    """
    wanted = _merged(query, body)
    timeout = _TIMEOUT_SECONDS if wanted.timeout is None else wanted.timeout
    until = asyncio.get_running_loop().time() + timeout
    transfers = await _after_transfers(world, wanted.account, until)
    left, goes_on = await world.settle(wanted.account, max(0.0, until - asyncio.get_running_loop().time()))
    if not transfers:  # what was called meanwhile may have published
        transfers = await _after_transfers(world, wanted.account, until)
    goes_on = goes_on or bool(transfers)
    under_way = [shown_delivery(each) for each in left]
    under_way += [_shown_transfer(account, each) for account, each in transfers]
    under_way += [_shown_invocation(each) for each in unfinished_invocations(world, wanted.account)]
    if under_way:
        raise NotSettledError(Unfinished(under_way, stuck=not goes_on))
    return Unfinished([])


async def _after_transfers(world: World, account: str | None, until: float) -> "list[tuple[str, Transfer]]":
    """Wait for messages on their way to queues of other accounts, of which there are some in a cluster only.

    Returns those that are still on their way at ``until``, by the event loop's clock.
    """
    while world.transfers_abroad and (left := world.transfers.under_way(account)):
        if asyncio.get_running_loop().time() >= until:
            return left
        await asyncio.sleep(_LOOK_SECONDS)
    return []


def _merged(query: Settle, body: Settle) -> Settle:
    """The arguments of a request, some of which are in its query string and some in its body."""
    for name in Settle.__struct_fields__:
        if None not in (getattr(query, name), getattr(body, name)):
            raise BadRequestError(f"`{name}` is given twice: in the body and in the query string.")
    return Settle(
        timeout=query.timeout if body.timeout is None else body.timeout, account=body.account or query.account
    )


async def list_deliveries(world: World, query: DeliveriesQuery) -> DeliveriesUnderWay:
    """The deliveries to HTTP endpoints and functions that have neither arrived nor failed for good, as they are now."""
    return await in_turns(_planned(world, query))


def _planned(world: World, query: DeliveriesQuery) -> Work[DeliveriesUnderWay]:
    prefix = "" if query.topic is None else f"{query.topic}:"
    found: list[Delivery] = []
    for portion in portions(world.dispatch.unfinished(query.account)):
        found += [delivery for delivery in portion if delivery.subscription_arn.startswith(prefix)]
        yield
    shown = [_with_plan(delivery) for delivery in found[: query.limit]]
    return DeliveriesUnderWay(shown, omitted=len(found) - len(shown))


def _with_plan(delivery: Delivery) -> PlannedDelivery:
    later = accumulate(delivery.content.retry_delays[len(delivery.attempts) :], initial=delivery.due)
    return PlannedDelivery(
        **msgspec.structs.asdict(shown_delivery(delivery)), retries_at=[timestamp(at) for at in later][1:]
    )


def list_pending(world: World, run: Run, query: AccountQuery, request: Request) -> AllPending:
    """The subscriptions that wait for confirmation, each with its token."""
    pending = world.sns.subscriptions.pending(query.account, world.clocks.now_of)
    url = aws_url(run.settings, request)
    return AllPending([_pending(subscription, url) for subscription in pending])


def shown_delivery(delivery: Delivery) -> UnfinishedDelivery:
    """A delivery to an HTTP endpoint or a function, as the control routes show it."""
    last, headers = delivery.last, delivery.request.headers
    return UnfinishedDelivery(
        account=delivery.account,
        subscription=delivery.subscription_arn,
        endpoint=delivery.request.endpoint,
        type=headers.get("x-amz-sns-message-type"),
        message_id=headers.get("x-amz-sns-message-id"),
        attempts=len(delivery.attempts),
        last_status=None if last is None else last.status,
        last_answer=None if last is None else last.answer,
        next_attempt_at=timestamp(delivery.due) if delivery.waits else None,
    )


def _shown_transfer(account: str, transfer: "Transfer") -> UnfinishedDelivery:
    return _without_attempts(account, transfer.subscription_arn, transfer.queue_arn)


def _shown_invocation(mapping: EventSourceMapping) -> UnfinishedDelivery:
    return _without_attempts(mapping.place[0], mapping.arn, mapping.function_arn)


def _without_attempts(account: str, subscription: str, endpoint: str) -> UnfinishedDelivery:
    """Something under way that is not retried on its own, and of which no message id is known."""
    return UnfinishedDelivery(
        account=account,
        subscription=subscription,
        endpoint=endpoint,
        type=None,
        message_id=None,
        attempts=0,
        last_status=None,
        last_answer=None,
        next_attempt_at=None,
    )


def _pending(subscription: Subscription, url: str) -> Pending:
    token, topic_arn = subscription.token or "", subscription.topic_arn
    return Pending(
        subscription=subscription.arn,
        topic=topic_arn,
        protocol=subscription.protocol,
        endpoint=subscription.shown_endpoint,
        token=token,
        subscribe_url=f"{url}/?Action=ConfirmSubscription&TopicArn={topic_arn}&Token={token}",
        expires_at=timestamp(subscription.token_expires_at),
    )
