"""A World: what it records makes the same state elsewhere, and its parts have the same verbs."""

import ast
import asyncio
import inspect
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest

from api_shapes import sns, sqs
from api_shapes.operation import Operation
from emulator.configuration.settings import Settings
from emulator.foundation.changes import Change, ClockSet, IdsTaken
from emulator.foundation.ids import Ids
from emulator.foundation.part import Part
from emulator.sns.delivery.dispatch import Dispatch
from emulator.state.exporting import export
from emulator.state.restored import RestoredQueues
from emulator.timing.clock import Clocks
from emulator.world.world import World
from tests.sns.walk import OPERATIONS, RESTORE
from tests.state.world import NOW
from tests.world.walk import SQS, WorldWalk

ROOT = Path(__file__).parents[2]
STEPS = 300
SETTINGS = Settings(seed=7, clock_at=NOW, strict_timing=True)


def exported(world: World) -> bytes:
    return msgspec.json.encode(export(world, None))


def without_ids(document: bytes) -> Any:
    """What the document says, but for how far the streams of ids have come, which differs after each call."""
    state = json.loads(document)
    accounts = [(each["id"], each["clock"]) for each in state.pop("accounts", []) if each["clock"] != state["clock"]]
    return state, accounts


def ids_in(document: bytes) -> list[Any]:
    streams = [(each["id"], each["ids"], each["request_ids"]) for each in json.loads(document).get("accounts", [])]
    return [each for each in streams if any(each[1:])]  # others have a clock of their own, and have taken no id


def all_parts() -> list[Part]:
    """Those that a world has once all of it has been asked for, and the one that makes what a restore records."""
    world = World(SETTINGS)
    _ = world.sns, world.faults, world.stacks, world.mappings, world.transfers
    return [*world.parts(), RestoredQueues(world.sqs)]


def test_walk_knows_every_operation() -> None:
    assert {each.name for each in vars(sqs).values() if isinstance(each, Operation)} == set(SQS)
    assert {each.name for each in vars(sns).values() if isinstance(each, Operation)} == OPERATIONS


def test_state_differs_where_changes_are_recorded_and_they_make_the_same_state() -> None:
    kinds: set[type[Change]] = set()
    for seed in range(3):
        kinds |= asyncio.run(_walk(seed))
    # The tests of both services hold that each of their kinds is recorded; here all parts have a say.
    for part in all_parts():
        assert not part.changes or kinds & set(part.changes), type(part).__name__
    assert {*Clocks.changes, *Ids.changes, *Dispatch.changes, *RestoredQueues.changes} <= kinds


async def _walk(seed: int) -> set[type[Change]]:
    """Walk, with a follower that is given what is recorded: the kinds of changes."""
    follower = World(SETTINGS)
    journal: list[bytes] = []
    kinds: set[type[Change]] = set()
    recorded: list[Change] = []
    walk = WorldWalk(seed)
    world = walk.world.control
    before = exported(world)
    world.ledger.keep(recorded.append)
    for number in range(STEPS):
        if number == 0:
            walk.begin()
            done = "the beginning"
        else:
            done = await walk.step()
        after = exported(world)
        _check(before, after, recorded, f"step {number}: {done}", restores=done == RESTORE)
        encoded = [msgspec.json.encode(change) for change in recorded]
        for change in encoded:
            follower.apply(follower.read_change(change))
        assert exported(follower) == after, (number, done, recorded)
        journal += encoded
        kinds |= set(map(type, recorded))
        recorded.clear()
        before = after
    latecomer = World(SETTINGS)
    for change in journal:
        latecomer.apply(latecomer.read_change(change))
    assert exported(latecomer) == before
    for each in (world, follower, latecomer):
        await each.finish()
    return kinds


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


# -- Parts -------------------------------------------------------------------------------------


