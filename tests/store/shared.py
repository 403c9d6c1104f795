"""Stores in PostgreSQL, in this process: what is kept there can be read beside them."""

import json
from collections.abc import Iterable
from contextlib import AbstractAsyncContextManager
from typing import Any

import msgspec
import psycopg

from emulator.cluster.store import SharedStore
from emulator.state.exporting import export
from emulator.store.postgresql import AccountSection, Lease
from emulator.store.postgresql_connection import connect
from emulator.store.recovery import recovering
from emulator.timing.turns import at_once
from emulator.world.world import World
from tests.store.kept import SETTINGS, hang, kept_by

States = dict[str, Any]
_LEASES = "SELECT account, epoch, generation, rows, bytes, next_change FROM accounts"


def shared(world: World, url: str, name: str = "first") -> AbstractAsyncContextManager[SharedStore]:
    """Keep ``world`` in the database, as the member at the address http://``name``."""
    return kept_by(SharedStore(url, SETTINGS, f"http://{name}"), world)


async def settled(store: SharedStore) -> None:
    """Wait until all is in the database."""
    while store.journal.uncommitted is not None:
        await store.settle()


def states(world: World, accounts: Iterable[str]) -> States:
    """The state of each account. Accounts have no order among each other."""
    return {account: _sorted(json.loads(msgspec.json.encode(export(world, account)))) for account in accounts}


def _sorted(state: Any) -> Any:
    for name in ("subscriptions", "cancelled_subscriptions"):
        state.get(name, []).sort(key=lambda each: each["arn"])
    return state


def kept(url: str) -> list[str]:
    """The accounts of which something is kept."""
    return [lease.account for lease in leases(url)]


def leases(url: str) -> list[Lease]:
    with connect(url) as connection:
        return [Lease(*row) for row in connection.execute(_LEASES)]


def read(url: str) -> World:
    """A World with what is kept, as the next owner of all accounts would have it."""
    world = World(SETTINGS, hang)
    with connect(url) as connection:
        for (content,) in connection.execute("SELECT content FROM common").fetchall():
            world.apply(world.read_change(content))
        for lease in leases(url):
            at_once(recovering(world, AccountSection(connection, url, lease)))
    return world


def count(url: str, table: str) -> int:
    """How many rows are in a table."""
    with psycopg.connect(url) as connection:
        row = connection.execute(f"SELECT count(*) FROM sqs_sns_emulator.{table}").fetchone()
    assert row is not None
    return int(row[0])
