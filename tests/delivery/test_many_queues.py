"""A publish to very many queues is delivered in turns of the event loop, and is answered when all have it."""

import asyncio
import json
from typing import Any
from urllib.parse import urlencode

import pytest

from emulator.configuration.settings import Settings
from emulator.serving.app import Emulator
from emulator.timing.turns import PORTION
from emulator.wire.http import HttpRequest, HttpResponse
from tests.query_client import ACCOUNT, TOPIC, QueryClient
from tests.turns import counted

MANY = 2 * PORTION + 1


def with_subscribers(count: int) -> Emulator:
    """With a topic that so many queues subscribe to."""
    emulator = Emulator(Settings())
    client = QueryClient(emulator)
    for number in range(count):
        client.call("CreateQueue", QueueName=f"queue-{number}")
        client.subscribe(f"arn:aws:sqs:us-east-1:{ACCOUNT}:queue-{number}")
    return emulator


@pytest.fixture
def emulator() -> Emulator:
    return with_subscribers(MANY)


def batch(count: int) -> HttpRequest:
    entries = {
        f"PublishBatchRequestEntries.member.{number}.{name}": str(number)
        for number in range(1, count + 1)
        for name in ("Id", "Message")
    }
    return request("PublishBatch", TopicArn=TOPIC, **entries)


def request(action: str, **parameters: str) -> HttpRequest:
    scope = b"AWS4-HMAC-SHA256 Credential=%b/20260101/us-east-1/sns/aws4_request" % ACCOUNT.encode()
    headers = {b"host": b"localhost", b"content-type": b"application/x-www-form-urlencoded", b"authorization": scope}
    return HttpRequest("POST", "http", "/", b"", headers, urlencode({"Action": action, **parameters}).encode())


def messages(emulator: Emulator) -> list[int]:
    """How many each queue has."""
    return [len(list(queue)) for queue in emulator.world.sqs.queues]


async def answered(emulator: Emulator, request: HttpRequest) -> tuple[HttpResponse, int]:
    """The answer, and how many turns others had until it came."""
    answer: Any = emulator.gateway.answer(request)
    assert not isinstance(answer, HttpResponse)
    return await counted(answer)


def test_all_have_the_message_when_publish_is_answered_and_others_had_turns(emulator: Emulator) -> None:
    answer, turns = asyncio.run(answered(emulator, request("Publish", TopicArn=TOPIC, Message="hello")))
    assert answer.status == 200
    assert messages(emulator) == [1] * MANY
    assert turns >= MANY // PORTION


def test_all_have_the_messages_of_a_batch_in_their_order(emulator: Emulator) -> None:
    answer, turns = asyncio.run(answered(emulator, batch(3)))
    assert answer.body.count(b"<MessageId>") == 3
    assert messages(emulator) == [3] * MANY
    assert turns >= 3 * (MANY // PORTION)


def test_messages_of_a_batch_take_turns_if_they_are_many_together() -> None:
    """None of them is for so many queues that it would take turns by itself."""
    emulator = with_subscribers(PORTION // 2)
    answer, turns = asyncio.run(answered(emulator, batch(5)))
    assert answer.body.count(b"<MessageId>") == 5
    assert messages(emulator) == [5] * (PORTION // 2)
    in_order = [json.loads(message.body)["Message"] for message in next(iter(emulator.world.sqs.queues))]
    assert in_order == ["1", "2", "3", "4", "5"]
    assert turns >= 3


def test_all_have_the_message_though_the_publisher_hangs_up(emulator: Emulator) -> None:
    async def hang_up() -> None:
        answer: Any = emulator.gateway.answer(request("Publish", TopicArn=TOPIC, Message="hello"))
        waiting = asyncio.ensure_future(answer)
        await asyncio.sleep(0)
        waiting.cancel()
        for _ in range(MANY):
            await asyncio.sleep(0)

    asyncio.run(hang_up())
    assert messages(emulator) == [1] * MANY


def test_queues_that_were_made_after_a_reset_get_nothing_of_a_publish_before(emulator: Emulator) -> None:
    async def reset() -> None:
        answer: Any = emulator.gateway.answer(request("Publish", TopicArn=TOPIC, Message="hello"))
        emulator.world.reset()
        client = QueryClient(emulator)
        for number in range(MANY):
            client.call("CreateQueue", QueueName=f"queue-{number}")
        client.subscribe(f"arn:aws:sqs:us-east-1:{ACCOUNT}:queue-0")
        await answer

    asyncio.run(reset())
    assert messages(emulator) == [0] * MANY


def test_trace_has_every_delivery(emulator: Emulator) -> None:
    answer, _ = asyncio.run(answered(emulator, request("Publish", TopicArn=TOPIC, Message="hello")))
    message_id = answer.body.decode().partition("<MessageId>")[2].partition("<")[0]
    record = emulator.world.trace.find(message_id)
    assert record is not None
    assert len(list(record.steps())) == record.length == MANY
