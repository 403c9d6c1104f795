"""A document is restored in turns, while others are answered, and all of it at one moment or none."""

import asyncio
import json
from collections.abc import Generator
from typing import Any

import pytest

from emulator.control.refusals import BadRequestError
from emulator.control.state import restoring_state
from emulator.testing.in_process import Answer, Request, call
from emulator.timing.turns import PORTION, Work, at_once
from tests.state.world import ACCOUNT, OTHER, World, queue_arn, topic_arn
from tests.turns import counted

MESSAGES = 10 * PORTION
THINGS = 3 * PORTION


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    """Of queues with many messages, and of many topics with a subscription each."""
    world = World()
    for name, attributes in (("deep", {}), ("deep.fifo", {"FifoQueue": "true"}), ("fair", {})):
        world.told("CreateQueue", QueueName=name, Attributes=attributes)
        for number in range(0, MESSAGES, 10):
            entries = [
                {"Id": str(each), "MessageBody": "body", **({} if name == "deep" else {"MessageGroupId": f"{number}"})}
                | ({"MessageDeduplicationId": f"{number + each}"} if name.endswith(".fifo") else {})
                for each in range(10)
            ]
            world.told("SendMessageBatch", QueueUrl=name, Entries=entries)
    for number in range(THINGS):
        world.sns("CreateTopic", Name=f"topic-{number}")
        world.sns("Subscribe", TopicArn=topic_arn(f"topic-{number}"), Protocol="sqs", Endpoint=queue_arn("deep"))
    exported: dict[str, Any] = world.export()
    return exported


def put(world: World, document: object, query: str = "") -> tuple[Answer, int]:
    """The answer to a request to restore, and how many turns others had until it came."""
    request = Request("PUT", f"http://localhost/_emulator/state{query}", (), json.dumps(document).encode())
    return asyncio.run(counted(call(world.emulator, request)))


def restoring(world: World, document: object, account: str | None = None) -> Work[None]:
    return restoring_state(world.control, account, json.dumps(document).encode())


def test_others_have_turns_while_a_document_is_restored(document: dict[str, Any]) -> None:
    world = World()
    answer, turns = put(world, document)
    assert answer.status == 204
    assert turns > (2 * 3 * MESSAGES + 2 * THINGS) / PORTION
    assert world.export() == document


def test_nothing_is_seen_of_a_document_before_all_of_it_is_restored(document: dict[str, Any]) -> None:
    world = World()
    world.told("CreateQueue", QueueName="old")
    work = restoring(world, document)
    turns = 0
    for _ in work:
        if turns % 10 == 0:
            assert len(world.told("ListQueues")["QueueUrls"]) == 1
            assert b"topic-" not in world.sns("ListTopics").body
            world.told("SendMessage", QueueUrl="old", MessageBody="body")
        turns += 1
    assert turns > MESSAGES / PORTION
    assert world.export() == document


def test_document_that_is_wrong_at_its_end_changes_nothing(document: dict[str, Any]) -> None:
    wrong = {**document["subscriptions"][0], "arn": topic_arn("none:x")}
    for place, problem in (("subscriptions", "There is no topic"), ("outbox", "missing required field")):
        world = World()
        world.told("CreateQueue", QueueName="deep")
        before = world.export()
        with pytest.raises(BadRequestError) as refused:
            at_once(restoring(world, document | {place: [wrong]}))
        assert problem in refused.value.text or "unknown field" in refused.value.text
        assert world.export() == before
        assert not world.control.sqs.queues.deep


def test_publish_does_not_reach_queues_that_are_being_restored(document: dict[str, Any]) -> None:
    world = World()
    world.told("CreateQueue", QueueName="deep")
    world.sns("CreateTopic", Name="topic")
    world.sns("Subscribe", TopicArn=topic_arn("topic"), Protocol="sqs", Endpoint=queue_arn("deep"))
    expiring = document | {"queues": [{**queue, "created_at": 0} for queue in document["queues"]]}
    for turn, _ in enumerate(restoring(world, expiring)):
        if turn % 5 == 0:
            assert world.sns("Publish", TopicArn=topic_arn("topic"), Message="text").status == 200
        assert not world.control.sqs.queues.deep
    assert world.export() == expiring
    assert world.control.sqs.queues.deep


def test_topic_of_another_account_that_is_deleted_meanwhile_refuses_the_document() -> None:
    world = World()
    world.sns("CreateTopic", OTHER, Name="theirs")
    world.told("CreateQueue", QueueName="mine")
    subscribed = {"TopicArn": topic_arn("theirs", OTHER), "Protocol": "sqs", "Endpoint": queue_arn("mine")}
    policy = json.dumps(
        {"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "SNS:*", "Resource": subscribed["TopicArn"]}]}
    )
    world.sns(
        "SetTopicAttributes", OTHER, TopicArn=subscribed["TopicArn"], AttributeName="Policy", AttributeValue=policy
    )
    assert world.sns("Subscribe", **subscribed).status == 200
    document = world.export(ACCOUNT)
    assert document["subscriptions"]

    steps = sum(1 for _ in restoring(world, document, ACCOUNT))
    work: Generator[None, None, None] = restoring(world, document, ACCOUNT)
    for _ in range(steps):
        next(work)
    world.sns("DeleteTopic", OTHER, TopicArn=subscribed["TopicArn"])
    before = world.export()
    with pytest.raises(BadRequestError, match="There is no topic"):
        next(work)
    assert world.export() == before


def test_document_becomes_another_accounts_in_turns(document: dict[str, Any]) -> None:
    source, world = World(), World()
    put(source, document)
    mine = source.export(ACCOUNT)
    answer, turns = put(world, mine, f"?account={OTHER}")
    assert answer.status == 204
    assert turns > (3 * 3 * MESSAGES) / PORTION
    assert len(world.export(OTHER)["subscriptions"]) == THINGS
