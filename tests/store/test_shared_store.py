"""A store in PostgreSQL: each account is kept by itself."""

import asyncio

import pytest
from msgspec.structs import fields

from emulator.aws.message_attribute import MessageAttribute
from emulator.foundation.changes import Change
from emulator.sns.delivery.queues import MessageHeader
from emulator.sqs.changes import MessagePlaced, SharedContent, WrittenContent
from emulator.store.postgresql import COMMON, OF_ALL
from emulator.world.local_queues import LocalQueues
from emulator.world.world import World
from tests.examples import is_quick
from tests.state.world import ACCOUNT, NOW, OTHER, REGION
from tests.store.kept import SETTINGS
from tests.store.shared import kept, read, settled, shared, states
from tests.world.test_world import all_parts
from tests.world.walk import WorldWalk

STEPS = 120


KINDS = [kind for part in all_parts() for kind in part.changes]  # all changes that are recorded


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_each_change_belongs_to_an_account_or_to_none_or_to_all(kind: type[Change]) -> None:
    """What a change belongs to is known without the World, as what has no account is not written with one."""
    account = {each.name: each for each in fields(kind)}.get("account")
    if account is None:
        assert "account" in {name for each in kind.__mro__[: kind.__mro__.index(Change)] for name in vars(each)}
    elif not account.required:
        assert kind in (*COMMON, *OF_ALL)


def test_message_refers_to_no_message_of_another_account() -> None:
    """One content is in three queues; each account has it by itself."""
    world = World(SETTINGS)
    recorded: list[Change] = []
    world.ledger.keep(recorded.append)
    arns = []
    for account, name in ((ACCOUNT, "first"), (ACCOUNT, "second"), (OTHER, "theirs")):
        arns.append(world.sqs.queues.create(name, account, REGION, {}, {}, NOW).arn)
    header = MessageHeader(f"arn:aws:sns:{REGION}:{ACCOUNT}:topic")
    body, attributes = "hello", dict[str, MessageAttribute]()
    queues = LocalQueues(world.sqs.queues, world.clocks, world.ids, enforce_policies=False)
    queues.send(header, [(arn, body, attributes) for arn in arns])
    placed = [change for change in recorded if isinstance(change, MessagePlaced)]
    assert [type(change.content) for change in placed] == [WrittenContent, SharedContent, WrittenContent]


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.thorough) for seed in (1, 2))])
def test_each_account_is_there_for_its_next_owner(seed: int, postgresql_url: str) -> None:
    async def walk() -> None:
        steps = WorldWalk(seed)
        world = steps.world.control
        async with shared(world, postgresql_url) as store:
            for account in (ACCOUNT, OTHER):
                assert await store.leases.owner(account) is None
            steps.begin()
            for number in range(STEPS if is_quick() else 3 * STEPS):
                done = await steps.step()
                if number % 8 == 0:
                    await settled(store)
                    accounts = kept(postgresql_url)
                    other = read(postgresql_url)
                    assert states(other, accounts) == states(world, accounts), (number, done)
                    await other.finish()
        await world.finish()

    asyncio.run(walk())
