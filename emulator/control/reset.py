"""Emptying the emulator."""

import msgspec

from api_shapes.operation import Service
from emulator.aws.place import Place
from emulator.control.parameters import ALL, Account
from emulator.turns import in_turns, next_turn
from emulator.world import World


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


async def reset(world: World, body: Reset) -> ResetDone:
    """Drop queues and topics, the trace, the outbox and the faults, and let clocks and ids start again.

    Without a body that is everything, of all accounts. The answer says what was reset and how much was dropped.
    """
    await in_turns(world.sqs.catching_up(world.clocks.now_of, Place(body.account, body.region)))
    await next_turn()  # to look at ten thousand queues once takes some 10 ms, as does what follows
    before = _contents(world, body)
    world.reset(Place(body.account, body.region), body.service)
    return ResetDone(
        account=body.account or ALL,
        region=body.region or ALL,
        service=body.service or ALL,
        dropped=before - _contents(world, body),
    )


def _contents(world: World, scope: Reset) -> Contents:
    """What there is in the queues within ``scope``, and of everything else in all of the emulator."""
    queues, tasks = list(world.sqs.queues.within(Place(scope.account, scope.region))), world.sqs.move_tasks
    sns, applications = world.sns, [*world.sns.applications]
    phones = [account for _, account in sns.sms]
    return Contents(
        queues=len(queues),
        messages=sum(queue.contents.messages.count for queue in queues),
        move_tasks=sum(len(tasks.known(queue)) for queue in tasks.sources_among(queues)),
        topics=len(sns.topics),
        subscriptions=len(sns.subscriptions),
        platform_applications=len(applications),
        platform_endpoints=sum(len(application.endpoints) for application in applications),
        opted_out_numbers=sum(len(account.opt_outs.numbers) for account in phones),
        sandbox_numbers=sum(len([*account.sandbox.phones]) for account in phones),
        outbox_entries=len(sns.outbox),
        traces=len(world.trace),
        deliveries=sum(number for _, number in world.dispatch.counts()),
        faults=len(world.faults),
    )