def test_every_part_is_in_the_list_of_the_world() -> None:
    modules = {type(part).__module__: type(part).__name__ for part in all_parts()}
    found = {
        path.relative_to(ROOT).with_suffix("").as_posix().replace("/", "."): node.name
        for path in (ROOT / "emulator").rglob("*.py")
        if "from emulator.foundation.part import" in (text := path.read_text())
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.ClassDef) and [ast.unparse(base) for base in node.bases] == ["Part"]
    }
    assert modules == found


@pytest.mark.parametrize("part", all_parts(), ids=lambda part: type(part).__name__)
def test_part_has_all_verbs_with_the_arguments_that_the_world_gives(part: Part) -> None:
    for name, verb in vars(Part).items():
        if inspect.isfunction(verb):
            wanted = list(inspect.signature(verb).parameters)[1:]
            try:
                given = inspect.signature(getattr(part, name)).parameters
            except ValueError:  # a compiled method with a default that is no literal
                continue
            assert len(given) == len(wanted), name
    # What is exported can be entered, and what is recorded can be made again.
    own = vars(type(part))
    assert ("rows" in own) == ("enter" in own)
    assert ("changes" in own) == ("apply" in own)


def test_names_of_changes_are_unique_and_each_is_made_by_one_part() -> None:
    kinds = [kind for part in all_parts() for kind in part.changes]
    names = [kind.__name__ for kind in kinds]
    assert len(set(names)) == len(names) > 60
    world = World(SETTINGS)
    change = ClockSet("111111111111", 1.0)
    assert world.read_change(msgspec.json.encode(change)) == change


def test_change_that_no_part_makes_is_refused() -> None:
    class Other(Change, frozen=True):
        pass

    world = World(SETTINGS)
    with pytest.raises(TypeError, match=r"^There is no change of the type Other$"):
        world.apply(Other())
    with pytest.raises(TypeError, match=r"^Trace makes no change of the type Other$"):
        world.trace.apply(Other())
    with pytest.raises(msgspec.ValidationError, match="Other"):
        world.read_change(msgspec.json.encode(Other()))


def test_reset_of_one_service_leaves_what_belongs_to_both() -> None:
    world = World(SETTINGS)
    world.sqs.queues.create("queue", "111111111111", "us-east-1", {}, {}, NOW)
    world.clocks.of("111111111111").advance(1.0)
    world.reset(service="sns")
    assert len(list(world.sqs.queues)) == 1
    world.reset(service="sqs")
    assert not list(world.sqs.queues)
    assert world.clocks.now_of("111111111111") == NOW + 1.0
    world.reset()
    assert world.clocks.now_of("111111111111") == NOW


def test_first_send_imports_nothing_that_it_does_not_need() -> None:
    """SNS, faults, the control interface and the warnings are imported when they are first asked for."""
    program = (
        "import sys\n"
        "from emulator.serving.app import Emulator\n"
        "from emulator.configuration.settings import Settings\n"
        "from emulator.wire.http import HttpRequest\n"
        "gateway = Emulator(Settings()).gateway\n"
        "def call(action, body):\n"
        "    head = {b'host': b'localhost', b'x-amz-target': b'AmazonSQS.' + action,\n"
        "            b'content-type': b'application/x-amz-json-1.0'}\n"
        "    return gateway.answer(HttpRequest('POST', 'http', '/', b'', head, body)).status\n"
        "assert call(b'CreateQueue', b'{\"QueueName\":\"q\"}') == 200\n"
        'assert call(b\'SendMessage\', b\'{"QueueUrl":"q","MessageBody":"x"}\') == 200\n'
        "print('\\n'.join(sys.modules))"
    )
    modules = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    heavy = {"aiohttp", "cryptography", "starlette", "prometheus_client", "boto3"}
    ours = (
        "sns",
        "faults",
        "control",
        "state",
        "observation.alerts",
        "world.notifications",
        "sts",
        "timing.jump",
        "observation.trace",
        "observation.elsewhere",
        "functions",
        "serving.hooks",
    )
    lazy = tuple(f"{name}." for name in (*heavy, *(f"emulator.{name}" for name in ours)))
    assert [name for name in modules.split() if f"{name}.".startswith(lazy)] == []
