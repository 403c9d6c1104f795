"""Every lasting change of SNS is recorded, and the recorded changes make the same state."""

import asyncio
from typing import get_args

import msgspec
import pytest

from api_shapes import sns
from api_shapes.operation import Operation
from emulator.aws.place import Place
from emulator.foundation.changes import Change
from emulator.sns.changes import SnsChange, TopicAttributeSet, TopicCreated, TopicDeleted, TopicTagged
from emulator.sns.service import SnsService
from tests.sns.walk import OPERATIONS, RESTORE, Walk, exported
from tests.state.world import ACCOUNT, NOW, OTHER, REGION, World, topic_arn

STEPS = 500
SEEDS = range(8)
DECODER = msgspec.json.Decoder(SnsChange)


def written_and_read(change: Change) -> Change:
    """A change as a journal would give it back."""
    decoded: Change = DECODER.decode(msgspec.json.encode(change))
    return decoded


def keep(emulated: World | Walk, recorded: list[Change]) -> None:
    """From now on put the changes of SNS into ``recorded``; those of clocks and ids are another test's."""

    def record(change: Change) -> None:
        if isinstance(change, SnsService.changes):
            recorded.append(change)

    emulated.emulator.world.ledger.keep(record)


def follow(world: World, leader: World, changes: list[Change]) -> None:
    """Apply recorded changes in a world whose time goes as the leader's does."""
    for account in (ACCOUNT, OTHER):
        world.emulator.world.clocks.of(account).set(leader.emulator.world.clocks.of(account).setting)
    for change in changes:
        world.emulator.world.sns.apply(written_and_read(change))


def test_walk_knows_every_operation() -> None:
    assert {each.name for each in vars(sns).values() if isinstance(each, Operation)} == OPERATIONS


def test_state_differs_where_changes_are_recorded_and_they_make_the_same_state() -> None:
    kinds: set[str] = set()
    for seed in SEEDS:
        kinds |= asyncio.run(_walk(seed))  # deliveries to HTTP endpoints need an event loop, which gets no turn
    # Two accounts seldom share a subscription in the walk; test_directory.py has these.
    assert kinds | {"SubscriptionForgotten"} == {each.__name__ for each in get_args(SnsChange)}


async def _walk(seed: int) -> set[str]:
    """Walk, with a follower that is given what is recorded: the kinds of changes."""
    walk, follower = Walk(seed), World()
    recorded: list[Change] = []
    journal: list[Change] = []
    keep(walk, recorded)
    before = walk.exported()
    for number in range(STEPS):
        done = walk.step()
        after = walk.exported()
        assert after == before or recorded, (number, done)
        assert after != before or not recorded or done == RESTORE, (number, done, recorded)
        follow(follower, walk.world, recorded)
        assert exported(follower) == after, (number, done, recorded)
        journal += recorded
        recorded.clear()
        before = after
    latecomer = World()
    follow(latecomer, walk.world, journal)
    assert exported(latecomer) == before
    for world in (walk.world, follower, latecomer):
        await world.emulator.finish()
    return {type(change).__name__ for change in journal}


def test_nothing_is_recorded_while_changes_are_applied() -> None:
    async def check() -> None:
        walk, follower = Walk(1), World()
        recorded: list[Change] = []
        again: list[Change] = []
        keep(walk, recorded)
        keep(follower, again)
        for _ in range(STEPS):
            walk.step()
        for change in recorded:
            follower.emulator.world.sns.apply(change)
        assert again == []
        for world in (walk.world, follower):
            await world.emulator.finish()

    asyncio.run(check())


def test_change_of_something_else_is_refused() -> None:
    class Other(Change, frozen=True):
        pass

    with pytest.raises(TypeError, match=r"^Other is no change of SNS$"):
        World().emulator.world.sns.apply(Other())


def test_ledger_that_keeps_nothing_gets_nothing() -> None:
    world, recorded = World(), list[Change]()
    keep(world, recorded)
    world.sns("CreateTopic", Name="one")
    world.emulator.world.ledger.keep(None)
    world.sns("CreateTopic", Name="other")
    assert recorded == [TopicCreated("one", ACCOUNT, REGION)]


def test_calls_that_change_nothing_record_nothing() -> None:
    world, recorded = World(), list[Change]()
    topic = topic_arn("topic")
    world.sns("CreateTopic", Name="topic", Tags_member_1_Key="k", Tags_member_1_Value="v")
    keep(world, recorded)
    world.sns("GetSMSAttributes")
    world.sns("ListSMSSandboxPhoneNumbers")
    world.sns("SetSMSAttributes", attributes_entry_1_key="MonthlySpendLimit", attributes_entry_1_value="1")
    world.sns("CreateTopic", Name="topic", Tags_member_1_Key="k", Tags_member_1_Value="v")
    world.sns("TagResource", ResourceArn=topic, Tags_member_1_Key="k", Tags_member_1_Value="v")
    world.sns("UntagResource", ResourceArn=topic, TagKeys_member_1="other")
    world.sns("RemovePermission", TopicArn=topic, Label="unknown")
    world.sns("SetTopicAttributes", TopicArn=topic, AttributeName="DisplayName", AttributeValue="")
    world.sns("PutDataProtectionPolicy", ResourceArn=topic, DataProtectionPolicy="")
    world.emulator.world.sns.outbox.clear()
    world.emulator.world.reset(Place(OTHER), "sns")
    assert recorded == []
    assert "sms" not in world.export()


@pytest.mark.parametrize(
    ("action", "call", "change"),
    [
        (
            "TagResource",
            {"Tags_member_1_Key": "k", "Tags_member_1_Value": "v"},
            TopicTagged(topic_arn("t"), {"k": "v"}),
        ),
        (
            "SetTopicAttributes",
            {"AttributeName": "DisplayName", "AttributeValue": "x"},
            TopicAttributeSet(topic_arn("t"), "DisplayName", "x", NOW),
        ),
        ("DeleteTopic", {}, TopicDeleted(topic_arn("t"))),
    ],
)
def test_change_says_what_a_thing_is_now(action: str, call: dict[str, str], change: Change) -> None:
    world, recorded = World(), list[Change]()
    world.sns("CreateTopic", Name="t")
    keep(world, recorded)
    parameter = "ResourceArn" if action == "TagResource" else "TopicArn"
    world.sns(action, **{parameter: topic_arn("t")}, **call)
    assert recorded == [change]
