"""Counts what a queue does in each turn of the event loop."""

import json
from collections.abc import Coroutine
from typing import Any

import pytest

from emulator.sqs.catching_up import Budget
from emulator.sqs.contents import Contents
from emulator.sqs.life_cycle import Happening
from emulator.sqs.message import Message
from emulator.wire.http import HttpRequest, HttpResponse
from tests.state.world import ACCOUNT, REGION
from tests.state.world import World as WholeWorld

STEPS = 10


class Steps:
    """Counts the messages that became visible or left a queue."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.count = 0
        show, remove = Contents.show, Contents.remove

        def counted_show(contents: Contents, message: Message) -> None:
            self.count += 1
            show(contents, message)

        def counted_remove(contents: Contents, message: Message, happening: Happening) -> None:
            self.count += 1
            remove(contents, message, happening)

        monkeypatch.setattr(Contents, "show", counted_show)
        monkeypatch.setattr(Contents, "remove", counted_remove)
        monkeypatch.setattr(Budget.__init__, "__defaults__", (STEPS,))


def start(world: WholeWorld, action: str, **request: Any) -> HttpResponse | Coroutine[Any, Any, HttpResponse]:
    """What the gateway gives: the answer, or a coroutine of it."""
    scope = f"AWS4-HMAC-SHA256 Credential={ACCOUNT}/20260101/{REGION}/sqs/aws4_request".encode()
    headers = {
        b"host": b"localhost:4566",
        b"authorization": scope,
        b"x-amz-target": f"AmazonSQS.{action}".encode(),
        b"content-type": b"application/x-amz-json-1.0",
    }
    answer: Any = world.emulator.gateway.answer(
        HttpRequest("POST", "http", "/", b"", headers, json.dumps(request).encode())
    )
    return answer  # type: ignore[no-any-return]


def answer_in_turns(steps: Steps, world: WholeWorld, action: str, **request: Any) -> tuple[dict[str, Any], list[int]]:
    """The answer, and how many steps were made in each turn of the event loop until it came."""
    steps.count = 0
    answer = start(world, action, **request)
    turns = [steps.count]
    while isinstance(answer, Coroutine):
        steps.count = 0
        try:
            answer.send(None)
        except StopIteration as end:
            answer = end.value
        turns.append(steps.count)
    assert answer.status == 200, answer.body
    return json.loads(answer.body) if answer.body else {}, turns


def counts(attributes: dict[str, Any]) -> tuple[int, int]:
    """Visible and delayed messages."""
    shown = attributes["Attributes"]
    return int(shown["ApproximateNumberOfMessages"]), int(shown["ApproximateNumberOfMessagesDelayed"])


def filled(**attributes: str) -> WholeWorld:
    """With a hundred messages in the queue ``deep``."""
    world = WholeWorld()
    world.told("CreateQueue", QueueName="deep", Attributes=attributes)
    for number in range(100):
        world.told("SendMessage", QueueUrl="deep", MessageBody=str(number))
    return world
