"""Whatever happens, the next start finds it: all operations, the control interface, deliveries and time."""

import asyncio
from pathlib import Path

import pytest

from emulator.store import sqlite
from emulator.store.database import StoreError
from emulator.store.sqlite import FILE_NAME, SqliteDatabase
from tests.examples import is_quick
from tests.state.world import World
from tests.store.kept import exported, kept, killed, killed_now, recovered, rows
from tests.world.walk import WorldWalk

STEPS = 120


@pytest.mark.parametrize("seed", range(3))
def test_what_was_committed_is_there_after_the_process_is_killed(seed: int, tmp_path: Path) -> None:
    async def walk() -> None:
        steps = WorldWalk(seed)
        world = steps.world.control
        async with kept(world, tmp_path / "data") as store:
            steps.begin()
            for number in range(STEPS if is_quick() else 3 * STEPS):
                done = await steps.step()
                if number % 8 == 0:
                    left, state = await killed_now(world, store, tmp_path / "data", number)
                    assert await recovered(left) == state, (number, done)
        state = exported(world)
        assert await recovered(tmp_path / "data") == state
        await world.finish()

    asyncio.run(walk())


def test_snapshot_takes_the_place_of_the_changes_before_it_while_others_come(tmp_path: Path) -> None:
    async def walk() -> None:
        steps = WorldWalk(1)
        world = steps.world.control
        async with kept(world, tmp_path / "data") as store:
            steps.begin()
            for _ in range(STEPS):
                await steps.step()
            compacting = asyncio.create_task(store.compaction(world).make())
            while not compacting.done():
                await steps.step()
                await asyncio.sleep(0)
            for _ in range(10):
                await steps.step()
            left, state = await killed_now(world, store, tmp_path / "data")
            assert await recovered(left) == state
        state = exported(world)
        assert await recovered(tmp_path / "data") == state
        await world.finish()

    asyncio.run(walk())
    assert rows(tmp_path / "data", "snapshot") > 0


def test_process_that_is_killed_while_a_snapshot_is_written_loses_nothing(tmp_path: Path) -> None:
    async def write() -> None:
        world = World()
        async with kept(world.control, tmp_path / "data") as store:
            for number in range(600):
                world.sqs("CreateQueue", QueueName=f"queue-{number}")
            await store.settle()
            compacting = asyncio.create_task(store.compaction(world.control).make())
            copies = 0
            while not compacting.done():
                await asyncio.sleep(0)
                if copies < 5:
                    copies += 1
                    left, state = killed(tmp_path / "data", copies), exported(world.control)
                    assert await recovered(left) == state

    asyncio.run(write())


def test_file_stays_short_under_a_steady_load(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite, "SMALLEST_BYTES", 100_000)

    async def load() -> list[int]:
        world = World()
        sizes = []
        async with kept(world.control, tmp_path / "data") as store:
            world.sqs("CreateQueue", QueueName="jobs")
            compaction = store.compaction(world.control)
            for _ in range(60):
                for _ in range(10):
                    world.sqs("SendMessage", QueueUrl="jobs", MessageBody="x" * 4_000)
                world.sqs("PurgeQueue", QueueUrl="jobs")
                world.advance(60)
                await store.settle()
                await compaction.look()
                sizes.append((tmp_path / "data" / FILE_NAME).stat().st_size)
        return sizes

    sizes = asyncio.run(load())
    assert max(sizes) < 1_000_000


def test_change_that_this_version_does_not_know_is_named(tmp_path: Path) -> None:
    async def write() -> None:
        world = World()
        async with kept(world.control, tmp_path / "data") as store:
            world.sqs("CreateQueue", QueueName="jobs")
            await store.settle()
            assert isinstance(store.database, SqliteDatabase)
            store.database.append(b'{"type":"FromTheFuture"}\n')

    asyncio.run(write())
    with pytest.raises(
        StoreError, match=r"emulator.sqlite: Change \d+ since the snapshot cannot be made: .*FromTheFuture"
    ):
        asyncio.run(recovered(tmp_path / "data"))


def test_snapshot_does_not_lose_the_key_of_signatures(tmp_path: Path) -> None:
    async def scenario() -> None:
        world, again = World(seed=None), World(seed=None)
        async with kept(world.control, tmp_path / "data") as store:
            name = world.control.sns.signer.certificate_name
            world.control.sns.signer.record_key()
            await store.compaction(world.control).make()
        async with kept(again.control, tmp_path / "data"):
            assert again.control.sns.signer.certificate_name == name

    asyncio.run(scenario())
    assert rows(tmp_path / "data", "snapshot") > 0
