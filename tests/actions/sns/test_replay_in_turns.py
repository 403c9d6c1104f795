"""The messages of a replay are delivered in turns of the event loop, and before all that are published meanwhile."""

import asyncio
import json
from typing import Any
from urllib.parse import urlencode

import msgspec
import pytest

from emulator.configuration.settings import Settings
from emulator.serving.app import Emulator
from emulator.state.document import State
from emulator.state.restoring import restore
from emulator.state.streaming import stream
from emulator.testing.in_process import Answer, Request, call
from emulator.timing.turns import next_turn
from emulator.world.world import World
from tests.query_client import ACCOUNT, QueryClient
from tests.turns import counted

NOW = 1_700_000_000.0
MESSAGES = 520
SNS, SQS = f"arn:aws:sns:us-east-1:{ACCOUNT}:", f"arn:aws:sqs:us-east-1:{ACCOUNT}:"
TOPIC, QUEUE = f"{SNS}topic.fifo", f"{SQS}queue.fifo"
POLICY = json.dumps({"PointType": "Timestamp", "StartingPoint": "2023-11-14T22:13:20Z"})
BODIES = [str(number) for number in range(MESSAGES)]


@pytest.fixture
def emulator() -> Emulator:
    """With an archive, and a queue that has not subscribed."""
    emulator = Emulator(Settings(clock_at=NOW))
    client = QueryClient(emulator)
    attributes = {"FifoTopic": "true", "ArchivePolicy": '{"MessageRetentionPeriod":"7"}'}
    client.call("CreateTopic", Name="topic.fifo", **entries(attributes))
    client.call("CreateQueue", QueueName="queue.fifo", **{"Attribute.1.Name": "FifoQueue", "Attribute.1.Value": "true"})
    for body in BODIES:
        client.call("Publish", **message(body))
    return emulator


def entries(attributes: dict[str, str]) -> dict[str, str]:
    numbered = enumerate(attributes.items(), 1)
    return {
        f"Attributes.entry.{number}.{part}": text
        for number, pair in numbered
        for part, text in zip(("key", "value"), pair, strict=True)
    }


def message(body: str) -> dict[str, str]:
    return {"TopicArn": TOPIC, "Message": body, "MessageGroupId": "g", "MessageDeduplicationId": body}


def request(action: str, **form: str) -> Request:
    scope = f"AWS4-HMAC-SHA256 Credential={ACCOUNT}/20260101/us-east-1/sns/aws4_request"
    headers = (("content-type", "application/x-www-form-urlencoded"), ("authorization", scope))
    return Request("POST", "http://localhost/", headers, urlencode({"Action": action} | form).encode())


SUBSCRIPTION = {"TopicArn": TOPIC, "Protocol": "sqs", "Endpoint": QUEUE, "ReturnSubscriptionArn": "true"}
REPLAY = {"RawMessageDelivery": "true", "ReplayPolicy": POLICY}


def subscribe(emulator: Emulator, **attributes: str) -> Any:
    return call(emulator, request("Subscribe", **SUBSCRIPTION, **entries(attributes)))


def bodies(world: World) -> list[str]:
    return [each.content.body for each in world.sqs.queues.get(ACCOUNT, "us-east-1", "queue.fifo")]


async def some_delivered(world: World) -> None:
    """Wait until a replay has begun."""
    for _ in range(20):
        if bodies(world):
            return
        await next_turn()
    raise AssertionError("no replay has begun")


def test_replay_takes_turns_and_is_over_when_it_is_answered(emulator: Emulator) -> None:
    answer, turns = asyncio.run(counted(subscribe(emulator, **REPLAY)))
    assert answer.status == 200
    assert bodies(emulator.world) == BODIES
    assert turns >= MESSAGES / 50


def test_replay_of_a_subscription_that_there_is_takes_turns(emulator: Emulator) -> None:
    answer = asyncio.run(subscribe(emulator, RawMessageDelivery="true"))
    arn = answer.body.decode().partition("<SubscriptionArn>")[2].partition("<")[0]
    setting = request(
        "SetSubscriptionAttributes", SubscriptionArn=arn, AttributeName="ReplayPolicy", AttributeValue=POLICY
    )
    answer, turns = asyncio.run(counted(call(emulator, setting)))
    assert answer.status == 200
    assert bodies(emulator.world) == BODIES
    assert turns >= MESSAGES / 50


def test_what_is_published_meanwhile_comes_after_the_replay(emulator: Emulator) -> None:
    async def both() -> tuple[Answer, Answer]:
        subscribing = asyncio.create_task(subscribe(emulator, **REPLAY))
        await some_delivered(emulator.world)
        published = await call(emulator, request("Publish", **message("new")))
        return published, await subscribing

    assert [answer.status for answer in asyncio.run(both())] == [200, 200]
    assert bodies(emulator.world) == [*BODIES, "new"]


def test_replay_goes_on_when_its_caller_has_hung_up(emulator: Emulator) -> None:
    async def hang_up() -> None:
        subscribing = asyncio.create_task(subscribe(emulator, **REPLAY))
        await some_delivered(emulator.world)
        subscribing.cancel()
        await call(emulator, request("Publish", **message("new")))

    asyncio.run(hang_up())
    assert bodies(emulator.world) == [*BODIES, "new"]


@pytest.mark.parametrize("end", ["Unsubscribe", "reset"])
def test_replay_ends_with_its_subscription(emulator: Emulator, end: str) -> None:
    world = emulator.world

    async def ended() -> None:
        subscribing = asyncio.create_task(subscribe(emulator, **REPLAY))
        await some_delivered(world)
        if end == "reset":
            world.reset(service="sns")
        else:
            (subscription,) = world.sns.subscriptions
            await call(emulator, request("Unsubscribe", SubscriptionArn=subscription.arn))
        assert (await subscribing).status == 200

    asyncio.run(ended())
    assert 0 < len(bodies(world)) < MESSAGES
    assert not world.sns.replays.is_under_way()


def test_document_shows_all_of_a_replay_that_has_begun(emulator: Emulator) -> None:
    async def exported() -> bytes:
        subscribing = asyncio.create_task(subscribe(emulator, **REPLAY))
        await some_delivered(emulator.world)
        document = b"".join([portion async for portion in stream(emulator.world, None)])
        await subscribing
        return document

    document = asyncio.run(exported())
    again = Emulator(Settings(clock_at=NOW)).world
    restore(again, msgspec.json.decode(document, type=State))
    assert bodies(again) == BODIES
