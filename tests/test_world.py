"""A World: what it records makes the same state elsewhere, and its parts have the same verbs."""

import asyncio
import json
from typing import Any

import msgspec
import pytest

from api_shapes import sns, sqs
from api_shapes.operation import Operation
from emulator.changes import Change
from emulator.ids import IdsTaken
from emulator.settings import Settings
from emulator.state.exporting import export
from emulator.world import World
from tests.sns.walk import OPERATIONS, RESTORE
from tests.state.world import NOW
from tests.world_walk import SQS, WorldWalk

STEPS = 400
SETTINGS = Settings(seed=7, clock_at=NOW, strict_timing=True)


def exported(world: World) -> bytes:
    return msgspec.json.encode(export(world, None))


def without_ids(document: bytes) -> Any:
    """What the document says, but for how far the streams of ids have come, which differs after each call."""
    state = json.loads(document)
    accounts = [(each["id"], each["clock"]) for each in state.pop("accounts", []) if each["clock"] != state["clock"]]
    return state, accounts


def ids_in(document: bytes) -> list[Any]:
    return [(each["id"], each["ids"], each["request_ids"]) for each in json.loads(document).get("accounts", [])]


def test_walk_knows_every_operation() -> None:
    assert {each.name for each in vars(sqs).values() if isinstance(each, Operation)} == set(SQS)
    assert {each.name for each in vars(sns).values() if isinstance(each, Operation)} == OPERATIONS


@pytest.mark.parametrize("seed", range(4))
def test_state_differs_where_changes_are_recorded_and_they_make_the_same_state(seed: int) -> None:
    asyncio.run(_walk(seed))


async def _walk(seed: int) -> None:
    follower = World(SETTINGS)
    journal: list[bytes] = []
    recorded: list[Change] = []
    walk = WorldWalk(seed)
    world = walk.world.control
    before = exported(world)
    world.ledger.keep(recorded.append)
    walk.begin()
    for number in range(STEPS):
        done = await walk.step()
        after = exported(world)
        _check(before, after, recorded, f"step {number}: {done}", restores=done == RESTORE)
        encoded = [msgspec.json.encode(change) for change in recorded]
        for change in encoded:
            follower.apply(follower.read_change(change))
        assert exported(follower) == after, (number, done, recorded)
        journal += encoded
        recorded.clear()
        before = after
    latecomer = World(SETTINGS)
    for change in journal:
        latecomer.apply(latecomer.read_change(change))
    assert exported(latecomer) == before
    for each in (world, follower, latecomer):
        await each.finish()


def _check(before: bytes, after: bytes, recorded: list[Change], done: str, *, restores: bool) -> None:
    """The state differs if and only if changes were recorded; a restore records also what is as it was."""
    taken = [change for change in recorded if isinstance(change, IdsTaken)]
    others = [change for change in recorded if not isinstance(change, IdsTaken)]
    for differs, changes in (
        (without_ids(after) != without_ids(before), others),
        (ids_in(after) != ids_in(before), taken),
    ):
        assert changes or not differs, (done, "nothing was recorded")
        assert differs or not changes or restores, (done, changes)
