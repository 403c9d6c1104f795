"""Deliveries to HTTP endpoints in the state document: out and in again, another account's, and such as cannot be."""

import copy
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from emulator.aws.place import Place
from emulator.control.refusals import BadRequestError
from tests.delivery.test_misbehavior import in_event_loop
from tests.state.world import ACCOUNT, NOW, OTHER, World, topic_arn

NOWHERE = "http://user:secret@127.0.0.1:9/"
NEW = "333333333333"


@asynccontextmanager
async def subscribed(owner: str = ACCOUNT) -> AsyncIterator[World]:
    """A world with one request to confirm on its way to an endpoint."""
    async with world_of() as world:
        world.sns("CreateTopic", Name="topic")
        answer = world.sns("Subscribe", owner, TopicArn=topic_arn("topic"), Protocol="http", Endpoint=NOWHERE)
        assert answer.status == 200, answer.body
        yield world


@asynccontextmanager
async def world_of() -> AsyncIterator[World]:
    world = World()
    try:
        yield world
    finally:
        await world.emulator.finish()


@in_event_loop
async def test_restored_emulator_has_the_same_deliveries() -> None:
    async with subscribed() as world, world_of() as other:
        document = world.export()
        (delivery,) = document["deliveries"]
        assert (delivery["type"], delivery["due"], delivery["url"]) == ("SubscriptionConfirmation", NOW, NOWHERE)
        assert (delivery["retry_delays"], "attempts" in delivery) == ([20.0] * 3, False)
        other.restore(document)
        assert other.export() == document
        world.restore(document)
        assert world.export() == document


@in_event_loop
async def test_document_without_deliveries_is_read() -> None:
    async with subscribed() as world:
        document = world.export()
        del document["deliveries"]
        world.restore(document)
        assert world.export() == document


@in_event_loop
async def test_delivery_is_in_the_documents_of_its_topics_account_and_of_its_subscriptions() -> None:
    async with subscribed(OTHER) as world:
        (delivery,) = world.export()["deliveries"]
        for account in (ACCOUNT, OTHER):
            document = world.export(account)
            assert document["deliveries"] == [delivery]
            world.restore(document)
            assert world.export(account) == document
        assert "deliveries" not in world.export(NEW)


@in_event_loop
async def test_delivery_of_one_account_becomes_anothers_but_says_what_it_said() -> None:
    async with subscribed() as world:
        document = world.export(ACCOUNT)
        world.restore(document, NEW)
        (before,), (after,) = document["deliveries"], world.export(NEW)["deliveries"]
        assert (after["account"], after["owner"]) == (NEW, NEW)
        assert after["subscription"] == before["subscription"].replace(ACCOUNT, NEW)
        assert after["headers"]["x-amz-sns-topic-arn"] == topic_arn("topic", NEW)
        assert after["body"] == before["body"]
        assert len(world.export()["deliveries"]) == 2


@in_event_loop
async def test_reset_and_the_end_of_a_subscription_leave_no_deliveries() -> None:
    async with subscribed() as world:
        world.sns("DeleteTopic", TopicArn=topic_arn("topic"))
        assert "deliveries" not in world.export()
    async with subscribed() as world:
        world.emulator.world.reset(Place(ACCOUNT))
        assert "deliveries" not in world.export()


ATTEMPT = {"at": NOW, "next_at": NOW + 20, "answer": "no"}


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({"subscription": topic_arn("topic:gone")}, "There is no subscription"),
        ({"type": "Notification"}, "A delivery must have a dead letter"),
        ({"type": "FunctionEvent"}, "A delivery to a function must have an entry of the outbox"),
        ({"type": "Telegram"}, "Invalid enum value"),
        ({"attempts": [ATTEMPT] * 4}, "There are more attempts than the retries allow"),
        ({"attempts": [{"at": NOW}]}, "missing required field"),
        ({"due": -1}, "Expected `float` >= 0"),
        ({"retry_delays": [-1]}, "Expected `float` >= 0"),
        ({"number": 0}, "Expected `int` >= 1"),
        ({"url": "ftp://127.0.0.1/"}, "Expected"),
    ],
)
def test_delivery_that_cannot_be_is_refused_and_nothing_has_changed(fields: dict[str, Any], complaint: str) -> None:
    @in_event_loop
    async def scenario() -> None:
        async with subscribed() as world:
            document = world.export()
            broken = copy.deepcopy(document)
            broken["deliveries"][0] |= fields
            with pytest.raises(BadRequestError, match=complaint) as refusal:
                world.restore(broken)
            assert ".deliveries[0]" in refusal.value.text
            assert world.export() == document

    scenario()


@in_event_loop
async def test_numbers_and_times_of_deliveries_may_be_left_out() -> None:
    async with subscribed() as world:
        document = world.export()
        given = len(document["deliveries"])
        for delivery in document["deliveries"]:
            del delivery["number"], delivery["due"]
            delivery["attempts"] = [{"answer": "no"}]
        world.restore(document)
        restored = world.export()["deliveries"]
        assert [delivery["number"] for delivery in restored] == list(range(1, given + 1))
        assert restored[0]["due"] == restored[0]["attempts"][0]["next_at"]


@in_event_loop
async def test_two_deliveries_of_an_account_cannot_have_one_number() -> None:
    async with subscribed() as world:
        document = world.export()
        document["deliveries"] *= 2
        with pytest.raises(BadRequestError, match="There are 2 of delivery"):
            world.restore(document)
