"""Which members are dead, as the tables and the locks say."""

import asyncio

import pytest

from emulator.cluster.registry import Registry

NAMES = ("11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222")


@pytest.mark.parametrize(("heartbeat", "is_dead"), [("clock_timestamp()", True), ("pg_postmaster_start_time()", False)])
def test_a_lock_that_is_gone_tells_of_an_end_unless_the_database_was_started_since(
    postgresql_url: str, heartbeat: str, is_dead: bool
) -> None:
    async def scenario() -> None:
        alive, dead = (Registry(postgresql_url, name, f"http://{name}") for name in NAMES)
        await alive.open()
        for registry in (alive, dead):
            await registry.join()
        assert not await alive.reap()
        await dead.close()
        await alive._count(f"UPDATE members SET heartbeat = {heartbeat} WHERE name = %s", dead.name)  # noqa: SLF001
        while is_dead and not await alive.reap():  # noqa: ASYNC110 - the server has not seen the end of the connection
            await asyncio.sleep(0)
        assert not await alive.reap()
        assert [each.name for each in await alive.members()] == [alive.name, *([] if is_dead else [dead.name])]
        await alive.close()

    asyncio.run(scenario())
