"""A store in PostgreSQL: each account is kept by itself."""

import asyncio

import pytest

from tests.examples import is_quick
from tests.state.world import ACCOUNT, OTHER
from tests.store.shared import kept, read, settled, shared, states
from tests.world_walk import WorldWalk

STEPS = 120


@pytest.mark.parametrize("seed", range(3))
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
