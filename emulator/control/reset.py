"""Emptying the emulator."""

from collections.abc import Iterator

import msgspec

from api_shapes.operation import Service
from emulator.aws.arns import Arn
from emulator.aws.place import Place
from emulator.control.parameters import ALL, Account
from emulator.faults.fault import Fault
from emulator.sns.subscription import Subscription
from emulator.timing.turns import in_turns, next_turn
from emulator.world.world import World


class Reset(msgspec.Struct, forbid_unknown_fields=True):
    """What to empty: an account, a region, a service, what lies in all of those that are given, or else everything."""

    account: Account | None = None
    region: str | None = None
    service: Service | None = None


class Contents(msgspec.Struct, frozen=True):
    """How many there are of what a reset can drop."""

    queues: int
    messages: int  # in queues, in whatever state
    move_tasks: int  # running, or still listed
    topics: int
    subscriptions: int  # confirmed or pending
    platform_applications: int
    platform_endpoints: int
    opted_out_numbers: int
    sandbox_numbers: int
    outbox_entries: int
    traces: int  # records of publishes
    deliveries: int  # under way to HTTP endpoints and functions
    faults: int

    def __sub__(self, later: "Contents") -> "Contents":
        return Contents(*(getattr(self, name) - getattr(later, name) for name in self.__struct_fields__))


class ResetDone(msgspec.Struct):
    """What was reset, each "all" where the request did not narrow it, and how much was dropped."""

    account: str
    region: str
    service: str
    dropped: Contents


class ResetPreview(msgspec.Struct):
    """What a reset would drop, with the fields of its answer."""

    account: str
    region: str
    service: str
    would_drop: Contents


async def reset(world: World, body: Reset) -> ResetDone:
    """Drop queues and topics, the trace, the outbox and the faults, and let clocks and ids start again.

    Without a body that is everything, of all accounts. The answer says what was reset and how much was dropped.
    """
    before = await _counted(world, body)
    world.reset(Place(body.account, body.region), body.service)
    return ResetDone(
        account=body.account or ALL,
        region=body.region or ALL,
        service=body.service or ALL,
        dropped=before - _contents(world, body),
    )


async def preview_reset(world: World, body: Reset) -> ResetPreview:
    """What a reset would drop. Nothing is dropped."""
    contents = await _counted(world, body)
    return ResetPreview(body.account or ALL, body.region or ALL, body.service or ALL, contents)


async def _counted(world: World, scope: Reset) -> Contents:
    """What is within ``scope`` and not over by now."""
    await in_turns(world.sqs.catching_up(world.clocks.now_of, Place(scope.account, scope.region)))
    await next_turn()  # to look at ten thousand queues once takes some 10 ms, as does what follows
    return _contents(world, scope)


def _contents(world: World, scope: Reset) -> Contents:
    """What a reset of ``scope`` would drop."""
    place = Place(scope.account, scope.region)
    with_sqs, with_sns = scope.service != "sns", scope.service != "sqs" and world.has_sns
    queues, tasks = list(world.sqs.queues.within(place)) if with_sqs else [], world.sqs.move_tasks
    contents = {
        "queues": len(queues),
        "messages": sum(queue.contents.messages.count for queue in queues),
        "move_tasks": sum(len(tasks.known(queue)) for queue in tasks.sources_among(queues)),
        "faults": sum(1 for _ in _faults(world, scope)),
    }
    return Contents(**contents, **(_of_sns(world, place) if with_sns else dict.fromkeys(_SNS, 0)))


_SNS = (
    "topics",
    "subscriptions",
    "platform_applications",
    "platform_endpoints",
    "opted_out_numbers",
    "sandbox_numbers",
    "outbox_entries",
    "traces",
    "deliveries",
)


def _of_sns(world: World, place: Place) -> dict[str, int]:
    sns, published = world.sns, (record.published for record in world.trace)
    applications = [each for each in sns.applications if place.covers(each.account, each.region)]
    phones = [account for where, account in sns.sms if place.covers(*where)]
    return {
        "topics": len(sns.topics.within(place)),
        "subscriptions": sum(_is_dropped(subscription, place) for subscription in sns.subscriptions),
        "platform_applications": len(applications),
        "platform_endpoints": sum(len(application.endpoints) for application in applications),
        "opted_out_numbers": sum(len(account.opt_outs.numbers) for account in phones),
        "sandbox_numbers": sum(len([*account.sandbox.phones]) for account in phones),
        "outbox_entries": sum(place.covers(entry.account, entry.region) for entry in sns.outbox),
        "traces": sum(place.covers(each.account, each.region) for each in published),
        "deliveries": sum(number for arn, number in world.dispatch.counts() if _is_arn_dropped(world, arn, place)),
    }


def _is_dropped(subscription: Subscription, place: Place) -> bool:
    """Whether a reset of ``place`` drops the subscription: it is to a topic there, or it was made from there."""
    topic = subscription.topic
    return place.covers(topic.account, topic.region) or place.covers(subscription.owner, topic.region)


def _is_arn_dropped(world: World, subscription_arn: str, place: Place) -> bool:
    """The same of a subscription that may have ended."""
    subscription, arn = world.sns.subscriptions.get(subscription_arn), Arn.parse(subscription_arn)
    assert arn is not None, "subscriptions have ARNs"
    return place.covers(arn.account, arn.region) if subscription is None else _is_dropped(subscription, place)


def _faults(world: World, scope: Reset) -> Iterator[Fault]:
    """Faults concern both services, and all regions."""
    if scope.service is None and scope.region is None:
        yield from (fault for fault in world.faults if scope.account in (None, fault.rule.account))
