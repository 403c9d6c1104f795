"""The emulator on its own thread."""

import asyncio
import json

import pytest

from emulator.configuration.settings import Settings
from emulator.testing.in_process import Answer, InProcessEmulator, Request
from tests import patience


def request(action: str, **members: object) -> Request:
    headers = [("X-Amz-Target", f"AmazonSQS.{action}"), ("Content-Type", "application/x-amz-json-1.0")]
    return Request("POST", "http://localhost/", headers, json.dumps(members).encode())


def content(answer: Answer) -> dict[str, object]:
    decoded: dict[str, object] = json.loads(answer.body)
    return decoded


@pytest.fixture
def emulator() -> InProcessEmulator:
    return InProcessEmulator(Settings())


def test_parked_receive_is_answered_at_the_end(emulator: InProcessEmulator) -> None:
    url = content(emulator.answer(request("CreateQueue", QueueName="orders")))["QueueUrl"]

    async def end_while_one_waits() -> Answer:
        receive = request("ReceiveMessage", QueueUrl=url, WaitTimeSeconds=20)
        waiting = asyncio.create_task(emulator.answer_async(receive))
        await asyncio.sleep(0)  # it is on its way to the emulator's thread now, ahead of the end
        await asyncio.to_thread(emulator.close)
        return await asyncio.wait_for(waiting, patience.SECONDS)

    answer = asyncio.run(end_while_one_waits())
    assert (answer.status, content(answer)) == (200, {})


def test_cancelled_receive_takes_no_message(emulator: InProcessEmulator) -> None:
    url = content(emulator.answer(request("CreateQueue", QueueName="orders")))["QueueUrl"]

    async def give_up() -> None:
        receive = request("ReceiveMessage", QueueUrl=url, WaitTimeSeconds=20)
        waiting = asyncio.create_task(emulator.answer_async(receive))
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)

    asyncio.run(give_up())
    emulator.answer(request("SendMessage", QueueUrl=url, MessageBody="coffee"))
    received = content(emulator.answer(request("ReceiveMessage", QueueUrl=url, WaitTimeSeconds=1)))
    assert "Messages" in received
    emulator.close()


def test_request_that_a_fault_holds_up_goes_on_at_the_end(emulator: InProcessEmulator) -> None:
    emulator.fetch("POST", "/_emulator/faults", b'{"action": "CreateQueue", "latency": 3600}')

    async def end_while_one_waits() -> Answer:
        waiting = asyncio.create_task(emulator.answer_async(request("CreateQueue", QueueName="orders")))
        await asyncio.sleep(0)
        await asyncio.to_thread(emulator.close)
        return await asyncio.wait_for(waiting, patience.SECONDS)

    assert asyncio.run(end_while_one_waits()).status == 200


def test_request_that_is_cancelled_while_a_fault_holds_it_up_takes_no_effect(emulator: InProcessEmulator) -> None:
    emulator.fetch("POST", "/_emulator/faults", b'{"action": "CreateQueue", "latency": 3600}')

    async def held_up(times: int) -> None:
        while json.loads(emulator.fetch("GET", "/_emulator/faults", b"")[1])["faults"][0]["held_up"] != times:
            await asyncio.to_thread(emulator.fetch, "GET", "/_emulator/health", b"")

    async def give_up() -> None:
        waiting = asyncio.create_task(emulator.answer_async(request("CreateQueue", QueueName="orders")))
        await held_up(1)
        waiting.cancel()
        await held_up(0)
        await asyncio.gather(waiting, return_exceptions=True)

    asyncio.run(asyncio.wait_for(give_up(), patience.SECONDS))
    assert content(emulator.answer(request("ListQueues"))) == {}
    emulator.close()


def test_body_beyond_all_bounds_is_refused(emulator: InProcessEmulator) -> None:
    answer = emulator.answer(request("SendMessage", MessageBody="x" * 9_000_000))
    assert answer.status == 413
    emulator.close()
