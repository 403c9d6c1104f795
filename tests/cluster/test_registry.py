"""Which members are dead, as the tables and the locks say."""

import asyncio
from collections.abc import Iterator

import pytest

from emulator.cluster.registry import Registry
from emulator.store import postgresql_connection

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


def test_connection_that_is_lost_while_the_tables_are_made_is_made_again(
    postgresql_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    all_tables = postgresql_connection._TABLES  # noqa: SLF001 - to lose the connection between them
    tries = [(all_tables[0], "SELECT pg_terminate_backend(pg_backend_pid())"), all_tables]

    class Tables:
        def __iter__(self) -> Iterator[str]:
            return iter(tries.pop(0))

    monkeypatch.setattr(postgresql_connection, "_TABLES", Tables())
    monkeypatch.setattr("emulator.cluster.registry._TRY_AGAIN_SECONDS", 0)

    async def scenario() -> None:
        registry = Registry(postgresql_url, NAMES[0], "http://first")
        await registry.open()
        await registry.join()
        assert [each.address for each in await registry.members()] == ["http://first"]
        await registry.close()

    asyncio.run(scenario())
    assert tries == []
