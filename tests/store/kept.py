"""Stores in tests: a copy of a directory is what a process that is killed leaves behind."""

import asyncio
import shutil
import sqlite3
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import NoReturn, TypeVar

import msgspec

from emulator.configuration.settings import Settings
from emulator.sns.delivery.http_messages import HttpMessage
from emulator.state.exporting import export
from emulator.store.sqlite import FILE_NAME, SqliteDatabase
from emulator.store.store import FileStore, Store
from emulator.world.world import World
from tests.state.world import NOW

SETTINGS = Settings(seed=7, clock_at=NOW, strict_timing=True)

AnyStore = TypeVar("AnyStore", bound=Store)


def exported(world: World) -> bytes:
    return msgspec.json.encode(export(world, None))


def killed(directory: Path, number: object = "killed") -> Path:
    """What is in the directory if the process is killed now."""
    return Path(shutil.copytree(directory, directory.with_name(f"{directory.name}-{number}")))


async def killed_now(world: World, store: Store, directory: Path, number: object = "killed") -> tuple[Path, bytes]:
    """What a process leaves that is killed when everything is in the file, and the state it had."""
    while store.journal.uncommitted is not None:
        await store.settle()
    return killed(directory, number), exported(world)


async def recovered(directory: Path) -> bytes:
    """The state that the next start finds."""
    world = World(SETTINGS, hang)
    async with kept(world, directory):
        state = exported(world)
    await world.finish()
    return state


async def hang(_: HttpMessage) -> NoReturn:
    """An endpoint that does not answer, so that deliveries that go on change nothing."""
    await asyncio.Event().wait()
    raise AssertionError("it is never set")


@asynccontextmanager
async def kept_by(store: AnyStore, world: World) -> AsyncIterator[AnyStore]:
    """Recover ``world`` from ``store``, and keep it there. Fails if the store reports a failure meanwhile."""
    reasons: list[str | None] = []
    try:
        await store.recover(world)
        store.keep(world, reasons.append)
        yield store
    finally:
        await store.close(world)
    assert not reasons


def kept(world: World, directory: Path) -> AbstractAsyncContextManager[Store]:
    """Recover ``world`` from the directory, and keep it there."""
    return kept_by(FileStore(SqliteDatabase(directory, "process")), world)


def rows(directory: Path, table: str) -> int:
    """How many rows are in a table of a store that is closed."""
    connection = sqlite3.connect(directory / FILE_NAME)
    try:
        (count,) = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
    finally:
        connection.close()
    return int(count)
